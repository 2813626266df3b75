using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>An engine tells about itself, and its database is looked after.</summary>
[TestFixture]
public class EngineTests
{
    private Engine engine = null!;

    [SetUp]
    public void Open() => engine = Shop.Open();

    [TearDown]
    public void Close() => engine.Dispose();

    [Test]
    public void The_library_tells_its_versions()
    {
        Assert.That(Engine.AbiVersion, Is.EqualTo(1));
        Assert.That(
            Engine.Version, Is.EqualTo(typeof(Engine).Assembly.GetName().Version!.ToString(3)));
        Assert.That(Engine.StatusName(EngineStatus.NotFound), Is.EqualTo("CART_STATUS_NOT_FOUND"));
    }

    [Test]
    public void An_engine_tells_the_options_in_force()
    {
        using var other = Engine.OpenJson(
            """{"database":":memory:","dialect":"wire","limits":{"lineItemsPerCart":7}}""");
        var options = other.Options;
        Assert.Multiple(() =>
        {
            Assert.That(options.Database, Is.EqualTo(":memory:"));
            Assert.That(options.Dialect, Is.EqualTo(Dialect.Wire));
            Assert.That(options.Durability, Is.EqualTo(Durability.Full));
            Assert.That(options.BusyTimeoutMs, Is.EqualTo(5000));
            Assert.That(options.CartLifetime, Is.EqualTo("P7D"));
            Assert.That(options.Partner!.Country, Is.EqualTo("US"));
            Assert.That(options.Limits!.LineItemsPerCart, Is.EqualTo(7));
            Assert.That(options.Limits.AddonItemsPerLine, Is.EqualTo(100));
            Assert.That(options.AdditionalProperties, Is.Null, "every option has a name here");
        });
    }

    [Test]
    public void Options_in_force_open_the_same_engine_again()
    {
        using var again = Engine.Open(engine.Options);
        Assert.That(again.OptionsJson, Is.EqualTo(engine.OptionsJson));
    }

    [Test]
    public void The_figures_of_an_engine_are_told()
    {
        engine.Create(Shop.Buyer, Shop.CartOf(1, 2));
        var stats = engine.Stats();
        Assert.Multiple(() =>
        {
            Assert.That(stats.Counts["carts"], Is.EqualTo(1));
            Assert.That(stats.Sizes.DatabaseBytes, Is.Positive);
            Assert.That(stats.Versions.Engine, Is.EqualTo(Engine.Version));
            Assert.That(stats.Versions.Sqlite, Does.StartWith("3."));
            Assert.That(engine.StatsJson(), Does.Contain("\"counts\""));
        });
    }

    [Test]
    public void The_clock_can_be_fixed_and_set_free()
    {
        engine.SetClock(Shop.Now.AddDays(1));
        Assert.That(
            engine.Create(Shop.Buyer, Shop.CartOf(1)).CreationTimestamp,
            Is.EqualTo(Shop.Now.AddDays(1)));
        engine.SetClock(null);
        Assert.That(
            engine.Create(Shop.Buyer, Shop.CartOf(1)).CreationTimestamp,
            Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public void Expired_carts_are_purged()
    {
        engine.Create(Shop.Buyer, Shop.CartOf(1));
        engine.Create(Shop.Buyer, Shop.CartOf(1));
        engine.SetClock(Shop.Now.AddDays(8));
        Assert.That(
            engine.Purge(new PurgeOptions { Limit = 1 }),
            Is.EqualTo(new PurgeResult { ExpiredCarts = 1, More = true }));
        Assert.That(engine.Purge(), Is.EqualTo(new PurgeResult { ExpiredCarts = 1 }));
        Assert.That(
            engine.PurgeJson("""{"limit":10,"orderedOlderThan":"P90D"}"""),
            Does.Contain("\"more\":false"));
    }

    [Test]
    public void A_backup_holds_what_the_database_holds()
    {
        using var folder = new ScratchFolder();
        var cart = engine.Create(Shop.Buyer, Shop.CartOf(1));
        engine.Backup(folder.File("backup – Ω.db"));
        using var copy = Engine.Open(
            new EngineOptions { Database = folder.File("backup – Ω.db"), ReadOnly = true });
        copy.SetClock(Shop.Now);
        Assert.That(
            copy.GetJson(Shop.Buyer, cart.Id!), Is.EqualTo(engine.GetJson(Shop.Buyer, cart.Id!)));
        Assert.That(engine.BackupJson(folder.File("second.db")), Does.StartWith("{"));
    }

    [Test]
    public void A_database_is_checked()
    {
        Assert.That(engine.Check(), Has.Property("Ok").True.And.Property("Findings").Empty);
        Assert.That(engine.CheckJson(), Does.Contain("\"ok\":true"));
    }
}
