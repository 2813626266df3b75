using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>What cannot be passed to native code is refused before it gets there.</summary>
[TestFixture]
public class ArgumentTests
{
    private Engine engine = null!;

    [SetUp]
    public void Open() => engine = Shop.Open();

    [TearDown]
    public void Close() => engine.Dispose();

    [Test]
    public void A_nul_in_a_text_is_refused()
    {
        Refuses("cartId", () => engine.Get(Shop.Buyer, "a\0b"));
        Refuses("cart", () => engine.CreateJson(Shop.Buyer, "{}\0"));
        Refuses("CustomerId", () => engine.List(new Request { CustomerId = "\0" }));
        Refuses("User", () => engine.List(Shop.Buyer with { User = "x\0" }));
        Refuses("RequestId", () => engine.List(Shop.Buyer with { RequestId = "x\0" }));
        Refuses("CorrelationId", () => engine.List(Shop.Buyer with { CorrelationId = "x\0" }));
        Refuses("IfMatch", () => engine.List(Shop.Buyer with { IfMatch = "x\0" }));
        Refuses("path", () => engine.Backup("x\0"));
        Refuses("options", () => Engine.OpenJson("\0"));
    }

    [Test]
    public void A_nul_in_a_typed_document_is_text_like_any_other()
    {
        var cart = engine.Create(
            Shop.Buyer, new Cart { LineItems = [Shop.Seats(1) with { FriendlyName = "a\0b" }] });
        Assert.That(cart.LineItems[0].FriendlyName, Is.EqualTo("a\0b"));
    }

    [Test]
    public void Half_a_surrogate_pair_is_refused([Values(1, 1000)] int length) =>
        Refuses("cartId", () => engine.Get(Shop.Buyer, new string('x', length) + "\ud83d"));

    /// <summary>
    /// A document with half a pair was stored with another character in its place: what was sent
    /// did not come back.
    /// </summary>
    [Test]
    public void Half_a_surrogate_pair_in_a_typed_document_is_refused()
    {
        const string half = "x\ud83dy";
        var line = Shop.Seats(1);
        var context = new Dictionary<string, string> { [half] = "" };
        var unknown = JsonSerializer.Deserialize<CartLineItem>(
            """{"colour":"\ud83d"}""", Engine.JsonOptions)!;
        Refuses("cart", () => Create(line with { FriendlyName = half }));
        Refuses("cart", () => Create(line with { ProvisioningContext = context }));
        Refuses("cart", () => Create(unknown));
        Refuses("query", () => engine.FindCatalog(new CatalogQuery { Text = half }));
        Refuses(
            "patch",
            () => engine.ChangeLine(Shop.Buyer, "x", 0, new JsonObject { ["friendlyName"] = half }));

        void Create(CartLineItem bad) => engine.Create(Shop.Buyer, new Cart { LineItems = [bad] });
    }

    [TestCase("😀 é 日本")]
    [TestCase("\ufffd\uffff\u2028\u0001\u007f")]
    [TestCase("\"\\/<&'\t")]
    public void Any_text_in_a_typed_document_comes_back(string name)
    {
        var line = Shop.Seats(1) with { FriendlyName = name };
        var cart = engine.Create(Shop.Buyer, new Cart { LineItems = [line] });
        Assert.That(cart.LineItems[0].FriendlyName, Is.EqualTo(name));
    }

    [Test]
    public void A_value_that_has_no_name_is_refused() =>
        Refuses("options", () => Engine.Open(
            new EngineOptions { Database = ":memory:", Rounding = (Rounding)99 }));

    [Test]
    public void What_must_be_there_is_missed()
    {
        Misses("cartId", () => engine.Get(Shop.Buyer, null!));
        Misses("request", () => engine.Get(null!, "x"));
        Misses("CustomerId", () => engine.Get(new Request { CustomerId = null! }, "x"));
        Misses("cart", () => engine.Create(Shop.Buyer, null!));
        Misses("cart", () => engine.CreateJson(Shop.Buyer, null!));
        Misses("lines", () => engine.AddLines(Shop.Buyer, "x", null!));
        Misses("customer", () => engine.PutCustomer(null!));
        Misses("catalog", () => engine.PutCatalog(null!));
        Misses("options", () => Engine.Open(null!));
    }

    [Test]
    public void A_text_of_any_length_arrives_whole(
        [Values(1, 100, 400, 510, 511, 512, 513, 5000, 300_000)] int length)
    {
        // Three bytes each: the text is longer in UTF-8 than it looks.
        var name = new string('日', Math.Min(length, 200));
        var padding = new string(' ', length);
        var json = $$"""{"lineItems":[{"friendlyName":"{{name}}"}]}{{padding}}""";
        using var cart = JsonDocument.Parse(engine.CreateJson(Shop.Buyer, json));
        Assert.That(
            cart.RootElement.GetProperty("lineItems")[0].GetProperty("friendlyName").GetString(),
            Is.EqualTo(name));
    }

    [Test]
    public void A_long_text_is_copied_into_no_other_memory_of_the_program()
    {
        var line = $$"""{"catalogItemId":"{{Shop.Licence}}","quantity":1}""";
        var json = $$"""{"lineItems":[{{line}}]}{{new string(' ', 300_000)}}""";
        engine.PriceJson(Shop.Buyer, json);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var answer = engine.PriceJson(Shop.Buyer, json);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        // The answer is a text of two bytes a character; nothing is as long as what went in.
        Assert.That(allocated, Is.LessThan((2 * answer.Length) + 1024));
    }

    private static void Refuses(string argument, TestDelegate call) =>
        Assert.That(Assert.Throws<ArgumentException>(call)!.ParamName, Is.EqualTo(argument));

    private static void Misses(string argument, TestDelegate call) =>
        Assert.That(Assert.Throws<ArgumentNullException>(call)!.ParamName, Is.EqualTo(argument));
}
