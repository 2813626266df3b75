using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>Carts are created, changed and ordered, typed and as JSON.</summary>
[TestFixture]
public class CartTests
{
    private Engine engine = null!;

    [SetUp]
    public void Open() => engine = Shop.Open();

    [TearDown]
    public void Close() => engine.Dispose();

    [Test]
    public void A_cart_is_created_priced_and_read()
    {
        var created = engine.Create(Shop.Buyer, Shop.CartOf(5));
        var line = created.LineItems.Single();
        Assert.Multiple(() =>
        {
            Assert.That(created.Status, Is.EqualTo(CartStatus.Active));
            Assert.That(created.CreationTimestamp, Is.EqualTo(Shop.Now));
            Assert.That(created.ExpirationTimestamp, Is.EqualTo(Shop.Now.AddDays(7)));
            Assert.That(created.LastModifiedUser, Is.EqualTo(Shop.Buyer.User));
            Assert.That(created.HasErrors, Is.False);
            Assert.That(line.Id, Is.Zero);
            Assert.That(line.CurrencyCode, Is.EqualTo("USD"));
            Assert.That(line.OrderGroup, Is.EqualTo("0"));
            Assert.That(line.Pricing!.ListPrice, Is.EqualTo(10m));
            Assert.That(line.Pricing.ExtendedPrice, Is.EqualTo(600m));
        });
        var read = engine.Get(Shop.Buyer, created.Id!);
        Assert.That(
            JsonSerializer.Serialize(read, Engine.JsonOptions),
            Is.EqualTo(JsonSerializer.Serialize(created, Engine.JsonOptions)));
        Assert.That(
            engine.GetJson(Shop.Buyer, created.Id!.ToUpperInvariant()), Does.Contain(created.Id));
    }

    [Test]
    public void Json_goes_in_and_comes_out_as_it_is()
    {
        var created = engine.CreateJson(Shop.Buyer, $$"""
            {"LineItems":[{"CATALOGITEMID":"{{Shop.Licence}}","quantity":2.0,
              "billingCycle":"Annual","termDuration":"P1Y"}]}
            """);
        using var document = JsonDocument.Parse(created);
        var line = document.RootElement.GetProperty("lineItems")[0];
        Assert.That(
            line.GetProperty("id").GetString(),
            Is.EqualTo("0"),
            "the dialect of 2023 writes ids as text");
        Assert.That(
            line.GetProperty("pricing").GetProperty("listPrice").GetRawText(), Is.EqualTo("110.5"));
    }

    [Test]
    public void Lists_can_be_limited_in_time()
    {
        var early = engine.Create(Shop.Buyer, Shop.CartOf(1));
        engine.Checkout(Shop.Buyer, early.Id!);
        var later = Shop.Now.AddTicks(1);
        engine.SetClock(later);
        var late = engine.Create(Shop.Buyer, Shop.CartOf(1));
        engine.Checkout(Shop.Buyer, late.Id!);
        Assert.Multiple(() =>
        {
            Assert.That(
                engine.EnumerateCarts(Shop.Buyer, new CartQuery { CreatedBefore = later })
                    .Select(cart => cart.Id),
                Is.EqualTo(new[] { early.Id }));
            Assert.That(
                engine.EnumerateOrders(Shop.Buyer, new OrderQuery { CreatedAfter = later })
                    .Select(order => order.CreationDate),
                Is.EqualTo(new[] { later }));
        });
    }

    [Test]
    public void A_price_is_told_and_nothing_stored()
    {
        Assert.That(
            engine.Price(Shop.Buyer, Shop.CartOf(1)).LineItems[0].Pricing!.ExtendedPrice,
            Is.EqualTo(120m));
        Assert.That(
            engine.PriceJson(
                Shop.Buyer, JsonSerializer.Serialize(Shop.CartOf(1), Engine.JsonOptions)),
            Does.Contain("\"extendedPrice\":120"));
        Assert.That(engine.List(Shop.Buyer).TotalCount, Is.Zero);
    }

