using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>Engines with something to sell, and who buys.</summary>
internal static class Shop
{
    /// <summary>When it is, in engines with a fixed clock.</summary>
    public static readonly DateTimeOffset Now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A licence: 120 a year for a seat, at most 300 seats.</summary>
    public const string Licence = "CFQ7TTC0LH18:0001:CFQ7TTC0K971";

    /// <summary>A request of the customer of the fixtures.</summary>
    public static Request Buyer { get; } = new()
    {
        CustomerId = "28045616-f6b9-462f-9701-0d89b5e65c44",
        User = "sales@example.com",
    };

    /// <summary>The licence and its prices.</summary>
    public const string Catalog = """
        {
          "products": [
            {
              "id": "CFQ7TTC0LH18", "title": "Business Basic",
              "productType": {"id": "OnlineServicesNCE"}
            }
          ],
          "skus": [
            {
              "productId": "CFQ7TTC0LH18", "id": "0001", "title": "Business Basic",
              "minimumQuantity": 1, "maximumQuantity": 300
            }
          ],
          "availabilities": [
            {
              "productId": "CFQ7TTC0LH18", "skuId": "0001", "id": "CFQ7TTC0K971",
              "catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971", "country": "US",
              "segment": "commercial", "defaultCurrency": "USD", "isPurchasable": true,
              "terms": [
                {
                  "duration": "P1Y", "billingCycle": "monthly",
                  "renewalOptions": [{"termDuration": "P1M"}, {"termDuration": "P1Y"}]
                },
                {"duration": "P1Y", "billingCycle": "annual"}
              ]
            }
          ],
          "prices": [
            {
              "productId": "CFQ7TTC0LH18", "skuId": "0001", "termDuration": "P1Y",
              "billingPlan": "Monthly", "market": "US", "currency": "USD",
              "segment": "Commercial", "unitPrice": 120,
              "effectiveStartDate": "2020-01-01T00:00:00Z",
              "effectiveEndDate": "9999-11-30T00:00:00Z"
            },
            {
              "productId": "CFQ7TTC0LH18", "skuId": "0001", "termDuration": "P1Y",
              "billingPlan": "Annual", "market": "US", "currency": "USD",
              "segment": "Commercial", "unitPrice": "110.5",
              "effectiveStartDate": "2020-01-01T00:00:00Z",
              "effectiveEndDate": "9999-11-30T00:00:00Z"
            }
          ]
        }
        """;

    /// <summary>
    /// An engine in memory with the licence to sell and a clock that stands still.
    /// </summary>
    public static Engine Open(Func<EngineOptions, EngineOptions>? change = null)
    {
        var options = new EngineOptions { Database = ":memory:", IdSeed = 1 };
        var engine = Engine.Open(change is null ? options : change(options));
        engine.SetClock(Now);
        var loaded = engine.PutCatalog(Catalog);
        Assert.That(loaded.Rejected, Is.Empty);
        return engine;
    }

    /// <summary>An engine in memory with what the fixtures hold.</summary>
    public static Engine OpenPublished()
    {
        var engine = Engine.Open(new EngineOptions { Database = ":memory:" });
        Assert.That(engine.PutCatalog(Fixture("catalog.json")).Rejected, Is.Empty);
        engine.PutCustomerJson(Fixture("customer.json"));
        return engine;
    }

    /// <summary>A line of so many seats.</summary>
    public static CartLineItem Seats(long quantity) => new()
    {
        CatalogItemId = Licence,
        Quantity = quantity,
        BillingCycle = BillingCycle.Monthly,
        TermDuration = "P1Y",
    };

    /// <summary>A cart of lines of so many seats each.</summary>
    public static Cart CartOf(params long[] quantities) =>
        new() { LineItems = quantities.Select(Seats).ToList() };

    /// <summary>
    /// Writes a price sheet into a folder: 3000 licences, priced 1.50, 2.50 … a year; then the rows
    /// given.
    /// </summary>
    public static string PriceSheet(string folder, params string[] further)
    {
        const string header =
            "ProductTitle,ProductId,SkuId,SkuTitle,TermDuration,BillingPlan,Market,"
            + "Currency,UnitPrice,EffectiveStartDate,EffectiveEndDate,Tags,ERP Price,Segment";
        const string inForce = "2025-04-01T00:00:00.0000000Z,9999-11-30T23:59:59.9999999Z";
        var rows = Enumerable.Range(1, 3000).Select(number =>
            $"Product {number},CFQ7TTC0{number:D4},1,Sku,P1Y,Annual,US,USD,"
            + $"{number}.50,{inForce},License,{number}.75,Commercial");
        var path = Path.Combine(folder, "sheet.csv");
        File.WriteAllLines(path, rows.Prepend(header).Concat(further));
        return path;
    }

    /// <summary>A document of the project's fixtures.</summary>
    public static string Fixture(string name) => Beside(Path.Combine("fixtures", name));

    /// <summary>A file or folder of the whole project, which lies above the tests.</summary>
    public static string Project(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null;)
        {
            var path = Path.Combine(folder.FullName, name);
            if (Path.Exists(path))
            {
                return path;
            }
            folder = folder.Parent;
        }
        throw new FileNotFoundException($"no folder above the tests holds {name}");
    }

    /// <summary>A file that the project puts beside the tests.</summary>
    public static string Beside(string name) =>
        File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, name)).Replace(
            "\r\n", "\n");
}

/// <summary>A folder that is gone after the test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cart-engine-");

    /// <summary>The folder.</summary>
    public string Path => folder.FullName;

    /// <summary>The path of a file in the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => folder.Delete(recursive: true);
}

/// <summary>
/// Progress that is told on the calling thread, where <see cref="Progress{T}"/> would post it
/// elsewhere.
/// </summary>
internal sealed class Watcher(Action<EngineProgress> told) : IProgress<EngineProgress>
{
    public void Report(EngineProgress value) => told(value);
}
