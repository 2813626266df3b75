using System.Text.Json;
using CartEngine.Json;
using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>
/// Documents are read in every dialect and written so that the engine understands them.
/// </summary>
[TestFixture]
public class DocumentTests
{
    private const string Cart2023 = """
        {"id":"3655b1a0-b1c9-4268-9824-577fdbc4d0be",
         "creationTimeStamp":"2026-03-10T12:00:00.1234567Z",
         "lastModifiedUser":"someone","status":"Active","PartnerOnRecordAttestationAccepted":true,
         "lineItems":[{"id":"0","catalogItemId":"P:S:A","quantity":2,"billingCycle":"one_time",
           "termDuration":"P1Y",
           "AttestationAccepted":true,"renewsTo":[{"termDuration":"P1M"}],
           "customTermEndDate":"2026-09-30T00:00:00.0000000Z",
           "provisioningContext":{"scope":"shared"},
           "participants":[{"key":"transaction_reseller","value":"1"}],
           "pricing":{"listPrice":30.4,"discountedPrice":30.4,"proratedPrice":30.4,
             "price":30.4,"extendedPrice":364.8}}],
         "attributes":{"etag":"7"}}
        """;

    private const string CartWire = """
        {"id":"3655b1a0-b1c9-4268-9824-577fdbc4d0be","status":"Active",
         "creationTimestamp":"2026-03-10T12:00:00.1234567Z",
         "lineItems":[{"id":0,"catalogItemId":"P:S:A","quantity":2,"billingCycle":"one_time",
           "attestationAccepted":true,"renewsTo":{"termDuration":"P1M"},"provisioningContext":{}}],
         "links":{"self":{"uri":"/customers/c/carts/3655b1a0","method":"GET","headers":[]}},
         "attributes":{"objectType":"Cart","etag":"7"}}
        """;

    private const string Cart2018 = """
        {"id":"3655b1a0-b1c9-4268-9824-577fdbc4d0be",
         "creationTimeStamp":"2026-03-10T12:00:00.1234567Z",
         "lineItems":[{"id":"0","catalogId":"P:S:A","quantity":0,"billingCycle":"one_time",
           "purchaseSystem":"modern","error":{"quantity":"quantity 0 is below 1"}}],
         "attributes":{"etag":"7"}}
        """;

