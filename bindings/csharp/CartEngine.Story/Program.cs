// From an empty database to a first order. The current folder holds catalog.json, the catalog of
// tests/fixtures; shop.db is made in it.

using CartEngine;

// snippet: story
using var engine = Engine.Open(new EngineOptions { Database = "shop.db" });
engine.PutCatalog(File.ReadAllText("catalog.json"));
var request = new Request { CustomerId = "customer-1", User = "ada" };
var line = new CartLineItem
{
    CatalogItemId = "DZH318Z0BXWC:0002:DZH318Z0BMRV", Quantity = 3,
    BillingCycle = BillingCycle.Monthly, TermDuration = "P1M",
};
var cart = engine.Create(request, new Cart { LineItems = [line] });
var order = engine.Checkout(request, cart.Id!).Orders[0];
Console.WriteLine($"order {order.Id}: {order.TotalPrice} {order.CurrencyCode}");
// end of snippet
