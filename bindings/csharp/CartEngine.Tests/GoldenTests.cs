using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using CartEngine.Native;
using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>
/// The golden suite runs through the declarations and the handle that the library itself uses, and
/// its documents through the library's types.
/// </summary>
[TestFixture]
public class GoldenTests
{
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
        ["cart_engine_open"] = typeof(EngineOptions),
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

    /// <summary>The library itself looks for the native one where it makes an engine.</summary>
    [OneTimeSetUp]
    public void FindTheLibrary() => Assert.That(Engine.Version, Is.Not.Empty);

    [Test]
    public void The_suite_is_there() => Assert.That(GoldenSuite.Files(), Is.Not.Empty);

    [TestCaseSource(typeof(GoldenSuite), nameof(GoldenSuite.Cases))]
    public void Every_answer_is_that_of_the_suite(string path)
    {
        EngineHandle? engine = null;
        try
        {
            foreach (var step in GoldenSuite.Read(path))
            {
                var (status, answer) = step.Name == "cart_engine_open"
                    ? Open(step, ref engine)
                    : Call(step, engine!);
                Assert.That(
                    Engine.StatusName((EngineStatus)status),
                    Is.EqualTo(step.Status),
                    $"{step.AtStatus}: the status, with {answer}");
                if (step.Name != "cart_engine_open" || step.Answer is not null)
                {
                    Assert.That(answer, Is.EqualTo(step.Answer), $"{step.AtAnswer}: {answer}");
                }
            }
        }
        finally
        {
            engine?.Dispose();
        }
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

    private static unsafe (int Status, string? Answer) Open(
        GoldenStep step, ref EngineHandle? engine)
    {
        engine?.Dispose();
        using var texts = new NativeTexts();
        byte* answer = null;
        cart_engine* opened = null;
        var options = texts.Add(step.Arguments.Single());
        var status = NativeMethods.cart_engine_open((byte*)options, &opened, &answer);
        engine = new EngineHandle();
        Marshal.InitHandle(engine, (nint)opened);
        return (status, TextOf(answer));
    }

    /// <summary>Calls a function by its name; its parameters say what is passed where.</summary>
    private static unsafe (int Status, string? Answer) Call(GoldenStep step, EngineHandle engine)
    {
        var function = typeof(NativeMethods).GetMethod(
            step.Name, BindingFlags.NonPublic | BindingFlags.Static);
        Assert.That(function, Is.Not.Null, $"{step.AtStatus} is no function");
        using var texts = new NativeTexts();
        var fields = new Dictionary<string, string>(step.Request);
        byte* Field(string name) =>
            (byte*)texts.Add(fields.Remove(name, out var text) ? text : null);
        var request = new cart_request
        {
            struct_size = (nuint)sizeof(cart_request),
            customer_id = Field("customer_id"),
            user = Field("user"),
            request_id = Field("request_id"),
            correlation_id = Field("correlation_id"),
            if_match = Field("if_match"),
        };
        Assert.That(fields, Is.Empty, $"{step.AtStatus}: unknown fields");
        byte* answer = null;
        var arguments = new Queue<string?>(step.Arguments);
        var passed = new List<object>();
        foreach (var parameter in function!.GetParameters().Select(each => each.ParameterType))
        {
            passed.Add(
                parameter == typeof(EngineHandle) ? engine
                : parameter == typeof(cart_request*) ? (nint)(&request)
                : parameter == typeof(byte*) ? texts.Add(arguments.Dequeue())
                : parameter == typeof(byte**) ? (nint)(&answer)
                : (nint)0);
        }
        Assert.That(arguments, Is.Empty, $"{step.AtStatus}: arguments without a place");
        var status = (int)function.Invoke(
            null, BindingFlags.DoNotWrapExceptions, null, passed.ToArray(), null)!;
        return (status, TextOf(answer));
    }

    private static unsafe string? TextOf(byte* answer)
    {
        var text = Marshal.PtrToStringUTF8((nint)answer);
        NativeMethods.cart_string_free(answer);
        return text;
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

    private static string PlainName(string name) =>
        name == "catalogId" ? "catalogitemid" : name.ToLowerInvariant();

    /// <summary>Texts in native memory, for as long as a call takes.</summary>
    private sealed class NativeTexts : IDisposable
    {
        private readonly List<nint> texts = [];

        public nint Add(string? text)
        {
            var native = Marshal.StringToCoTaskMemUTF8(text);
            texts.Add(native);
            return native;
        }

        public void Dispose() => texts.ForEach(Marshal.FreeCoTaskMem);
    }
}