    [Test]
    public void A_bad_line_is_told_on_the_line()
    {
        var cart = engine.Create(Shop.Buyer, Shop.CartOf(301));
        var error = cart.LineItems[0].Error!;
        Assert.That(cart.HasErrors);
        Assert.That(error.ErrorCode, Is.EqualTo(CartErrorCode.InvalidInput));
        Assert.That(error.ErrorDescription, Does.Contain("301").And.Contain("300"));
    }

    [Test]
    public void A_seat_maximum_tells_what_is_left()
    {
        var cart = engine.Create(Shop.Buyer, Shop.CartOf(250, 51));
        var error = cart.LineItems[1].Error!;
        Assert.That(
            error.ErrorCode, Is.EqualTo(CartErrorCode.MaxAllowedSeatsPerSubscriptionExceeded));
        Assert.That(
            error.AdditionalInformation,
            Is.EqualTo(
                new AdditionalInformation { AvailableQuantity = 50, PurchasedQuantity = 51 }));
    }

    [TestCase(Dialect.V2018)]
    [TestCase(Dialect.V2023)]
    [TestCase(Dialect.Wire)]
    public void A_cart_is_read_changed_and_sent_back_in_every_dialect(Dialect dialect)
    {
        using var shop = Shop.Open(options => options with { Dialect = dialect });
        var line = Shop.Seats(5) with
        {
            FriendlyName = "Büro",
            RenewsTo = new RenewsTo { TermDuration = "P1M" },
        };
        var created = shop.Create(Shop.Buyer, new Cart { LineItems = [line, Shop.Seats(1)] });
        var changed = created with
        {
            LineItems = [created.LineItems[0] with { Quantity = 6 }, created.LineItems[1]],
        };
        var updated = shop.Update(Shop.Buyer with { IfMatch = created.Etag }, created.Id!, changed);
        Assert.Multiple(() =>
        {
            Assert.That(updated.Id, Is.EqualTo(created.Id));
            Assert.That(updated.Etag, Is.Not.EqualTo(created.Etag));
            Assert.That(updated.LineItems[0].Quantity, Is.EqualTo(6));
            Assert.That(updated.LineItems[0].Id, Is.EqualTo(created.LineItems[0].Id));
            Assert.That(updated.LineItems[0].FriendlyName, Is.EqualTo("Büro"));
            Assert.That(updated.LineItems[0].CatalogItemId, Is.EqualTo(Shop.Licence));
            Assert.That(updated.LineItems[0].RenewsTo, Is.EqualTo(created.LineItems[0].RenewsTo));
            Assert.That(
                JsonSerializer.Serialize(updated.LineItems[1], Engine.JsonOptions),
                Is.EqualTo(JsonSerializer.Serialize(created.LineItems[1], Engine.JsonOptions)));
        });
    }

    [Test]
    public void A_malformed_date_comes_back_as_it_was()
    {
        var cart = engine.Create(
            Shop.Buyer,
            new Cart
            {
                LineItems = [Shop.Seats(1) with { CustomTermEndDateText = "next Friday" }],
            });
        Assert.That(cart.LineItems[0].Error!.ErrorCode, Is.EqualTo(CartErrorCode.InvalidInput));
        Assert.That(cart.LineItems[0].CustomTermEndDateText, Is.EqualTo("next Friday"));
    }

    [Test]
    public void A_first_term_ends_when_it_is_said()
    {
        var end = new DateTimeOffset(2026, 9, 30, 0, 0, 0, TimeSpan.Zero);
        var line = engine.Create(
            Shop.Buyer,
            new Cart { LineItems = [Shop.Seats(1) with { CustomTermEndDate = end }] }).LineItems[0];
        Assert.That(line.CustomTermEndDate, Is.EqualTo(end));
        Assert.That(line.Pricing!.ExtendedPrice, Is.EqualTo(67.09m));
    }

