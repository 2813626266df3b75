"""Every status and every code: each has a name here, and what can be produced is produced."""

import re
import sqlite3
import unittest
from dataclasses import dataclass, field
from typing import Any

from support import (
    CUSTOMER,
    HEADER,
    ROOT,
    SEAT,
    USER,
    YEARLY,
    TempDirTestCase,
    cart,
    catalog,
    held_by_another_process,
    line,
    open_engine,
)

from cart_engine import CartEngineError, Engine, ErrorCode, LineErrorCode, OrderErrorCode, Status

OFFER = "MS-AZR-0145P"
ADDON = "CFQ7TTC0ADDN:0001:ANY"
RESERVED = "DZH318Z0BQ36:004G:ANY"
OWNED = {"id": "1c461a25-f729-4fa5-aadb-280947dd05e8", "offerId": OFFER, "quantity": 1}
PAGE = (ROOT / "BEHAVIOUR.md").read_text(encoding="utf-8")


def rows(head):
    """The cells of the table of the behaviour page that begins with these words."""
    table = PAGE.partition(f"\n| {head} |")[2].partition("\n\n")[0]
    lines = table.splitlines()[2:]
    assert lines, head
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@dataclass
class Case:
    """A cart that is good while the first facts hold, and has a line in error by the second."""

    lines: list
    facts: dict = field(default_factory=dict)
    spoiled: dict = field(default_factory=dict)
    partner: Any = None
    #: Whether no engine with these options takes the cart for good.
    is_born_bad: bool = False


def sku(item, **fields):
    """A SKU of an item."""
    product, number, _ = item.split(":")
    return {"skus": {"productId": product, "id": number, **fields}}


def seats(**fields):
    """The SKU that most cases are about, with other terms."""
    return sku(SEAT, minimumQuantity=1, maximumQuantity=300, **fields)


def offer(**fields):
    """A legacy offer, with its price."""
    sold = {"id": OFFER, "name": "Azure", "isAvailableForPurchase": True, **fields}
    price = {**catalog()["prices"][0], "offerId": OFFER, "termDuration": ""}
    del price["productId"], price["skuId"]
    return {"offers": sold, "prices": price}


def owning(**fields):
    """A customer with an Azure subscription."""
    return {"customerId": CUSTOMER, "subscriptions": [{**OWNED, **fields}]}


def addon(**attributes):
    """An add-on of the seats, with its price."""
    prerequisite = ":".join(SEAT.split(":")[:2])
    product, number, _ = ADDON.split(":")
    price = {**catalog()["prices"][0], "productId": product, "skuId": number}
    return {
        "products": {"id": product, "productType": {"id": "OnlineServicesNCE"}},
        "prices": price,
        **sku(
            ADDON,
            dynamicAttributes={
                "isAddon": True,
                "prerequisiteSkus": [prerequisite],
                **attributes,
            },
        ),
    }


def reservation(**fields):
    """A reservation, with its price."""
    product, number, _ = RESERVED.split(":")
    price = {**catalog()["prices"][0], "productId": product, "skuId": number}
    return {
        "products": {"id": product, "productType": {"id": "Azure"}},
        "prices": price,
        **sku(RESERVED, provisioningVariables=["SubscriptionId"], **fields),
    }


def promotion():
    """A promotion on the seats."""
    product, number, _ = SEAT.split(":")
    return {
        "promotions": {
            "id": "39NFJQT1PJBG:0001:39NFJQT1Q5KD",
            "name": "10 % off",
            "startDate": "2026-01-01T00:00:00Z",
            "endDate": "2026-12-31T00:00:00Z",
            "properties": {"isAutoApplicable": False},
            "requiredProducts": [
                {
                    "productId": product,
                    "skuId": number,
                    "term": {"duration": "P1Y", "billingCycle": "monthly"},
                    "pricingPolicies": [{"policyType": "PercentDiscount", "value": "0.1"}],
                }
            ],
        }
    }


def keys_of(item):
    """The key of an item's SKU, to remove it."""
    product, number, _ = item.split(":")
    return {"skus": [{"productId": product, "id": number}]}


