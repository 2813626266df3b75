using System.Text.RegularExpressions;
using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>The examples of the README compile and run: they stand here word for word.</summary>
[TestFixture]
public class ReadmeTests
{
    [Test]
    public void The_examples_run()
    {
        var before = Directory.GetCurrentDirectory();
        using var folder = new ScratchFolder();
        Directory.SetCurrentDirectory(folder.Path);
        try
        {
            Sell(Shop.Catalog, Shop.Licence);
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
    }

    [Test]
    public void The_examples_are_those_of_the_readme()
    {
        var source = Plain(Shop.Beside("ReadmeTests.cs"));
        var examples = Regex.Matches(
            Shop.Beside("README.md"), "```csharp\n(.*?)```", RegexOptions.Singleline);
        Assert.That(examples, Has.Count.EqualTo(2));
        foreach (Match example in examples)
        {
            Assert.That(source, Does.Contain(Plain(example.Groups[1].Value)));
        }

        static string Plain(string text) => Regex.Replace(text, @"\s+", " ").Trim();
    }

    private static void Sell(string catalogJson, string item)
    {
        using var engine = Engine.Open(new EngineOptions { Database = "carts.db" });
        engine.PutCatalog(catalogJson);

        var request = new Request { CustomerId = "customer-1", User = "sales@example.com" };
        var cart = engine.Create(request, new Cart
        {
            LineItems =
            [
                new CartLineItem
                {
                    CatalogItemId = item,
                    Quantity = 5,
                    BillingCycle = BillingCycle.Monthly,
                    TermDuration = "P1Y",
                },
            ],
        });
        foreach (var line in cart.LineItems)
        {
            var outcome = line.Error?.ErrorDescription ?? $"{line.Pricing?.ExtendedPrice}";
            Console.WriteLine($"{line.Quantity} x {line.CatalogItemId}: {outcome}");
        }
        foreach (var order in engine.Checkout(request, cart.Id!).Orders)
        {
            Console.WriteLine($"order {order.Id}: {order.TotalPrice} {order.CurrencyCode}");
        }

        Assert.That(engine.ListOrders(request).TotalCount, Is.EqualTo(1));
        Change(engine, request, engine.Create(request, Shop.CartOf(5)));
    }

    private static void Change(Engine engine, Request request, Cart cart)
    {
        var line = cart.LineItems[0] with { Quantity = 6 };
        cart = engine.Update(
            request with { IfMatch = cart.Etag }, cart.Id!, cart with { LineItems = [line] });

        Assert.That(cart.LineItems[0].Quantity, Is.EqualTo(6));
    }
}