    [Test]
    public void Lines_are_added_changed_and_removed()
    {
        var cart = engine.Create(Shop.Buyer, Shop.CartOf(1));
        var added = engine.AddLines(Shop.Buyer, cart.Id!, Shop.Seats(2), Shop.Seats(3));
        Assert.That(added.LineItems.Select(line => line.Id), Is.EqualTo(new long?[] { 1, 2 }));
        Assert.That(added.Cart.LineCount, Is.EqualTo(3));

        var changed = engine.ChangeLine(
            Shop.Buyer with { IfMatch = added.Cart.Etag },
            cart.Id!,
            1,
            new CartLineItem { Quantity = 9, FriendlyName = "nine" });
        Assert.That(
            changed.LineItems.Single(line => line.Id == 1),
            Has.Property("Quantity").EqualTo(9).And.Property("FriendlyName").EqualTo("nine"));

        var unnamed = engine.ChangeLine(
            Shop.Buyer, cart.Id!, 1, new JsonObject { ["friendlyName"] = null });
        Assert.That(
            unnamed.LineItems.Single(line => line.Id == 1),
            Has.Property("Quantity").EqualTo(9).And.Property("FriendlyName").Null);

        var removed = engine.RemoveLine(Shop.Buyer, cart.Id!, 0);
        Assert.That(removed.Removed, Is.EqualTo(new[] { 0L }));
        Assert.That(
            engine.Get(Shop.Buyer, cart.Id!).LineItems.Select(line => line.Quantity),
            Is.EqualTo(new long?[] { 9, 3 }));
    }

    [Test]
    public void Line_calls_take_and_answer_json()
    {
        var cart = engine.Create(Shop.Buyer, Shop.CartOf(1));
        var one = JsonSerializer.Serialize(Shop.Seats(2), Engine.JsonOptions);
        Assert.That(engine.AddLinesJson(Shop.Buyer, cart.Id!, one), Does.Contain("\"lineItems\""));
        Assert.That(
            engine.ChangeLineJson(Shop.Buyer, cart.Id!, 1, """{"quantity":4}"""),
            Does.Contain("\"quantity\":4"));
        Assert.That(engine.RemoveLineJson(Shop.Buyer, cart.Id!, 1), Does.Contain("\"removed\""));
    }

    [Test]
    public void Carts_are_listed_in_parts()
    {
        var ids = Enumerable.Range(0, 5)
            .Select(_ => engine.Create(Shop.Buyer, Shop.CartOf(1)).Id)
            .Reverse()
            .ToList();
        var first = engine.List(
            Shop.Buyer, new CartQuery { Limit = 2, Status = CartStatus.Active });
        Assert.Multiple(() =>
        {
            Assert.That(first.TotalCount, Is.EqualTo(5));
            Assert.That(first.Items.Select(cart => cart.Id), Is.EqualTo(ids.Take(2)));
            Assert.That(first.Items[0].LineCount, Is.EqualTo(1));
            Assert.That(first.After, Is.Not.Null);
            Assert.That(
                engine.EnumerateCarts(Shop.Buyer, new CartQuery { Limit = 2 }).Select(
                    cart => cart.Id),
                Is.EqualTo(ids));
            Assert.That(
                engine.List(Shop.Buyer, new CartQuery { Status = CartStatus.Ordered }).Items,
                Is.Empty);
            Assert.That(engine.ListJson(Shop.Buyer), Does.Contain("\"totalCount\":5"));
            Assert.That(
                engine.ListJson(Shop.Buyer, """{"limit":1}"""),
                Does.Contain(ids[0]).And.Not.Contain(ids[1]));
        });
    }

    [Test]
    public void A_cart_is_deleted()
    {
        var cart = engine.Create(Shop.Buyer, Shop.CartOf(1));
        engine.Delete(Shop.Buyer, cart.Id!);
        Assert.That(engine.List(Shop.Buyer).TotalCount, Is.Zero);
    }

