using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>What the host loads: the catalog, price sheets and customers.</summary>
[TestFixture]
public class CatalogTests
{
    private Engine engine = null!;

    [SetUp]
    public void Open() => engine = Shop.Open();

    [TearDown]
    public void Close() => engine.Dispose();

    [Test]
    public void A_customer_is_put_read_and_erased()
    {
        var customer = new Customer
        {
            CustomerId = "customer-1",
            Country = "US",
            Currency = "USD",
            Segment = "commercial",
            Subscriptions =
            [
                new Subscription
                {
                    Id = "1C461A25-F729-4FA5-AADB-280947DD05E8",
                    OfferId = Shop.Licence,
                    Quantity = 7,
                    Status = "active",
                    TermDuration = "P1Y",
                    BillingCycle = BillingCycle.Monthly,
                    CreationDate = Shop.Now,
                    CommitmentEndDate = Shop.Now.AddYears(1),
                    AzureReservation = new AzureReservation { Enabled = true, Registered = false },
                },
            ],
        };
        Assert.That(engine.PutCustomer(customer).Rejected, Is.Empty);
        var read = engine.GetCustomer("customer-1");
        Assert.Multiple(() =>
        {
            Assert.That(read.Country, Is.EqualTo("US"));
            Assert.That(read.Subscriptions![0].Quantity, Is.EqualTo(7));
            Assert.That(read.Subscriptions[0].CreationDate, Is.EqualTo(Shop.Now));
            Assert.That(
                read.Subscriptions[0].AzureReservation,
                Is.EqualTo(customer.Subscriptions[0].AzureReservation));
            Assert.That(engine.GetCustomerJson("CUSTOMER-1"), Does.Contain("\"customer-1\""));
        });
        engine.PutCustomerJson("""{"customerId":"customer-1","segment":"education"}""");
        Assert.That(
            engine.GetCustomer("customer-1"),
            Has.Property("Segment").EqualTo("education").And.Property("Country").EqualTo("US"));
        engine.DeleteCustomer("customer-1");
        Assert.That(
            Assert.Throws<CartEngineException>(() => engine.GetCustomer("customer-1"))!.Status,
            Is.EqualTo(EngineStatus.NotFound));
    }

    [Test]
    public void A_document_that_cannot_be_used_is_told()
    {
        var result = engine.PutCatalog(
            """{"skus":[{"productId":"P","id":"0001"},{"title":"no ids"}]}""");
        Assert.Multiple(() =>
        {
            Assert.That(result.Stored, Is.EqualTo(1));
            Assert.That(
                result.Rejected.Single(),
                Has.Property("List").EqualTo("skus")
                    .And.Property("Position").EqualTo(1)
                    .And.Property("Reason").Not.Empty);
            Assert.That(engine.PutCatalogJson("{}"), Does.Contain("\"stored\":0"));
        });
    }

    [Test]
    public void Items_of_the_catalog_are_found_with_their_prices()
    {
        var query = new CatalogQuery { CatalogItemId = Shop.Licence };
        var item = engine.FindCatalog(query).Items.Single();
        Assert.Multiple(() =>
        {
            Assert.That(item.Title, Is.EqualTo("Business Basic"));
            Assert.That(item.ProductType, Is.EqualTo("OnlineServicesNCE"));
            Assert.That(item.MaximumQuantity, Is.EqualTo(300));
            Assert.That(item.CatalogItems.Single().CatalogItemId, Is.EqualTo(Shop.Licence));
            Assert.That(
                item.Terms.Single(term => term.BillingCycle == BillingCycle.Monthly).UnitPrice,
                Is.EqualTo(120m));
            Assert.That(
                item.Terms.Single(term => term.BillingCycle == BillingCycle.Annual).UnitPrice,
                Is.EqualTo(110.5m));
            Assert.That(
                item.AdditionalProperties, Is.Null, "every property of an item has a name here");
            Assert.That(
                engine.FindCatalogJson("""{"text":"business","limit":5}"""),
                Does.Contain(Shop.Licence));
            Assert.That(
                engine.FindCatalog(new CatalogQuery { Text = "no such thing" }).Items, Is.Empty);
        });
    }

    [Test]
    public void A_price_sheet_brings_what_it_sells()
    {
        using var folder = new ScratchFolder();
        var sheet = Shop.PriceSheet(folder.Path);
        var imported = engine.ImportCatalog(sheet, new ImportOptions { Source = "license" });
        Assert.That(imported, Has.Property("Stored").EqualTo(3000).And.Property("Rejected").Empty);
        var line = Shop.Seats(2) with
        {
            CatalogItemId = "CFQ7TTC00007:0001:any",
            BillingCycle = BillingCycle.Annual,
        };
        var cart = engine.Price(Shop.Buyer, new Cart { LineItems = [line] });
        Assert.That(cart.LineItems[0].Pricing!.ExtendedPrice, Is.EqualTo(15m));

        var found = engine.EnumerateCatalog(new CatalogQuery { Text = "product", Limit = 900 });
        Assert.That(found.Select(item => item.ProductId).Distinct().Count(), Is.EqualTo(3000));
    }

    [Test]
    public void A_bad_row_fails_an_import_or_is_passed_over()
    {
        using var folder = new ScratchFolder();
        var sheet = Shop.PriceSheet(folder.Path, "no row at all");
        var refused = Assert.Throws<CartEngineException>(() => engine.ImportCatalog(sheet))!;
        Assert.That(refused.Description, Does.Contain("3002"), "it names the line");

        var imported = engine.ImportCatalog(sheet, new ImportOptions { OnBadRow = BadRow.Skip });
        Assert.Multiple(() =>
        {
            Assert.That(imported.Stored, Is.EqualTo(3000));
            Assert.That(imported.RejectedCount, Is.EqualTo(1));
            Assert.That(imported.Rejected.Single().Line, Is.EqualTo(3002));
            Assert.That(imported.Rejected.Single().Reason, Is.Not.Empty);
            Assert.That(
                engine.ImportCatalogJson(sheet, """{"onBadRow":"skip"}"""),
                Does.Contain("\"rejectedCount\":1"));
        });
    }

    [Test]
    public void Documents_of_the_catalog_are_removed()
    {
        const string keys = """{"skus":[{"productId":"CFQ7TTC0LH18","id":"0001"}]}""";
        Assert.That(engine.RemoveCatalog(keys).Removed, Is.EqualTo(1));
        Assert.That(engine.RemoveCatalogJson(keys), Does.Contain("\"removed\":0"));
        Assert.That(
            engine.Price(Shop.Buyer, Shop.CartOf(1)).LineItems[0].Error!.ErrorCode,
            Is.EqualTo(CartErrorCode.CatalogItemIdIsNotValid));
    }
}
