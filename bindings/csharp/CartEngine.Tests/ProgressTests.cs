using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>Long calls tell how far they are, can be ended, and carry over what a watcher throws.</summary>
[TestFixture]
public class ProgressTests
{
    private Engine engine = null!;
    private ScratchFolder folder = null!;

    [SetUp]
    public void Open()
    {
        folder = new ScratchFolder();
        engine = Shop.Open();
        engine.Create(Shop.Buyer, new Cart { LineItems = Enumerable.Repeat(Shop.Seats(1), 500).ToList() });
    }

    [TearDown]
    public void Close()
    {
        engine.Dispose();
        folder.Dispose();
    }

    private IEnumerable<(string Name, Action<IProgress<EngineProgress>?, CancellationToken> Call)> LongCalls()
    {
        yield return ("check", (progress, token) => engine.Check(progress, token));
        yield return ("check as JSON", (progress, token) => engine.CheckJson(progress, token));
        yield return ("backup", (progress, token) => engine.Backup(folder.File("backup.db"), progress, token));
        yield return ("backup as JSON", (progress, token) => engine.BackupJson(folder.File("backup-2.db"), progress, token));
        yield return ("import", (progress, token) => engine.ImportCatalog(PriceSheet(), null, progress, token));
        yield return ("import as JSON", (progress, token) => engine.ImportCatalogJson(PriceSheet(), null, progress, token));
    }

    [Test]
    public void Progress_grows_to_the_total() => ForEachLongCall((name, call) =>
    {
        var told = new List<EngineProgress>();
        call(new Watcher(told.Add), default);
        Assert.That(told, Is.Not.Empty, name);
        Assert.That(told.Select(step => step.Done), Is.Ordered, name);
        Assert.That(told.All(step => step.Total == 0 || step.Done <= step.Total), name);
    });

    [Test]
    public void A_call_without_watcher_is_let_alone() => ForEachLongCall((_, call) => call(null, default));

    [Test]
    public void A_cancelled_call_does_not_start() => ForEachLongCall((name, call) =>
        Assert.That(() => call(null, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>(), name));

    [Test]
    public void A_call_is_cancelled_under_way() => ForEachLongCall((name, call) =>
    {
        using var source = new CancellationTokenSource();
        var thrown = Assert.Throws<OperationCanceledException>(() => call(new Watcher(_ => source.Cancel()), source.Token), name);
        Assert.That(thrown!.CancellationToken, Is.EqualTo(source.Token), name);
        Assert.That(thrown.InnerException, Is.TypeOf<CartEngineException>().With.Property("Status").EqualTo(EngineStatus.Cancelled), name);
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(folder.File("x"))!, "backup*"), Is.Empty, "what was cancelled leaves nothing");
    });

    [Test]
    public void What_a_watcher_throws_comes_out_of_the_call() => ForEachLongCall((name, call) =>
    {
        var told = 0;
        var thrown = Assert.Throws<InvalidTimeZoneException>(
            () => call(new Watcher(_ => throw new InvalidTimeZoneException($"number {++told}")), default), name);
        Assert.That(thrown!.Message, Is.EqualTo("number 1"), "the watcher is not told again");
        Assert.That(thrown.StackTrace, Does.Contain(nameof(Watcher)), "the trace leads to the watcher");
    });

    [Test]
    public void A_watcher_cannot_call_the_engine()
    {
        Assert.That(() => engine.Check(new Watcher(_ => engine.Stats())), Throws.InvalidOperationException);
        Assert.That(engine.Check().Ok, "the engine is as before");
    }

    [Test]
    public void A_watcher_can_dispose_of_the_engine()
    {
        Assert.That(engine.Check(new Watcher(_ => engine.Dispose())).Ok, "the call under way ends as it would have");
        Assert.That(() => engine.Check(), Throws.TypeOf<ObjectDisposedException>());
    }

    private void ForEachLongCall(Action<string, Action<IProgress<EngineProgress>?, CancellationToken>> test)
    {
        foreach (var (name, call) in LongCalls())
        {
            test(name, call);
        }
    }

    private string PriceSheet()
    {
        var path = folder.File("sheet.csv");
        var rows = Enumerable.Range(1, 3000).Select(number =>
            $"Product,CFQ7TTC0{number:D4},0001,Sku,P1Y,Monthly,US,USD,{number}.50,2025-04-01T00:00:00.0000000Z,9999-11-30T23:59:59.9999999Z,License,{number}.75,Commercial");
        File.WriteAllLines(path, rows.Prepend(
            "ProductTitle,ProductId,SkuId,SkuTitle,TermDuration,BillingPlan,Market,Currency,UnitPrice,EffectiveStartDate,EffectiveEndDate,Tags,ERP Price,Segment"));
        return path;
    }
}