    [Test]
    public void A_cart_is_ordered_once()
    {
        var cart = engine.Create(
            Shop.Buyer,
            new Cart
            {
                LineItems =
                [
                    Shop.Seats(2),
                    Shop.Seats(1) with { BillingCycle = BillingCycle.Annual },
                ],
            });
        var result = engine.Checkout(Shop.Buyer, cart.Id!);
        Assert.Multiple(() =>
        {
            Assert.That(result.OrderErrors, Is.Empty);
            Assert.That(
                result.Orders.Select(order => order.TotalPrice),
                Is.EqualTo(new decimal?[] { 240m, 110.5m }));
            Assert.That(result.Orders[0].Status, Is.EqualTo(OrderStatus.Completed));
            Assert.That(result.Orders[0].ReferenceCustomerId, Is.EqualTo(Shop.Buyer.CustomerId));
            Assert.That(result.Orders[0].CreationDate, Is.EqualTo(Shop.Now));
            Assert.That(result.Orders[0].LineItems[0].OfferId, Is.EqualTo(Shop.Licence));
            Assert.That(result.Orders[0].LineItems[0].SubscriptionId, Is.Not.Null);
            Assert.That(
                result.Orders[0].AdditionalProperties ?? result.AdditionalProperties,
                Is.Null,
                "every property of an order has a name here");
            Assert.That(result.Orders[0].LineItems[0].AdditionalProperties, Is.Null);
            Assert.That(engine.Get(Shop.Buyer, cart.Id!).Status, Is.EqualTo(CartStatus.Ordered));
        });
        Assert.That(
            engine.CheckoutJson(Shop.Buyer, cart.Id!),
            Is.EqualTo(engine.CheckoutJson(Shop.Buyer, cart.Id!)));
        Assert.That(
            engine.Checkout(Shop.Buyer, cart.Id!).Orders.Select(order => order.Id),
            Is.EqualTo(result.Orders.Select(order => order.Id)));
    }

    [Test]
    public void A_group_that_cannot_be_ordered_is_told_and_can_be_tried_again()
    {
        var annual = Shop.Seats(1) with { BillingCycle = BillingCycle.Annual };
        var cart = engine.Create(Shop.Buyer, new Cart { LineItems = [Shop.Seats(2), annual] });
        engine.RemoveCatalog($$"""
            {"prices":[{"productId":"CFQ7TTC0LH18","skuId":"0001","billingPlan":"Annual"}]}
            """);

        var partly = engine.Checkout(Shop.Buyer, cart.Id!);
        var left = engine.Get(Shop.Buyer, cart.Id!);
        Assert.Multiple(() =>
        {
            Assert.That(partly.Orders.Single().TotalPrice, Is.EqualTo(240m));
            Assert.That(partly.OrderErrors.Single().OrderGroupId, Is.EqualTo("1"));
            Assert.That(partly.OrderErrors.Single().Code, Is.EqualTo(900270));
            Assert.That(partly.OrderErrors.Single().Description, Is.Not.Empty);
            Assert.That(left.Status, Is.EqualTo(CartStatus.Active));
            Assert.That(
                left.LineItems[1].Error!.ErrorCode,
                Is.EqualTo(CartErrorCode.BillingPlanNotSupported));
        });

        engine.PutCatalog(Shop.Catalog);
        var whole = engine.Checkout(Shop.Buyer, cart.Id!);
        Assert.That(whole.OrderErrors, Is.Empty);
        Assert.That(whole.Orders[0].Id, Is.EqualTo(partly.Orders[0].Id), "it is not ordered twice");
        Assert.That(whole.Orders, Has.Count.EqualTo(2));
    }

    [Test]
    public void Addons_are_bought_towards_the_subscription_of_their_line()
    {
        engine.PutCatalog("""
            {"products":[{"id":"CFQ7TTC0ADD1","productType":{"id":"OnlineServicesNCE"}}],
             "skus":[{"productId":"CFQ7TTC0ADD1","id":"0001",
               "dynamicAttributes":{"isAddon":true,"prerequisiteSkus":["CFQ7TTC0LH18:0001"]}}],
             "prices":[{"productId":"CFQ7TTC0ADD1","skuId":"0001","termDuration":"P1Y",
               "billingPlan":"Monthly","market":"US","currency":"USD","segment":"Commercial",
               "unitPrice":12,"effectiveStartDate":"2020-01-01T00:00:00Z"}]}
            """);
        var addon = Shop.Seats(5) with { CatalogItemId = "CFQ7TTC0ADD1:0001:any" };
        var line = Shop.Seats(5) with { AddonItems = [addon] };
        var cart = engine.Create(Shop.Buyer, new Cart { LineItems = [line] });
        Assert.That(cart.HasErrors, Is.False);
        Assert.That(cart.LineItems[0].AddonItems!.Single().Pricing!.ExtendedPrice, Is.EqualTo(60m));

        var order = engine.Checkout(Shop.Buyer, cart.Id!).Orders.Single();
        Assert.That(order.LineItems[0].SubscriptionId, Is.Not.Null);
        Assert.That(
            order.LineItems[1].ParentSubscriptionId,
            Is.EqualTo(order.LineItems[0].SubscriptionId));
        var owned = engine.GetCustomer(Shop.Buyer.CustomerId).Subscriptions!;
        var bought = owned.Single(one => one.Id == order.LineItems[1].SubscriptionId);
        Assert.Multiple(() =>
        {
            Assert.That(bought.ParentSubscriptionId, Is.EqualTo(order.LineItems[0].SubscriptionId));
            Assert.That(bought.OrderId, Is.EqualTo(order.Id));
            Assert.That(bought.ProductType!.Id, Is.EqualTo("OnlineServicesNCE"));
            Assert.That(
                bought.AdditionalProperties,
                Is.Null,
                "every property of a subscription has a name here");
        });
    }

