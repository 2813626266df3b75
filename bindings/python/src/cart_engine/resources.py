"""The shapes of catalog, customers, options and reports, for editors and type checkers.

A property that a document need not have is left out when absent, so read it with `get`. Amounts
of money are `decimal.Decimal`, times are `datetime` in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, TypedDict, Union

#: A resource of the catalog in the shape of the service's answers, a list, or a collection of them.
Resources = Union[Mapping[str, Any], Sequence[Mapping[str, Any]]]


class NewCatalog(TypedDict, total=False):
    """What is put into the catalog; as keys, what is removed from it."""

    products: Resources
    skus: Resources
    availabilities: Resources
    offers: Resources
    prices: Resources
    promotions: Resources
    inventory: Resources


#: A catalog that is handed to the engine, or its JSON text.
CatalogDocument = Union[NewCatalog, Mapping[str, Any], str, bytes]


class Rejection(TypedDict):
    """A document that was not stored: its list, its position in it, and the reason."""

    list: str
    position: int
    reason: str


class PutResult(TypedDict):
    """How many documents were stored, and which were not."""

    stored: int
    rejected: list[Rejection]


class RejectedRow(TypedDict):
    """A row of a price sheet that was skipped: its number, the first being 1, and the reason."""

    line: int
    reason: str


class ImportReport(TypedDict):
    """How many rows of a price sheet were stored and skipped, and the first of those skipped."""

    stored: int
    rejectedCount: int
    rejected: list[RejectedRow]


class AzureReservation(TypedDict, total=False):
    """What an Azure subscription may reserve."""

    enabled: bool
    registered: bool


class _Subscription(TypedDict):
    id: str


class SubType(TypedDict):
    """A kind of products within a type."""

    id: str


class ProductType(TypedDict, total=False):
    """What kind of product it is, such as `OnlineServicesNCE`, `Azure` or `SaaS`."""

    id: str
    subType: SubType


class Subscription(_Subscription, total=False):
    """A subscription of a customer. Those that orders made name their order."""

    offerId: str
    orderId: str
    parentSubscriptionId: str
    promotionId: str
    friendlyName: str
    productType: ProductType
    quantity: int
    status: str
    termDuration: str
    billingCycle: str
    isTrial: bool
    creationDate: datetime
    commitmentEndDate: datetime
    azureReservation: AzureReservation


class _Customer(TypedDict):
    customerId: str


class Customer(_Customer, total=False):
    """A customer; what is absent is the partner's."""

    country: str
    currency: str
    segment: str
    subscriptions: list[Subscription]


class Partner(TypedDict, total=False):
    """Who sells: the option `partner` of an engine."""

    model: Literal["direct", "indirect_provider"]
    country: str
    currency: str
    sandbox: bool
    resellers: list[str]


class Limits(TypedDict, total=False):
    """The greatest documents and carts: the option `limits` of an engine."""

    requestBytes: int
    lineItemsPerCart: int
    addonItemsPerLine: int


class _Options(TypedDict):
    database: str
    durability: Literal["full", "checkout", "normal"]
    readOnly: bool
    busyTimeoutMs: int
    dialect: Literal["2018", "2023", "wire"]
    partner: Partner
    cartLifetime: str
    partnerAttestation: Literal["optional", "required"]
    rounding: Literal["half_up", "truncate"]
    limits: Limits


class Options(_Options, total=False):
    """The options of an engine in force."""

    idSeed: int


class CatalogTerms(TypedDict, total=False):
    """A way to buy an item: `unitPrice` is for one unit and the whole term."""

    termDuration: str
    billingCycle: str
    currencyCode: str
    unitPrice: Decimal
    erpPrice: Decimal


class _CatalogItemId(TypedDict):
    catalogItemId: str


class CatalogItemId(_CatalogItemId, total=False):
    """An id under which an item is bought, and where that is possible."""

    country: str
    segment: str
    currencyCode: str
    currencySymbol: str
    isPurchasable: bool


class _CatalogItem(TypedDict):
    catalogItems: list[CatalogItemId]
    terms: list[CatalogTerms]


class CatalogItem(_CatalogItem, total=False):
    """A SKU, or a legacy offer, as a shop page wants it."""

    productId: str
    skuId: str
    offerId: str
    title: str
    productTitle: str
    productType: str
    purchaseSystem: str
    minimumQuantity: int
    maximumQuantity: int
    isTrial: bool
    isAddon: bool
    prerequisiteSkus: list[str]
    prerequisiteOffers: list[str]


class _CatalogPage(TypedDict):
    items: list[CatalogItem]


class CatalogPage(_CatalogPage, total=False):
    """Items of the catalog; `after` asks for the next page and is absent on the last."""

    after: str


class RemoveResult(TypedDict):
    """How many catalog documents were removed."""

    removed: int


class _CheckReport(TypedDict):
    ok: bool


class CheckReport(_CheckReport, total=False):
    """What a check found."""

    findings: list[str]


class PurgeReport(TypedDict):
    """How many a purge removed, and whether there is more to remove."""

    expiredCarts: int
    orderedCarts: int
    requests: int
    more: bool


class Sizes(TypedDict):
    """The sizes of the database and of its write-ahead log."""

    databaseBytes: int
    walBytes: int


class Versions(TypedDict):
    """The versions of the engine, of its tables and of SQLite."""

    engine: str
    schema: int
    sqlite: str


class Stats(TypedDict):
    """Figures of a database."""

    counts: dict[str, int]
    sizes: Sizes
    versions: Versions


class Backup(TypedDict):
    """Where a backup is."""

    path: str