    [TestCase(Cart2023, TestName = "{m}(2023)")]
    [TestCase(CartWire, TestName = "{m}(wire)")]
    [TestCase(Cart2018, TestName = "{m}(2018)")]
    public void A_cart_is_read_in_every_dialect(string json)
    {
        var cart = Read<Cart>(json);
        var line = cart.LineItems.Single();
        Assert.Multiple(() =>
        {
            Assert.That(cart.Id, Is.EqualTo("3655b1a0-b1c9-4268-9824-577fdbc4d0be"));
            Assert.That(
                cart.CreationTimestamp,
                Is.EqualTo(
                    new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero).AddTicks(1234567)));
            Assert.That(cart.Etag, Is.EqualTo("7"));
            Assert.That(line.Id, Is.Zero);
            Assert.That(line.CatalogItemId, Is.EqualTo("P:S:A"));
            Assert.That(line.BillingCycle, Is.EqualTo(BillingCycle.OneTime));
        });
    }

    [TestCase(Cart2023, TestName = "{m}(2023)")]
    [TestCase(CartWire, TestName = "{m}(wire)")]
    public void A_renewal_is_read_as_list_and_as_object(string json)
    {
        var line = Read<Cart>(json).LineItems.Single();
        Assert.That(line.RenewsTo?.TermDuration, Is.EqualTo("P1M"));
        Assert.That(line.AttestationAccepted, Is.True);
        Assert.That(Write(line), Does.Contain("\"renewsTo\":{\"termDuration\":\"P1M\"}"));
    }

    [TestCase("""{"renewsTo":[]}""")]
    [TestCase("""{"renewsTo":null}""")]
    [TestCase("""{}""")]
    public void An_absent_renewal_is_null(string json) =>
        Assert.That(Read<CartLineItem>(json).RenewsTo, Is.Null);

    [Test]
    public void The_2018_dialect_names_the_property_at_fault()
    {
        var line = Read<Cart>(Cart2018).LineItems.Single();
        Assert.Multiple(() =>
        {
            Assert.That(line.HasErrors);
            Assert.That(line.Error!.Property, Is.EqualTo("quantity"));
            Assert.That(line.Error.ErrorDescription, Is.EqualTo("quantity 0 is below 1"));
            Assert.That(line.Error.ErrorCode, Is.EqualTo(CartErrorCode.Unknown));
            Assert.That(Write(line.Error), Is.EqualTo("""{"quantity":"quantity 0 is below 1"}"""));
        });
    }

    [Test]
    public void A_numbered_error_is_read_with_its_numbers()
    {
        var json = """
            {"errorCode":10015,"errorDescription":"50 seats remain",
            "additionalInformation":{"availableQuantity":50,"purchasedQuantity":51}}
            """.ReplaceLineEndings("");
        var error = Read<CartError>(json);
        Assert.Multiple(() =>
        {
            Assert.That(
                error.ErrorCode, Is.EqualTo(CartErrorCode.MaxAllowedSeatsPerSubscriptionExceeded));
            Assert.That(
                error.AdditionalInformation,
                Is.EqualTo(
                    new AdditionalInformation { AvailableQuantity = 50, PurchasedQuantity = 51 }));
            Assert.That(Write(error), Is.EqualTo(json));
        });
    }

    [Test]
    public void An_error_of_an_unknown_number_is_kept()
    {
        var error = Read<CartError>("""{"errorCode":77777,"errorDescription":"x"}""");
        Assert.That(error.ErrorCode, Is.EqualTo((CartErrorCode)77777));
    }

    [Test]
    public void Unknown_properties_are_sent_back()
    {
        var cart = Read<Cart>(
            """{"lineItems":[{"id":1,"colour":"red"}],"shop":{"name":"corner"}}""");
        Assert.That(
            Write(cart),
            Does.Contain("\"colour\":\"red\"").And.Contain("\"shop\":{\"name\":\"corner\"}"));
    }

    [Test]
    public void A_changed_cart_keeps_all_that_was_read()
    {
        var cart = Read<Cart>(Cart2023);
        var changed = cart with { LineItems = [cart.LineItems[0] with { Quantity = 3 }] };
        using var expected = JsonDocument.Parse(Cart2023.Replace("\"quantity\":2", "\"quantity\":3")
            .Replace("\"id\":\"0\"", "\"id\":0").Replace(
                "[{\"termDuration\":\"P1M\"}]", "{\"termDuration\":\"P1M\"}"));
        using var actual = JsonDocument.Parse(Write(changed));
        Assert.That(Canonical(actual.RootElement), Is.EqualTo(Canonical(expected.RootElement)));
    }

    [Test]
    public void What_is_null_is_left_out() =>
        Assert.That(Write(new CartLineItem { Quantity = 3 }), Is.EqualTo("""{"quantity":3}"""));

    [Test]
    public void An_empty_list_is_said_because_a_patch_means_it() =>
        Assert.That(
            Write(new CartLineItem { AddonItems = [] }), Is.EqualTo("""{"addonItems":[]}"""));

    [Test]
    public void Amounts_are_exact()
    {
        var pricing = Read<Pricing>("""
            {"listPrice":0.1,"discountedPrice":79228162514264337593543950335,
             "price":0.0000000001,"extendedPrice":1e2}
            """);
        Assert.Multiple(() =>
        {
            Assert.That(pricing.ListPrice, Is.EqualTo(0.1m));
            Assert.That(pricing.DiscountedPrice, Is.EqualTo(decimal.MaxValue));
            Assert.That(pricing.Price, Is.EqualTo(0.0000000001m));
            Assert.That(pricing.ExtendedPrice, Is.EqualTo(100m));
            Assert.That(Write(pricing), Does.Contain("\"listPrice\":0.1,"));
        });
    }

    [TestCase("2026-03-10T12:00:00Z", "2026-03-10T12:00:00.0000000Z")]
    [TestCase("2026-03-10T12:00:00", "2026-03-10T12:00:00.0000000Z")]
    [TestCase("2026-03-10T12:00:00.123456789+02:00", "2026-03-10T10:00:00.1234567Z")]
    [TestCase("2026-03-10T23:59:59.999999999Z", "2026-03-10T23:59:59.9999999Z")]
    [TestCase("9999-12-31T23:59:59.99999999", "9999-12-31T23:59:59.9999999Z")]
    [TestCase("2026-03-10T12:00:00.1234567Z", "2026-03-10T12:00:00.1234567Z")]
    [TestCase("2026-03-10T12:00:00.5", "2026-03-10T12:00:00.5000000Z")]
    [TestCase("2026-03-10 12:00:00Z", "2026-03-10T12:00:00.0000000Z")]
    [TestCase("2026-03-10", "2026-03-10T00:00:00.0000000Z")]
    public void Times_are_utc(string read, string written)
    {
        var order = Read<Order>($"{{\"creationDate\":\"{read}\"}}");
        Assert.That(Write(order.CreationDate), Is.EqualTo($"\"{written}\""));
    }

    /// <summary>The engine reads no such date; a guess of the month could differ from it.</summary>
    [TestCase("10/03/2026")]
    [TestCase("10 March 2026")]
    [TestCase(".123456789")]
    [TestCase("")]
    public void Only_iso_dates_are_dates(string text)
    {
        Assert.That(new CartLineItem { CustomTermEndDateText = text }.CustomTermEndDate, Is.Null);
        Assert.That(
            () => Read<Order>($"{{\"creationDate\":\"{text}\"}}"), Throws.TypeOf<JsonException>());
    }

    [Test]
    public void A_date_that_is_none_is_kept_as_it_came()
    {
        var line = Read<CartLineItem>("""{"customTermEndDate":"next Friday"}""");
        var date = new DateTimeOffset(2026, 9, 30, 2, 0, 0, TimeSpan.FromHours(2));
        Assert.Multiple(() =>
        {
            Assert.That(line.CustomTermEndDate, Is.Null);
            Assert.That(Write(line), Is.EqualTo("""{"customTermEndDate":"next Friday"}"""));
            Assert.That(
                (line with { CustomTermEndDate = date }).CustomTermEndDateText,
                Is.EqualTo("2026-09-30T00:00:00.0000000Z"));
            Assert.That((line with { CustomTermEndDate = null }).CustomTermEndDateText, Is.Null);
        });
    }

    [TestCase("one_time")]
    [TestCase("oneTime")]
    [TestCase("OneTime")]
    public void A_name_is_the_same_in_every_spelling(string spelling)
    {
        var cycle = Read<BillingCycle>($"\"{spelling}\"");
        Assert.Multiple(() =>
        {
            Assert.That(cycle, Is.EqualTo(BillingCycle.OneTime));
            Assert.That(cycle == BillingCycle.OneTime);
            Assert.That(cycle.GetHashCode(), Is.EqualTo(BillingCycle.OneTime.GetHashCode()));
            Assert.That(Write(cycle), Is.EqualTo($"\"{spelling}\""), "it is sent back as it came");
        });
    }

    [Test]
    public void A_name_that_is_not_listed_is_kept()
    {
        var order = Read<Order>("""{"status":"partially_shipped","billingCycle":"fortnightly"}""");
        Assert.That(order.Status?.Value, Is.EqualTo("partially_shipped"));
        Assert.That(Write(order), Does.Contain("\"billingCycle\":\"fortnightly\""));
    }

    [Test]
    public void The_default_of_an_open_set_is_no_trap()
    {
        Assert.That(default(BillingCycle).ToString(), Is.Empty);
        Assert.That(default(BillingCycle), Is.Not.EqualTo(BillingCycle.None));
        Assert.That(
            default(BillingCycle).GetHashCode(), Is.EqualTo(new BillingCycle("").GetHashCode()));
    }

    [Test]
    public void Line_changes_are_read_with_ids_of_either_kind()
    {
        var changes = Read<LineChanges>("""
            {"cart":{"id":"x","lineCount":2,"attributes":{"etag":"3"}},
             "lineItems":[{"id":"4"}],"removed":["1",2],"orderGroups":{"1":"0"}}
            """);
        Assert.Multiple(() =>
        {
            Assert.That(changes.Cart.LineCount, Is.EqualTo(2));
            Assert.That(changes.Cart.Etag, Is.EqualTo("3"));
            Assert.That(changes.LineItems.Single().Id, Is.EqualTo(4));
            Assert.That(changes.Removed, Is.EqualTo(new[] { 1L, 2L }));
            Assert.That(changes.OrderGroups["1"], Is.EqualTo("0"));
        });
    }

    [Test]
    public void Options_are_written_by_the_names_of_the_engine()
    {
        var options = new EngineOptions
        {
            Database = ":memory:",
            Durability = Durability.Checkout,
            Dialect = Dialect.V2018,
            Rounding = Rounding.HalfUp,
            PartnerAttestation = PartnerAttestation.Required,
            Partner = new Partner { Model = PartnerModel.IndirectProvider, Resellers = ["1"] },
            IdSeed = ulong.MaxValue,
        };
        var json = """
            {"database":":memory:","durability":"checkout","dialect":"2018",
            "partner":{"model":"indirect_provider","resellers":["1"]},
            "partnerAttestation":"required","rounding":"half_up",
            "idSeed":18446744073709551615}
            """.ReplaceLineEndings("");
        Assert.That(Write(options), Is.EqualTo(json));
        Assert.That(Write(Read<EngineOptions>(json)), Is.EqualTo(json));
    }

    [Test]
    public void Text_is_sent_as_utf8_and_not_escaped() =>
        Assert.That(
            Write(new CartLineItem { FriendlyName = "Büro <5 & 日本" }),
            Is.EqualTo("""{"friendlyName":"Büro <5 & 日本"}"""));

    [Test]
    public void A_large_document_is_written_whole()
    {
        var lines = Enumerable.Range(0, 20_000).Select(id => new CartLineItem { Id = id });
        var cart = new Cart { LineItems = lines.ToList() };
        var written = CartJson.Serialize(cart);
        var length = Array.IndexOf(written, (byte)0);
        var read = JsonSerializer.Deserialize<Cart>(written.AsSpan(0, length), CartJson.Options)!;
        Assert.That(
            read.LineItems[^1].Id,
            Is.EqualTo(19_999));
    }

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, CartJson.Options)!;

    private static string Write<T>(T document) =>
        JsonSerializer.Serialize(document, CartJson.Options);

    /// <summary>The JSON with properties in order of their names, for comparison.</summary>
    private static string Canonical(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(",", element.EnumerateObject()
            .OrderBy(property => property.Name, StringComparer.Ordinal)
            .Select(property => $"\"{property.Name}\":{Canonical(property.Value)}")) + "}",
        JsonValueKind.Array =>
            "[" + string.Join(",", element.EnumerateArray().Select(Canonical)) + "]",
        _ => element.GetRawText(),
    };
}