def prices_of(item):
    """The keys of an item's prices, to remove them."""
    product, number, _ = item.split(":")
    return {"prices": [{"productId": product, "skuId": number}]}


def stock(quantity):
    """The stock of the seats."""
    product, number, _ = SEAT.split(":")
    count = {"productId": product, "skuId": number, "availableQuantity": quantity}
    return {"inventory": count}


ON_CONTEXT = {"provisioningContext": {"subscriptionId": OWNED["id"], "scope": "shared"}}
RESERVATION = line(RESERVED, **ON_CONTEXT)
REGISTERED = {"azureReservation": {"enabled": True, "registered": True}}
BASE = {"id": "base-1", "offerId": SEAT, "quantity": 1}
LEGACY = {"catalogItemId": OFFER, "quantity": 1, "billingCycle": "monthly"}
FIVE = [{"id": f"sub-{number}", "offerId": YEARLY, "quantity": 1} for number in range(5)]

#: How each error of a line comes about.
LINES = {
    "InvalidInput": Case([line()], spoiled={"put": sku(SEAT, minimumQuantity=2)}),
    "CatalogItemIdIsNotValid": Case([line()], spoiled={"remove": keys_of(SEAT)}),
    "ItemNotAvailable": Case(
        [line()],
        spoiled={
            "put": {"availabilities": {**catalog()["availabilities"][0], "isPurchasable": False}}
        },
    ),
    "LegacyOfferNotEligibleForPurchase": Case(
        [LEGACY],
        {"put": offer()},
        {"put": offer(isAvailableForPurchase=False)},
    ),
    "CurrencyIsNotSupported": Case([line()], spoiled={"remove": prices_of(SEAT)}),
    "BillingPlanNotSupported": Case(
        [line()], spoiled={"put": seats(supportedBillingCycles=["annual"])}
    ),
    "MaxAllowedSeatsPerSubscriptionExceeded": Case(
        [line()],
        spoiled={
            "customer": {
                "customerId": CUSTOMER,
                "subscriptions": [{**BASE, "quantity": 300}],
            }
        },
    ),
    "QuotaNotAvailable": Case(
        [LEGACY],
        {"put": offer(limitUnitOfMeasure="Lifetime", limit=1)},
        {"customer": owning()},
    ),
    "SandboxLimitExceeded": Case(
        [line()],
        spoiled={"customer": {"customerId": CUSTOMER, "subscriptions": FIVE}},
        partner={"sandbox": True},
    ),
    "InventoryNotAvailable": Case(
        [line()],
        {"put": {**seats(purchasePrerequisites=["InventoryCheck"]), **stock(5)}},
        {"put": stock(0)},
    ),
    "SubscriptionIsNotValid": Case(
        [RESERVATION],
        {"put": reservation(), "customer": owning(**REGISTERED)},
        {"customer": owning(status="suspended", **REGISTERED)},
    ),
    "SubscriptionNotRegistered": Case(
        [RESERVATION],
        {
            "put": reservation(purchasePrerequisites=["AzureSubscriptionRegistration"]),
            "customer": owning(**REGISTERED),
        },
        {"customer": owning(azureReservation={"enabled": True, "registered": False})},
    ),
    "SubscriptionIsNotEnabledForRI": Case(
        [RESERVATION],
        {"put": reservation(), "customer": owning(**REGISTERED)},
        {"customer": owning(azureReservation={"enabled": False, "registered": True})},
    ),
    "AddonWithoutBase": Case(
        [line(ADDON)],
        {"put": addon(), "customer": {"customerId": CUSTOMER, "subscriptions": [BASE]}},
        {"customer": {"customerId": CUSTOMER, "subscriptions": [{**BASE, "status": "deleted"}]}},
    ),
    "BaseOfferSeatQuantityNotMet": Case(
        [line(), line(ADDON)], {"put": addon()}, {"put": addon(minimumBaseSeats=2)}
    ),
    "MinimumAddOnSeatsNotMet": Case(
        [line(quantity=10), line(ADDON)], {"put": addon()}, {"put": addon(minimumAddonPercent=50)}
    ),
    "AttestationNotAccepted": Case(
        [line()], spoiled={"put": seats(attestationProperties={"enforceAttestation": True})}
    ),
    "ParticipantsIsNotSupportedForPartner": Case(
        [line(participants=[{"key": "transaction_reseller", "value": "5357564"}])],
        is_born_bad=True,
    ),
    "InvalidPromotionId": Case(
        [line(promotionId=promotion()["promotions"]["id"])],
        {"put": promotion()},
        {"remove": {"promotions": [{"id": promotion()["promotions"]["id"]}]}},
    ),
    "InvalidCustomTermEndDateProduct": Case(
        [line(customTermEndDate="2026-09-30")], spoiled={"put": seats(isTrial=True)}
    ),
    "InvalidCustomTermEndDate": Case(
        [line(customTermEndDate="2026-09-30")], spoiled={"clock": "2026-10-01T00:00:00Z"}
    ),
    "UnableToProcessCartLineItem": Case(
        [line(addonItems=[line(ADDON)])], {"put": addon()}, {"remove": keys_of(ADDON)}
    ),
}


