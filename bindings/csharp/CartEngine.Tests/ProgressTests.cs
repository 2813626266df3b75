using System.Runtime.CompilerServices;
using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>
/// Long calls tell how far they are, can be ended, and carry over what a watcher throws.
/// </summary>
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
        engine.Create(
            Shop.Buyer, new Cart { LineItems = Enumerable.Repeat(Shop.Seats(1), 500).ToList() });
    }

    [TearDown]
    public void Close()
    {
        engine.Dispose();
        folder.Dispose();
    }

    /// <summary>A call that can take long, with a folder for the files it needs.</summary>
    public delegate void LongCall(
        Engine engine, string folder, IProgress<EngineProgress>? progress, CancellationToken token);

    private static IEnumerable<TestCaseData> LongCalls()
    {
        static TestCaseData Case(string name, LongCall call) =>
            new TestCaseData(call).SetArgDisplayNames(name);

        yield return Case("check", (engine, _, progress, token) => engine.Check(progress, token));
        yield return Case(
            "check as JSON", (engine, _, progress, token) => engine.CheckJson(progress, token));
        yield return Case(
            "backup",
            (engine, folder, progress, token) => engine.Backup(
                Path.Combine(folder, "backup.db"), progress, token));
        yield return Case(
            "backup as JSON",
            (engine, folder, progress, token) => engine.BackupJson(
                Path.Combine(folder, "backup.db"), progress, token));
        yield return Case(
            "import",
            (engine, folder, progress, token) => engine.ImportCatalog(
                Shop.PriceSheet(folder), null, progress, token));
        yield return Case(
            "import as JSON",
            (engine, folder, progress, token) => engine.ImportCatalogJson(
                Shop.PriceSheet(folder), null, progress, token));
    }

    [TestCaseSource(nameof(LongCalls))]
    public void Progress_grows_to_the_total(LongCall call)
    {
        var told = new List<EngineProgress>();
        call(engine, folder.Path, new Watcher(told.Add), default);
        Assert.That(told, Is.Not.Empty);
        Assert.That(told.Select(step => step.Done), Is.Ordered);
        Assert.That(told.TrueForAll(step => step.Total == 0 || step.Done <= step.Total));
    }

    [TestCaseSource(nameof(LongCalls))]
    public void A_call_without_watcher_is_let_alone(LongCall call) =>
        call(engine, folder.Path, null, default);

    [TestCaseSource(nameof(LongCalls))]
    public void A_cancelled_call_does_not_start(LongCall call) => Assert.That(
        () => call(engine, folder.Path, null, new CancellationToken(canceled: true)),
        Throws.InstanceOf<OperationCanceledException>());

    [TestCaseSource(nameof(LongCalls))]
    public void A_call_is_cancelled_under_way(LongCall call)
    {
        using var source = new CancellationTokenSource();
        var thrown = Assert.Throws<OperationCanceledException>(
            () => call(engine, folder.Path, new Watcher(_ => source.Cancel()), source.Token))!;
        Assert.Multiple(() =>
        {
            Assert.That(thrown.CancellationToken, Is.EqualTo(source.Token));
            Assert.That(
                thrown.InnerException,
                Is.TypeOf<CartEngineException>().With.Property("Status").EqualTo(
                    EngineStatus.Cancelled));
            Assert.That(
                Directory.GetFiles(folder.Path, "backup*"),
                Is.Empty,
                "what was cancelled leaves nothing");
        });
    }

    [TestCaseSource(nameof(LongCalls))]
    public void What_a_watcher_throws_comes_out_of_the_call(LongCall call)
    {
        var told = 0;
        var thrown = Assert.Throws<InvalidTimeZoneException>(
            () => call(engine, folder.Path, new Watcher(Complain), default))!;
        Assert.That(thrown.Message, Is.EqualTo("number 1"), "the watcher is not told again");
        Assert.That(
            thrown.StackTrace, Does.Contain(nameof(Complain)), "the trace leads to the watcher");

        // Were it inlined, the trace would not name it.
        [MethodImpl(MethodImplOptions.NoInlining)]
        void Complain(EngineProgress _) =>
            throw new InvalidTimeZoneException($"number {++told}");
    }

    [Test]
    public void A_watcher_cannot_call_the_engine()
    {
        Assert.That(
            () => engine.Check(new Watcher(_ => engine.Stats())), Throws.InvalidOperationException);
        Assert.That(engine.Check().Ok, "the engine is as before");
    }

    [Test]
    public void A_watcher_can_dispose_of_the_engine()
    {
        Assert.That(
            engine.Check(new Watcher(_ => engine.Dispose())).Ok,
            "the call under way ends as it would have");
        Assert.That(() => engine.Check(), Throws.TypeOf<ObjectDisposedException>());
    }
}
