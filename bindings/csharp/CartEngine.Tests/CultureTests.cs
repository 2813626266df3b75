using System.Globalization;
using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>The culture of the program has no say in documents.</summary>
[TestFixture]
public class CultureTests
{
    private CultureInfo before = null!;

    [SetUp]
    public void WriteNumbersDifferently()
    {
        before = CultureInfo.CurrentCulture;
        // A clone, because a runtime without culture data knows no other culture by name.
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "~";
        culture.DateTimeFormat.TimeSeparator = ".";
        culture.DateTimeFormat.DateSeparator = "!";
        CultureInfo.CurrentCulture = culture;
    }

    [TearDown]
    public void WriteNumbersAsBefore() => CultureInfo.CurrentCulture = before;

    [Test]
    public void Amounts_times_and_ids_are_written_as_ever()
    {
        Assume.That($"{1.5m}", Is.EqualTo("1,5"));
        using var engine = Shop.Open();
        var line = Shop.Seats(1) with
        {
            BillingCycle = BillingCycle.Annual,
            CustomTermEndDate = new DateTimeOffset(2026, 9, 30, 0, 0, 0, TimeSpan.Zero),
        };
        var cart = engine.Create(Shop.Buyer, new Cart { LineItems = [line] });
        var changes = engine.ChangeLine(Shop.Buyer, cart.Id!, 0, new CartLineItem { Quantity = 2 });
        Assert.Multiple(() =>
        {
            Assert.That(cart.HasErrors, Is.False);
            Assert.That(cart.LineItems[0].Pricing!.ListPrice, Is.EqualTo(110.5m));
            Assert.That(cart.CreationTimestamp, Is.EqualTo(Shop.Now));
            Assert.That(changes.LineItems[0].Quantity, Is.EqualTo(2));
        });
        var error = Assert.Throws<CartEngineException>(
            () => engine.RemoveLine(Shop.Buyer, cart.Id!, -1))!;
        Assert.That(error.Description, Does.Not.Contain("~"));
    }
}
