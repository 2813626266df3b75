// Sells the six lines of the service's published example: loads a catalog and a customer, creates
// the cart, shows its groups, changes a line and checks out.
//
//   CartEngine.Host FIXTURES [DATABASE]
//
// FIXTURES is a folder with catalog.json, customer.json and cart.json.

using System.Text.Json;
using CartEngine;

if (args.Length is 0 or > 2)
{
    Console.Error.WriteLine("usage: CartEngine.Host FIXTURES [DATABASE]");
    return 2;
}
try
{
    return Sell(fixtures: args[0], database: args.Length > 1 ? args[1] : ":memory:");
}
catch (CartEngineException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

static int Sell(string fixtures, string database)
{
    using var engine = Engine.Open(new EngineOptions { Database = database });

    var loaded = engine.PutCatalog(File.ReadAllText(Path.Combine(fixtures, "catalog.json")));
    Console.WriteLine($"catalog: {loaded.Stored} documents, {loaded.Rejected.Count} rejected");
    var customer = Read<Customer>(fixtures, "customer.json");
    engine.PutCustomer(customer);

    var request = new Request { CustomerId = customer.CustomerId!, User = "sales@example.com" };
    var cart = engine.Create(request, Read<Cart>(fixtures, "cart.json"));
    ShowCart(cart);

    // Only what is named changes. The etag guards against a change by someone else in between.
    var last = cart.LineItems[^1];
    var changes = engine.ChangeLine(
        request with { IfMatch = cart.Etag },
        cart.Id!,
        last.Id!.Value,
        new CartLineItem { Quantity = last.Quantity + 2 });
    Console.WriteLine(
        $"line {last.Id}: quantity {last.Quantity} becomes {changes.LineItems[0].Quantity}");

    var result = engine.Checkout(request, cart.Id!);
    ShowOrders(result);
    return result.OrderErrors.Count == 0 ? 0 : 1;
}

static T Read<T>(string folder, string name) =>
    JsonSerializer.Deserialize<T>(
        File.ReadAllText(Path.Combine(folder, name)), Engine.JsonOptions)!;

static void ShowCart(Cart cart)
{
    Console.WriteLine($"cart {cart.Id}: {cart.Status}");
    foreach (var group in cart.LineItems.GroupBy(line => line.OrderGroup))
    {
        Console.WriteLine($"  group {group.Key}");
        foreach (var line in group)
        {
            var price = $"{line.Pricing?.ExtendedPrice} {line.CurrencyCode}";
            Console.WriteLine(
                $"    {line.Id}: {line.Quantity} x {line.CatalogItemId}, {line.BillingCycle}: "
                + (line.Error?.ErrorDescription ?? price));
        }
    }
}

static void ShowOrders(CartCheckoutResult result)
{
    foreach (var order in result.Orders)
    {
        var total = $"{order.TotalPrice} {order.CurrencyCode}";
        Console.WriteLine(
            $"order {order.Id}: {order.LineItems.Count} lines, {order.BillingCycle}, {total}");
    }
    foreach (var error in result.OrderErrors)
    {
        Console.WriteLine($"group {error.OrderGroupId} failed: {error.Code} {error.Description}");
    }
}
