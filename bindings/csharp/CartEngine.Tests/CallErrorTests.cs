using System.Text.RegularExpressions;
using CartEngine.Native;
using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>
/// Every status of the C header and every call error of the behaviour page has its member here, and
/// comes out of the native library as an exception that says so.
/// </summary>
[TestFixture]
public class CallErrorTests
{
    private Engine engine = null!;
    private ScratchFolder folder = null!;

    [SetUp]
    public void Open()
    {
        folder = new ScratchFolder();
        engine = Shop.Open(options => options with { Database = folder.File("carts.db") });
    }

    [TearDown]
    public void Close()
    {
        engine.Dispose();
        folder.Dispose();
    }

    /// <summary>By name of the error: a call that fails with it.</summary>
    private static readonly Dictionary<string, Action<CallErrorTests>> Failing = new()
    {
        ["InvalidArgument"] = test => test.engine.List(new Request { CustomerId = "" }),
        ["InvalidJson"] = test => test.engine.CreateJson(Shop.Buyer, "{"),
        ["InvalidRequest"] = test => test.engine.Create(Shop.Buyer, new Cart()),
        ["PartnerAttestationRequired"] = test => test.OrderWithoutAttestation(),
        ["Misuse"] = test => test.CallWithASmallerRequest(),
        ["LimitExceeded"] = test => test.engine.CreateJson(
            Shop.Buyer, new string(' ', (8 << 20) + 1)),
        ["CartNotFound"] = test => test.engine.Get(Shop.Buyer, "none"),
        ["OrderNotFound"] = test => test.engine.GetOrder(Shop.Buyer, "none"),
        ["NotFound"] = test => test.engine.GetCustomer("none"),
        ["Conflict"] = test => test.engine.Delete(
            Shop.Buyer with { IfMatch = "another" }, test.Create(1)),
        ["CartOrdered"] = test =>
        {
            var cart = test.Create(1);
            test.engine.Checkout(Shop.Buyer, cart);
            test.engine.Update(Shop.Buyer, cart, Shop.CartOf(2));
        },
        ["CartHasErrors"] = test => test.engine.Checkout(Shop.Buyer, test.Create(0)),
        ["RequestIdReused"] = test =>
        {
            var request = Shop.Buyer with { RequestId = "r-1" };
            test.engine.Create(request, Shop.CartOf(1));
            test.engine.Create(request, Shop.CartOf(2));
        },
        ["StoreBusy"] = test =>
        {
            using var impatient = test.Another(options => options with { BusyTimeoutMs = 1 });
            using var turn = new WriterTurn(test.folder.File("carts.db"));
            impatient.Create(Shop.Buyer, Shop.CartOf(1));
        },
        ["StoreIo"] = test => test.Another(
            options => options with { Database = test.folder.File("nowhere/carts.db") }),
        ["StoreCorrupt"] = test =>
        {
            File.WriteAllText(test.folder.File("notes.db"), new string('x', 8192));
            test.Another(options => options with { Database = test.folder.File("notes.db") });
        },
        ["StoreVersion"] = test =>
        {
            test.engine.Dispose();
            using (var file = File.OpenWrite(test.folder.File("carts.db")))
            {
                // The number of the schema lies at byte 60 of an SQLite file.
                file.Position = 60;
                file.Write([0x7f, 0, 0, 0]);
            }
            test.Another(options => options);
        },
        ["StoreReadOnly"] = test =>
        {
            using var reader = test.Another(options => options with { ReadOnly = true });
            reader.Create(Shop.Buyer, Shop.CartOf(1));
        },
        ["Cancelled"] = test =>
        {
            using var source = new CancellationTokenSource();
            test.engine.Check(new Watcher(_ => source.Cancel()), source.Token);
        },
    };

    /// <summary>By name of the error: why no test can bring it about.</summary>
    private static readonly Dictionary<string, string> Unreachable = new()
    {
        ["StoreFull"] = "needs a disk that is full, which only an administrator can provide",
        ["StoreUnavailable"] = "is kept for stores on other machines, which this engine has not",
        ["Panic"] = "needs a defect of the engine",
    };