def codes_of(document):
    """The codes of the errors of all lines that have one."""
    return {item["error"]["errorCode"] for item in document["lineItems"] if "error" in item}


class LineTest(unittest.TestCase):
    def engine_of(self, case):
        engine = open_engine(partner=case.partner, cart_lifetime="P1Y")
        self.addCleanup(engine.close)
        self.hold(engine, case.facts)
        return engine

    def hold(self, engine, facts):
        """Makes facts hold from now on."""
        for name, value in facts.items():
            if name == "put":
                self.assertEqual(engine.put_catalog(value)["rejected"], [])
            elif name == "customer":
                self.assertEqual(engine.put_customer(value)["rejected"], [])
            elif name == "remove":
                engine.remove_catalog(value)
            else:
                engine.set_clock(value)

    def test_the_codes_are_those_of_the_page(self):
        told = {int(code): name.upper() for _, code, name, _, _ in rows("order | code | name")}
        known = {code.value: code.name.replace("_", "") for code in LineErrorCode if code.value}
        self.assertEqual(told, known)
        # The one code that no engine writes; it is understood where another wrote it.
        self.assertEqual(LineErrorCode(0).name, "UNKNOWN")

    def test_each_line_error_is_produced(self):
        for _, code, name, _, _ in rows("order | code | name"):
            case = LINES[name]
            with self.subTest(name):
                engine = self.engine_of(case)
                self.hold(engine, case.spoiled)
                answer = engine.price(CUSTOMER, cart(*case.lines))
                self.assertIn(LineErrorCode(int(code)), codes_of(answer))

    def test_each_order_error_is_produced(self):
        told = {int(line): int(order) for line, order in rows("line error | order error")[:-1]}
        other = int(rows("line error | order error")[-1][1])
        produced = set()
        for _, code, name, _, _ in rows("order | code | name"):
            case = LINES[name]
            if case.is_born_bad:
                # Its order error is that of other lines, which are produced.
                self.assertNotIn(int(code), told)
                continue
            with self.subTest(name):
                engine = self.engine_of(case)
                created = engine.create(CUSTOMER, cart(*case.lines), user=USER)
                self.assertEqual(codes_of(created), set(), created)
                self.hold(engine, case.spoiled)
                result = engine.checkout(CUSTOMER, created["id"], user=USER)
                failed = {OrderErrorCode(error["code"]) for error in result["orderErrors"]}
                self.assertEqual(failed, {told.get(int(code), other)})
                produced |= failed
        self.assertEqual(produced, set(OrderErrorCode))
        self.assertEqual({*told.values(), other}, set(OrderErrorCode))


NOWHERE = "3655b1a0-b1c9-4268-9824-577fdbc4d0be"
#: What no test can bring about with the real library, and why.
NOT_PRODUCED = {
    Status.STORE_FULL: "it takes a full disk, which a test may not make of the machine's",
    Status.STORE_UNAVAILABLE: "this engine has no remote store",
    Status.PANIC: "it takes a defect of the engine, and none is known",
}


