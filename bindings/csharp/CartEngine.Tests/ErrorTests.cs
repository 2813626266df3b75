using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>
/// A failure tells what went wrong. <see cref="CallErrorTests"/> has one of each kind.
/// </summary>
[TestFixture]
public class ErrorTests
{
    private Engine engine = null!;

    [SetUp]
    public void Open() => engine = Shop.Open();

    [TearDown]
    public void Close() => engine.Dispose();

    [Test]
    public void An_unknown_cart_is_not_found_and_the_call_is_named()
    {
        var error = Fails(() => engine.Get(
            Shop.Buyer with { CorrelationId = "call-7" }, Guid.NewGuid().ToString()));
        Assert.Multiple(() =>
        {
            Assert.That(error.Status, Is.EqualTo(EngineStatus.NotFound));
            Assert.That(error.Code, Is.EqualTo("800008"));
            Assert.That(error.Name, Is.EqualTo("CartNotFound"));
            Assert.That(error.Description, Is.Not.Empty);
            Assert.That(error.Message, Is.EqualTo($"CartNotFound (800008): {error.Description}"));
            Assert.That(error.IsRetryable, Is.False);
            Assert.That(error.CorrelationId, Is.EqualTo("call-7"));
        });
    }

    [Test]
    public void A_cart_of_another_customer_is_not_found()
    {
        var cart = engine.Create(Shop.Buyer, Shop.CartOf(1));
        Assert.That(
            Fails(() => engine.Get(new Request { CustomerId = "someone-else" }, cart.Id!)).Code,
            Is.EqualTo("800008"));
    }

    [Test]
    public void An_unknown_line_is_not_found()
    {
        var cart = engine.Create(Shop.Buyer, Shop.CartOf(1));
        Assert.That(
            Fails(() => engine.ChangeLine(Shop.Buyer, cart.Id!, 99, Shop.Seats(1))).Status,
            Is.EqualTo(EngineStatus.NotFound));
        Assert.That(
            Fails(() => engine.RemoveLine(Shop.Buyer, cart.Id!, 99)).Status,
            Is.EqualTo(EngineStatus.NotFound));
    }

    [Test]
    public void An_expired_cart_is_not_found()
    {
        var cart = engine.Create(Shop.Buyer, Shop.CartOf(1));
        engine.SetClock(Shop.Now.AddDays(7));
        Assert.That(Fails(() => engine.Get(Shop.Buyer, cart.Id!)).Code, Is.EqualTo("800008"));
    }

    [Test]
    public void A_wrong_type_is_told_with_the_property_at_fault()
    {
        var error = Fails(() => engine.CreateJson(
            Shop.Buyer, """{"lineItems":[{"quantity":1},{"quantity":"3"}]}"""));
        Assert.That(
            (error.Status, error.Code), Is.EqualTo((EngineStatus.InvalidRequest, "800002")));
        Assert.That(error.ErrorData, Is.EqualTo(new[] { "lineItems[1].quantity" }));
    }

    [Test]
    public void A_change_needs_a_user() =>
        Assert.That(
            Fails(() => engine.Create(Shop.Buyer with { User = null }, Shop.CartOf(1))).Status,
            Is.EqualTo(EngineStatus.InvalidArgument));

    [TestCase("")]
    [TestCase("with space")]
    [TestCase("größe")]
    public void An_id_the_engine_does_not_take_is_told(string id) =>
        Assert.That(
            Fails(() => engine.List(new Request { CustomerId = id })).Status,
            Is.EqualTo(EngineStatus.InvalidArgument));

    [Test]
    public void An_id_of_any_length_reaches_the_engine(
        [Values(127, 128, 129, 135, 136, 137, 5000, 1_000_000)] int length)
    {
        void List() => engine.List(new Request { CustomerId = new string('c', length) });
        if (length <= 128)
        {
            Assert.DoesNotThrow(List);
        }
        else
        {
            Assert.That(Fails(List).Status, Is.EqualTo(EngineStatus.InvalidArgument));
        }
    }

    [Test]
    public void A_condition_on_reading_is_refused()
    {
        var cart = engine.Create(Shop.Buyer, Shop.CartOf(1));
        Assert.That(
            Fails(() => engine.Get(Shop.Buyer with { IfMatch = cart.Etag }, cart.Id!)).Status,
            Is.EqualTo(EngineStatus.InvalidArgument));
    }

    [Test]
    public void A_conflict_tells_the_current_etag()
    {
        var cart = engine.Create(Shop.Buyer, Shop.CartOf(1));
        var now = engine.Update(Shop.Buyer, cart.Id!, Shop.CartOf(2));
        var error = Fails(
            () => engine.Update(Shop.Buyer with { IfMatch = cart.Etag }, cart.Id!, Shop.CartOf(3)));
        Assert.That((error.Status, error.Code), Is.EqualTo((EngineStatus.Conflict, "2055")));
        Assert.That(error.ErrorData, Is.EqualTo(new[] { now.Etag }));
    }

    [Test]
    public void A_limit_is_told()
    {
        using var small = Shop.Open(
            options => options with { Limits = new Limits { LineItemsPerCart = 2 } });
        Assert.That(
            Fails(() => small.Create(Shop.Buyer, Shop.CartOf(1, 1, 1))).Status,
            Is.EqualTo(EngineStatus.LimitExceeded));
    }

    [Test]
    public void An_unknown_option_is_told()
    {
        var error = Fails(
            () => Engine.OpenJson("""{"database":":memory:","colour":"red"}""").Dispose());
        Assert.That(error.Status, Is.EqualTo(EngineStatus.InvalidArgument));
        Assert.That(error.Description, Does.Contain("colour"));
    }

    [Test]
    public void A_backup_does_not_overwrite()
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder.File("there.db"), "precious");
        Assert.That(
            () => engine.Backup(folder.File("there.db")), Throws.TypeOf<CartEngineException>());
        Assert.That(File.ReadAllText(folder.File("there.db")), Is.EqualTo("precious"));
    }

    private static CartEngineException Fails(TestDelegate call) =>
        Assert.Throws<CartEngineException>(call)!;
}
