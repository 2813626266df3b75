using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>A line that is good until something happens.</summary>
/// <param name="Line">The line.</param>
/// <param name="Happens">What happens to the facts of the engine.</param>
internal sealed record LineStory(CartLineItem Line, Action<Engine> Happens)
{
    private const string Licence = "CFQ7TTC0LH18";
    private const string Base = "CFQ7TTC0BASE:0001";
    private const string Azure = "MS-AZR-0145P";
    private const string LegacyId = "91FD106F-4B2C-4938-95AC-F54F74E9A239";
    private const string Promotion = "39NFJQT1PHSN:0001:39NFJQT1Q5J0";
    private const string SubscriptionId = "1c461a25-f729-4fa5-aadb-280947dd05e8";

    /// <summary>How the engine is opened.</summary>
    public Func<EngineOptions, EngineOptions>? Options { get; init; }

    /// <summary>What is in the catalog besides the licence.</summary>
    public string Catalog { get; init; } = "{}";

    /// <summary>The line that is bad whatever happens to the engine.</summary>
    public CartLineItem? BadLine { get; init; }

    /// <summary>By line error: how a line that was good comes to have it.</summary>
    public static Dictionary<CartErrorCode, LineStory> All { get; } = new()
    {
        [CartErrorCode.CurrencyIsNotSupported] = new(
            Shop.Seats(1),
            engine =>
            {
                engine.RemoveCatalog($$"""{"prices":[{{Price("Monthly")}},{{Price("Annual")}}]}""");
                Put(engine, $$"""{"prices":[{{Price("Monthly", "EUR")}}]}""");
            }),
        [CartErrorCode.CatalogItemIdIsNotValid] = new(
            Shop.Seats(1),
            engine => engine.RemoveCatalog(
                $$"""{"skus":[{"productId":"{{Licence}}","id":"0001"}]}""")),
        [CartErrorCode.QuotaNotAvailable] = new(
            OfOffer(), engine => Own(engine, LegacyId, 1))
        {
            Catalog = LegacyOffer("""
                "isAvailableForPurchase":true,"limitUnitOfMeasure":"Concurrent","limit":1
                """),
        },
        [CartErrorCode.InventoryNotAvailable] = new(
            Shop.Seats(2),
            engine => Put(
                engine,
                $$"""
                {"inventory":[{"productId":"{{Licence}}","skuId":"0001","availableQuantity":1}]}
                """)),
        [CartErrorCode.SubscriptionIsNotValid] = new(
            TowardsSubscription(), engine => Own(engine, Azure, 1, status: "deleted")),
        [CartErrorCode.SubscriptionIsNotEnabledForRI] = new(
            TowardsSubscription(), engine => Own(engine, Azure, 1, isEnabled: false))
        {
            Catalog = $$"""
                {"products":[{{Product("Azure")}}],
                 "skus":[{"productId":"{{Licence}}","id":"0001",
                   "provisioningVariables":["SubscriptionId"]}]}
                """,
        },
        [CartErrorCode.SandboxLimitExceeded] = new(
            Shop.Seats(1),
            engine =>
            {
                for (var number = 0; number < 5; number++)
                {
                    Own(engine, Azure, 1, id: $"00000000-0000-0000-0000-00000000000{number}");
                }
            })
        {
            Options = options => options with { Partner = new Partner { Sandbox = true } },
        },
        [CartErrorCode.InvalidInput] = new(Shop.Seats(5), Sku("\"maximumQuantity\":4")),
        [CartErrorCode.SubscriptionNotRegistered] = new(
            TowardsSubscription(), engine => Own(engine, Azure, 1, isRegistered: false))
        {
            Catalog = $$"""
                {"products":[{{Product("Azure")}}],
                 "skus":[{"productId":"{{Licence}}","id":"0001",
                   "purchasePrerequisites":["AzureSubscriptionRegistration"],
                   "provisioningVariables":["SubscriptionId"]}]}
                """,
        },
        [CartErrorCode.AttestationNotAccepted] = new(
            Shop.Seats(1),
            Sku("""
                "attestationProperties":{"attestationType":"Any","enforceAttestation":true}
                """)),
        [CartErrorCode.BillingPlanNotSupported] = new(
            Shop.Seats(1),
            engine => engine.RemoveCatalog($$"""{"prices":[{{Price("Monthly")}}]}""")),
        [CartErrorCode.InvalidPromotionId] = new(
            Shop.Seats(1) with { PromotionId = Promotion },
            engine => engine.RemoveCatalog($$"""{"promotions":[{"id":"{{Promotion}}"}]}"""))
        {
            Catalog = $$"""
                {"promotions":[{"id":"{{Promotion}}","properties":{"isAutoApplicable":false},
                  "requiredProducts":[{"productId":"{{Licence}}","skuId":"0001",
                    "term":{"duration":"P1Y","billingCycle":"Monthly"},
                    "pricingPolicies":[{"policyType":"PercentDiscount","value":"0.1"}]}]}]}
                """,
        },
        [CartErrorCode.MaxAllowedSeatsPerSubscriptionExceeded] = new(
            Shop.Seats(1), engine => Own(engine, Shop.Licence, 300)),
        [CartErrorCode.InvalidCustomTermEndDateProduct] = new(
            UntilEndOfMonth(),
            engine => Put(engine, $$"""{"products":[{{Product("Software")}}]}""")),
        [CartErrorCode.InvalidCustomTermEndDate] = new(
            UntilEndOfMonth(), engine => engine.SetClock(Shop.Now.AddDays(30)))
        {
            Options = options => options with { CartLifetime = "P60D" },
        },
        [CartErrorCode.BaseOfferSeatQuantityNotMet] = new(
            Shop.Seats(1),
            engine =>
            {
                Own(engine, $"{Base}:A", 5);
                Sku(AddonOf(Base, "\"minimumBaseSeats\":6"))(engine);
            }),
        [CartErrorCode.MinimumAddOnSeatsNotMet] = new(
            Shop.Seats(1),
            engine =>
            {
                Own(engine, $"{Base}:A", 5);
                Sku(AddonOf(Base, "\"minimumAddonPercent\":50"))(engine);
            }),
        [CartErrorCode.AddonWithoutBase] = new(
            Shop.Seats(1), Sku(AddonOf(Base, "\"minimumBaseSeats\":1"))),
        [CartErrorCode.ItemNotAvailable] = new(
            Shop.Seats(1),
            engine => Put(
                engine,
                $$"""
                {"availabilities":[{"productId":"{{Licence}}","skuId":"0001","id":"CFQ7TTC0K971",
                  "country":"US","segment":"commercial","isPurchasable":false}]}
                """)),
        [CartErrorCode.LegacyOfferNotEligibleForPurchase] = new(
            OfOffer(),
            engine => Put(engine, LegacyOffer("\"isAvailableForPurchase\":false")))
        {
            Catalog = LegacyOffer("\"isAvailableForPurchase\":true"),
        },
        [CartErrorCode.ParticipantsIsNotSupportedForPartner] = new(Shop.Seats(1), _ => { })
        {
            BadLine = Shop.Seats(1) with
            {
                Participants = [new Participant("transaction_reseller", "1234")],
            },
        },
        [CartErrorCode.UnableToProcessCartLineItem] = new(
            Shop.Seats(1) with { AddonItems = [OfOffer()] },
            engine => Put(engine, LegacyOffer("\"isAvailableForPurchase\":false")))
        {
            Catalog = LegacyOffer("\"isAvailableForPurchase\":true"),
        },
    };