class CallTest(TempDirTestCase):
    """One method for each name of a call error, by which it is found."""

    def setUp(self):
        super().setUp()
        self.engine = open_engine(limits={"lineItemsPerCart": 2})
        self.addCleanup(self.engine.close)

    def create(self, *lines, **request):
        return self.engine.create(CUSTOMER, cart(*lines), user=USER, **request)

    def InvalidArgument(self):
        self.engine.get("two words", NOWHERE)

    def InvalidJson(self):
        self.engine.create(CUSTOMER, "{", user=USER)

    def InvalidRequest(self):
        self.engine.create(CUSTOMER, {"lineItems": []}, user=USER)

    def PartnerAttestationRequired(self):
        participant = {"key": "transaction_reseller", "value": "5357564"}
        with open_engine(partner_attestation="required") as engine:
            engine.create(CUSTOMER, cart(line(participants=[participant])), user=USER)

    def Misuse(self):
        self.engine.check(lambda done, total: self.engine.stats())

    def LimitExceeded(self):
        self.create(line(), line(), line())

    def CartNotFound(self):
        self.engine.get(CUSTOMER, NOWHERE)

    def OrderNotFound(self):
        self.engine.get_order(CUSTOMER, NOWHERE)

    def NotFound(self):
        self.engine.remove_line(CUSTOMER, self.create()["id"], 7, user=USER)

    def Conflict(self):
        self.engine.delete(CUSTOMER, self.create()["id"], user=USER, if_match="x")

    def CartOrdered(self):
        created = self.create()
        self.engine.checkout(CUSTOMER, created["id"], user=USER)
        self.engine.update(CUSTOMER, created["id"], created, user=USER)

    def CartHasErrors(self):
        self.engine.checkout(CUSTOMER, self.create(line(quantity=0))["id"], user=USER)

    def RequestIdReused(self):
        self.create(request_id="r")
        self.create(line(), line(), request_id="r")

    def StoreBusy(self):
        path = self.folder / "busy.db"
        with open_engine(path, busy_timeout_ms=20) as engine, held_by_another_process(path):
            engine.create(CUSTOMER, cart(), user=USER)

    def StoreIo(self):
        Engine(self.folder / "nowhere" / "shop.db")

    def StoreCorrupt(self):
        Engine(self.write("letter.db", "Dear customer, " * 1000))

    def StoreVersion(self):
        path = self.folder / "newer.db"
        open_engine(path).close()
        database = sqlite3.connect(path)
        database.execute("PRAGMA user_version = 1000000")
        database.close()
        Engine(path)

    def StoreReadOnly(self):
        path = self.folder / "shop.db"
        open_engine(path).close()
        with Engine(path, read_only=True) as engine:
            engine.create(CUSTOMER, cart(), user=USER)

    def Cancelled(self):
        self.engine.check(lambda done, total: False)

    def test_the_statuses_are_those_of_the_header(self):
        told = re.findall(r"^#define CART_STATUS_(\w+) (\d+)$", HEADER.read_text(), re.MULTILINE)
        self.assertEqual([(status.name, str(status.value)) for status in Status], told)

    def test_every_call_error_is_produced_or_the_reason_is_told_why_not(self):
        seen = {Status.OK}
        for status, code, name, _ in rows("status | code | name | when"):
            status = Status(int(status))
            if status in NOT_PRODUCED:
                self.assertFalse(hasattr(self, name), f"{name} is produced after all")
            else:
                with self.subTest(name), self.assertRaises(CartEngineError) as caught:
                    getattr(self, name)()
                error = caught.exception
                self.assertEqual((error.status, error.code, error.name), (status, code, name))
                self.assertEqual(error.code, ErrorCode(code))
            seen.add(status)
        self.assertEqual(seen, set(Status), "the page and the header tell the same statuses")

    def test_every_code_of_a_call_is_on_the_page(self):
        told = {code for _, code, _, _ in rows("status | code | name | when")}
        self.assertEqual(told, {code.value for code in ErrorCode})


if __name__ == "__main__":
    unittest.main()