    private static IEnumerable<TestCaseData> Errors() =>
        BehaviourPage.CallErrors().Select(error => new TestCaseData(
            error.Status, error.Code, error.Name).SetArgDisplayNames(error.Name));

    private static IEnumerable<TestCaseData> HeaderStatuses() =>
        Regex.Matches(
            File.ReadAllText(Shop.Project("include/cart_engine.h")),
            @"^#define CART_STATUS_(\w+) (\d+)\r?$",
            RegexOptions.Multiline)
        .Select(match => new TestCaseData(match.Groups[1].Value, int.Parse(match.Groups[2].Value))
            .SetArgDisplayNames(match.Groups[1].Value));

    [Test]
    public void The_header_and_the_page_name_the_same_statuses() =>
        Assert.That(
            HeaderStatuses().Select(each => (int)each.Arguments[1]!),
            Is.EquivalentTo(
                BehaviourPage.CallErrors().Select(error => error.Status).Append(0).Distinct()));

    [TestCaseSource(nameof(HeaderStatuses))]
    public void A_status_of_the_header_has_its_member(string name, int value)
    {
        Assert.That(Engine.StatusName((EngineStatus)value), Is.EqualTo($"CART_STATUS_{name}"));
        Assert.That(
            Enum.GetName((EngineStatus)value)?.ToUpperInvariant(),
            Is.EqualTo(name.Replace("_", "")));
    }

    [TestCaseSource(nameof(Errors))]
    public unsafe void An_error_of_the_page_comes_as_an_exception(
        int status, string code, string name)
    {
        if (Unreachable.TryGetValue(name, out var reason))
        {
            Assert.That(Failing, Does.Not.ContainKey(name), reason);
            var told = NativeAnswer.ReadError(status, null);
            Assert.That((told.Code, told.Name), Is.EqualTo((code, name)));
            return;
        }
        var exception = Assert.Catch(() => Failing[name](this));
        var error = (exception as OperationCanceledException)?.InnerException ?? exception;
        Assert.That(error, Is.TypeOf<CartEngineException>());
        var failure = (CartEngineException)error!;
        Assert.Multiple(() =>
        {
            Assert.That((int)failure.Status, Is.EqualTo(status));
            Assert.That(failure.Code, Is.EqualTo(code));
            Assert.That(failure.Name, Is.EqualTo(name));
            Assert.That(failure.Description, Is.Not.Empty);
            Assert.That(
                failure.IsRetryable,
                Is.EqualTo(
                    failure.Status is EngineStatus.StoreBusy or EngineStatus.StoreUnavailable));
        });
    }

    private Engine Another(Func<EngineOptions, EngineOptions> change) =>
        Engine.Open(change(new EngineOptions { Database = folder.File("carts.db") }));

    private string Create(long quantity) => engine.Create(Shop.Buyer, Shop.CartOf(quantity)).Id!;

    private void OrderWithoutAttestation()
    {
        using var strict = Another(options => options with
        {
            PartnerAttestation = PartnerAttestation.Required,
        });
        var line = Shop.Seats(1) with
        {
            Participants = [new Participant("transaction_reseller", "1234")],
        };
        strict.Create(Shop.Buyer, new Cart { LineItems = [line] });
    }

    /// <summary>Only a host that fills the struct itself can get its size wrong.</summary>
    private unsafe void CallWithASmallerRequest()
    {
        using var options = Utf8Text.Json(new EngineOptions { Database = ":memory:" });
        EngineHandle.Open(options.Pointer, out var handle).Release();
        using (handle)
        {
            var request = new cart_request { struct_size = 8 };
            byte* answer = null;
            var status = NativeMethods.cart_list(handle, &request, null, &answer);
            NativeAnswer.Check(status, answer);
        }
    }
}