    /// <summary>An engine where the line is good.</summary>
    public Engine Open()
    {
        var engine = Shop.Open(Options);
        Put(engine, Catalog);
        Own(engine, Azure, 1);
        return engine;
    }

    private static CartLineItem TowardsSubscription() => Shop.Seats(1) with
    {
        ProvisioningContext = new Dictionary<string, string>
        {
            ["subscriptionId"] = SubscriptionId,
        },
    };

    private static CartLineItem UntilEndOfMonth() => Shop.Seats(1) with
    {
        CustomTermEndDate = Shop.Now.AddDays(21),
    };

    private static CartLineItem OfOffer() => new()
    {
        CatalogItemId = LegacyId,
        Quantity = 1,
        BillingCycle = BillingCycle.Monthly,
    };

    private static string LegacyOffer(string properties) => $$"""
        {"offers":[{"id":"{{LegacyId}}","country":"US","supportedBillingCycles":["monthly"],
          {{properties}}}],
         "prices":[{"offerId":"{{LegacyId}}","billingPlan":"Monthly","market":"US",
          "currency":"USD","unitPrice":1}]}
        """;

    private static string Product(string type) => $$"""
        {"id":"{{Licence}}","productType":{"id":"{{type}}"} }
        """;

    private static string Price(string plan, string currency = "USD") => $$"""
        {"productId":"{{Licence}}","skuId":"0001","termDuration":"P1Y","billingPlan":"{{plan}}",
         "market":"US","currency":"{{currency}}","segment":"Commercial","unitPrice":1,
         "effectiveStartDate":"2020-01-01T00:00:00Z"}
        """;

    private static Action<Engine> Sku(string properties) => engine => Put(engine, $$"""
        {"skus":[{"productId":"{{Licence}}","id":"0001",{{properties}}}]}
        """);

    private static string AddonOf(string sku, string property) => $$"""
        "dynamicAttributes":{"isAddon":true,"prerequisiteSkus":["{{sku}}"],{{property}}}
        """;

    private static void Put(Engine engine, string catalog) =>
        Assert.That(engine.PutCatalog(catalog).Rejected, Is.Empty);

    private static void Own(
        Engine engine,
        string item,
        int quantity,
        string status = "active",
        string id = SubscriptionId,
        bool isEnabled = true,
        bool isRegistered = true)
    {
        var subscription = new Subscription
        {
            Id = id,
            OfferId = item,
            Quantity = quantity,
            Status = status,
            AzureReservation = new AzureReservation
            {
                Enabled = isEnabled,
                Registered = isRegistered,
            },
        };
        var customer = new Customer
        {
            CustomerId = Shop.Buyer.CustomerId,
            Subscriptions = [subscription],
        };
        Assert.That(engine.PutCustomer(customer).Rejected, Is.Empty);
    }
}
