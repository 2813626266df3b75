using System.Text.Json;
using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>
/// The golden suite gives the documents that it holds, and the library's types lose nothing of
/// them.
/// </summary>
[TestFixture]
public class GoldenTests
{
    private const string Story = """
        # a small story
        open {"database":":memory:","idSeed":1}

        # a customer
        call cart_customer_put
        argument {"customerId":"c"}
        answer {"stored":1,"rejected":[]}
        status CART_STATUS_OK

        call cart_list customer_id=c user=u
        null
        status CART_STATUS_OK
        answer {"totalCount":0,"items":[]}
        """;

    /// <summary>What the documents of a function are read as; the others answer nothing.</summary>
    private static readonly Dictionary<string, Type> Answers = new()
    {
        ["cart_catalog_find"] = typeof(CatalogPage),
        ["cart_catalog_import"] = typeof(ImportResult),
        ["cart_catalog_put"] = typeof(PutResult),
        ["cart_catalog_remove"] = typeof(RemoveResult),
        ["cart_checkout"] = typeof(CartCheckoutResult),
        ["cart_create"] = typeof(Cart),
        ["cart_customer_get"] = typeof(Customer),
        ["cart_customer_put"] = typeof(PutResult),
        ["cart_engine_check"] = typeof(CheckResult),
        ["cart_engine_purge"] = typeof(PurgeResult),
        ["cart_engine_stats"] = typeof(EngineStats),
        ["cart_get"] = typeof(Cart),
        ["cart_line_add"] = typeof(LineChanges),
        ["cart_line_change"] = typeof(LineChanges),
        ["cart_line_remove"] = typeof(LineChanges),
        ["cart_list"] = typeof(Page<CartHeader>),
        ["cart_order_get"] = typeof(Order),
        ["cart_order_list"] = typeof(Page<Order>),
        ["cart_price"] = typeof(Cart),
        ["cart_update"] = typeof(Cart),
    };

    private ScratchFolder folder = null!;

    /// <summary>The library itself looks for the native one where it makes an engine.</summary>
    [OneTimeSetUp]
    public void FindTheLibrary() => Assert.That(Engine.Version, Is.Not.Empty);

    [SetUp]
    public void MakeFolder() => folder = new ScratchFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void The_suite_is_there() => Assert.That(GoldenSuite.Files(), Is.Not.Empty);

    [TestCaseSource(typeof(GoldenSuite), nameof(GoldenSuite.Cases))]
    public void Every_answer_is_that_of_the_suite(string path) => GoldenRunner.Run(path);

    [Test]
    public void A_story_without_a_difference_passes() => GoldenRunner.Run(Written(Story));

    [TestCase("\"stored\":1", "\"stored\":2", "7: cart_customer_put: the answer is")]
    [TestCase("status CART_STATUS_OK", "", "5: cart_customer_put: no status stands")]
    [TestCase("=c", "=", "12: cart_list: the status is CART_STATUS_INVALID_ARGUMENT")]
    [TestCase("answer {\"totalCount\":0,\"items\":[]}", "", "10: cart_list: the answer is")]
    [TestCase("cart_list", "cart_lost", "10: cart_lost: is no function")]
    [TestCase("user=u", "who=u", "10: cart_list: has no field who")]
    [TestCase("null", "", "10: cart_list: has too few arguments")]
    [TestCase("null", "null\nnull", "10: cart_list: has too many arguments")]
    [TestCase("null", "nil", "11: cart_list: nil is no directive")]
    [TestCase("idSeed", "seed", "2: cart_engine_open: fails")]
    public void A_difference_is_told_with_its_place(string old, string changed, string told)
    {
        var path = Written(Story.Replace(old, changed));
        Assert.That(
            () => GoldenRunner.Run(path),
            Throws.TypeOf<GoldenDifference>().With.Message.StartsWith($"small.golden:{told}"));
    }

    [TestCaseSource(typeof(GoldenSuite), nameof(GoldenSuite.Cases))]
    public void Every_answer_goes_through_the_types_without_loss(string path)
    {
        foreach (var step in GoldenSuite.Read(path))
        {
            if (step.Answer is not null)
            {
                var told = Plain(Retold(step));
                Assert.That(told, Is.EqualTo(Plain(step.Answer)), $"{step.AtAnswer}: {told}");
            }
        }
    }

    /// <summary>The answer of a step, read into the library's types and written again.</summary>
    private static string Retold(GoldenStep step)
    {
        if (step.Status == "CART_STATUS_OK")
        {
            var type = Answers[step.Name];
            var document = JsonSerializer.Deserialize(step.Answer!, type, Engine.JsonOptions);
            return JsonSerializer.Serialize(document, type, Engine.JsonOptions);
        }
        var error = new CartEngineException(
            default, JsonSerializer.Deserialize<ErrorDocument>(step.Answer!, Engine.JsonOptions)!);
        return JsonSerializer.Serialize(
            new
            {
                error.Code,
                error.Name,
                error.Description,
                Data = error.ErrorData,
                Source = "cart_engine",
                Retryable = error.IsRetryable,
                error.CorrelationId,
            },
            Engine.JsonOptions);
    }

    /// <summary>
    /// A document without what the dialects write differently and the types write in one way:
    /// the case of names, ids as numbers or as text, renewals in a list or alone, what is empty.
    /// </summary>
    private static string Plain(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Plain("", document.RootElement);
    }

    private static string Plain(string name, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var properties = element.EnumerateObject()
                    .Select(property => (Name: PlainName(property.Name), property.Value))
                    .Select(each => (each.Name, Value: Plain(each.Name, each.Value)))
                    .Where(each => each.Value is not ("[]" or "{}"))
                    .OrderBy(each => each.Name, StringComparer.Ordinal)
                    .Select(each => $"\"{each.Name}\":{each.Value}");
                return $"{{{string.Join(",", properties)}}}";
            case JsonValueKind.Array when name == "renewsto":
                return Plain("", element.EnumerateArray().Single());
            case JsonValueKind.Array:
                var items = element.EnumerateArray().Select(item => Plain(name, item));
                return $"[{string.Join(",", items)}]";
            case JsonValueKind.String when name is "id" or "removed":
                return element.GetString()!;
            case JsonValueKind.String:
                // Characters may be escaped or not.
                return JsonSerializer.Serialize(element.GetString());
            default:
                return element.GetRawText();
        }
    }

    private string Written(string story)
    {
        var path = folder.File("small.golden");
        File.WriteAllText(path, story);
        return path;
    }

    private static string PlainName(string name) =>
        name == "catalogId" ? "catalogitemid" : name.ToLowerInvariant();
}