    [Test]
    public void A_changed_addon_turns_its_root_good_or_bad()
    {
        var line = Shop.Seats(5) with { AddonItems = [Shop.Seats(0)] };
        var cart = engine.Create(Shop.Buyer, new Cart { LineItems = [line] });
        Assert.That(cart.LineItems[0].HasErrors, "the add-on is in error");

        // An empty list is said, where a list that is null would leave the add-ons alone.
        engine.ChangeLine(Shop.Buyer, cart.Id!, 0, new CartLineItem { AddonItems = [] });
        var changed = engine.Get(Shop.Buyer, cart.Id!).LineItems[0];
        Assert.That(changed.AddonItems, Is.Null.Or.Empty);
        Assert.That(changed.HasErrors, Is.False);
    }

    [Test]
    public void Orders_are_read_and_listed()
    {
        var cart = engine.Create(Shop.Buyer, Shop.CartOf(2));
        var order = engine.Checkout(Shop.Buyer, cart.Id!).Orders.Single();
        var read = engine.GetOrder(Shop.Buyer, order.Id!);
        Assert.Multiple(() =>
        {
            Assert.That(
                JsonSerializer.Serialize(read, Engine.JsonOptions),
                Is.EqualTo(JsonSerializer.Serialize(order, Engine.JsonOptions)));
            Assert.That(engine.GetOrderJson(Shop.Buyer, order.Id!), Does.StartWith("{\"id\":"));
            Assert.That(
                engine.ListOrders(Shop.Buyer, new OrderQuery { CartId = cart.Id }).Items[0].Id,
                Is.EqualTo(order.Id));
            var completed = new OrderQuery { Status = OrderStatus.Completed, Limit = 1 };
            Assert.That(engine.ListOrders(Shop.Buyer, completed).TotalCount, Is.EqualTo(1));
            Assert.That(engine.ListOrdersJson(Shop.Buyer), Does.Contain("\"totalCount\":1"));
            Assert.That(engine.EnumerateOrders(Shop.Buyer).Single().Id, Is.EqualTo(order.Id));
        });
    }

    [Test]
    public void A_repeated_request_has_the_first_answer()
    {
        var request = Shop.Buyer with { RequestId = "r-1" };
        Assert.That(
            engine.CreateJson(request, Shop.Fixture("cart.json")),
            Is.EqualTo(engine.CreateJson(request, Shop.Fixture("cart.json"))));
        Assert.That(engine.List(Shop.Buyer).TotalCount, Is.EqualTo(1));
    }

    [Test]
    public void The_published_cart_has_the_published_groups()
    {
        using var shop = Shop.OpenPublished();
        var cart = shop.Create(
            Shop.Buyer,
            JsonSerializer.Deserialize<Cart>(Shop.Fixture("cart.json"), Engine.JsonOptions)!);
        Assert.That(
            cart.LineItems.Select(line => line.OrderGroup),
            Is.EqualTo(new[] { "OMS-0", "0", "0", "0", "1", "2" }));
        Assert.That(shop.Checkout(Shop.Buyer, cart.Id!).Orders, Has.Count.EqualTo(4));
    }
}
