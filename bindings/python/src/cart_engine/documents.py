"""The shapes of carts, orders and errors, for editors and type checkers.

Carts and lines are described in the default dialect, `2023`; the others spell some properties
differently. Orders have one shape in all dialects. A property that a document need not have is
left out when absent, so read it with `get`. Amounts of money are `decimal.Decimal`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import IntEnum
from typing import Any, TypedDict, Union

#: What is handed to the engine: a document, or its JSON text.
Document = Union[Mapping[str, Any], str, bytes]
#: The same where a list is taken too.
Documents = Union[Document, Sequence[Mapping[str, Any]]]


class LineErrorCode(IntEnum):
    """Why a line cannot be ordered. Later engines may answer further codes."""

    UNKNOWN = 0
    CURRENCY_IS_NOT_SUPPORTED = 10000
    CATALOG_ITEM_ID_IS_NOT_VALID = 10001
    QUOTA_NOT_AVAILABLE = 10002
    INVENTORY_NOT_AVAILABLE = 10003
    PARTICIPANTS_IS_NOT_SUPPORTED_FOR_PARTNER = 10004
    UNABLE_TO_PROCESS_CART_LINE_ITEM = 10006
    SUBSCRIPTION_IS_NOT_VALID = 10007
    SUBSCRIPTION_IS_NOT_ENABLED_FOR_RI = 10008
    SANDBOX_LIMIT_EXCEEDED = 10009
    INVALID_INPUT = 10010
    SUBSCRIPTION_NOT_REGISTERED = 10011
    ATTESTATION_NOT_ACCEPTED = 10012
    BILLING_PLAN_NOT_SUPPORTED = 10013
    INVALID_PROMOTION_ID = 10014
    MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED = 10015
    INVALID_CUSTOM_TERM_END_DATE_PRODUCT = 10016
    INVALID_CUSTOM_TERM_END_DATE = 10017
    BASE_OFFER_SEAT_QUANTITY_NOT_MET = 10018
    MINIMUM_ADD_ON_SEATS_NOT_MET = 10019
    ADDON_WITHOUT_BASE = 400041
    ITEM_NOT_AVAILABLE = 400072
    LEGACY_OFFER_NOT_ELIGIBLE_FOR_PURCHASE = 500600


class Pricing(TypedDict):
    """The prices of a line, before tax."""

    listPrice: Decimal
    discountedPrice: Decimal
    proratedPrice: Decimal
    price: Decimal
    extendedPrice: Decimal


class RenewsTo(TypedDict, total=False):
    """The term that a subscription renews to."""

    termDuration: str


class Participant(TypedDict):
    """A partner on record."""

    key: str
    value: str


class AdditionalInformation(TypedDict, total=False):
    """The numbers behind a line error."""

    availableQuantity: int
    purchasedQuantity: int


class _CartError(TypedDict):
    errorCode: int
    errorDescription: str


class CartError(_CartError, total=False):
    """Why a line cannot be ordered; `errorCode` is one of `LineErrorCode`."""

    additionalInformation: AdditionalInformation


class _CartLineItem(TypedDict):
    id: str
    catalogItemId: str
    quantity: int
    billingCycle: str


class CartLineItem(_CartLineItem, total=False):
    """A line of a cart. A line in `error` may lack what was malformed."""

    friendlyName: str
    currencyCode: str
    termDuration: str
    participants: list[Participant]
    provisioningContext: dict[str, str]
    orderGroup: str
    addonItems: list[CartLineItem]
    error: CartError
    renewsTo: list[RenewsTo]
    AttestationAccepted: bool
    promotionId: str
    customTermEndDate: str
    pricing: Pricing


class CartAttributes(TypedDict):
    """The etag of a cart, for `if_match`."""

    etag: str


class _CartFacts(TypedDict):
    id: str
    creationTimeStamp: str
    lastModifiedTimeStamp: str
    expirationTimeStamp: str
    lastModifiedUser: str
    status: str
    attributes: CartAttributes


class _CartOptionalFacts(_CartFacts, total=False):
    PartnerOnRecordAttestationAccepted: bool


class Cart(_CartOptionalFacts):
    """A cart with its lines. `status` is `Active` or `Ordered`."""

    lineItems: list[CartLineItem]


class CartHeader(_CartOptionalFacts):
    """A cart without its lines."""

    lineCount: int


class _CartPage(TypedDict):
    totalCount: int
    items: list[CartHeader]


class CartPage(_CartPage, total=False):
    """Carts, newest first; `after` asks for the next page and is absent on the last."""

    after: str


class _LineChange(TypedDict):
    cart: CartHeader
    lineItems: list[CartLineItem]


class LineChange(_LineChange, total=False):
    """What a line operation changed."""

    removed: list[str]
    orderGroups: dict[str, str]


class _OrderLineItem(TypedDict):
    lineItemNumber: int
    offerId: str
    transactionType: str
    quantity: int


class OrderLineItem(_OrderLineItem, total=False):
    """A line of an order."""

    subscriptionId: str
    parentSubscriptionId: str
    termDuration: str
    friendlyName: str
    customTermEndDate: str
    promotionId: str
    pricing: Pricing
    partnerIdOnRecord: str
    additionalPartnerIdsOnRecord: list[str]
    provisioningContext: dict[str, str]
    renewsTo: RenewsTo
    attestationAccepted: bool


class OrderAttributes(TypedDict):
    """What kind of document it is."""

    objectType: str


class _Order(TypedDict):
    id: str
    alternateId: str
    referenceCustomerId: str
    billingCycle: str
    currencyCode: str
    lineItems: list[OrderLineItem]
    creationDate: str
    status: str
    transactionType: str
    attributes: OrderAttributes


class Order(_Order, total=False):
    """What the checkout of an order group made."""

    currencySymbol: str
    totalPrice: Decimal


class _OrderPage(TypedDict):
    totalCount: int
    items: list[Order]


class OrderPage(_OrderPage, total=False):
    """Orders, newest first; `after` asks for the next page and is absent on the last."""

    after: str


class OrderError(TypedDict):
    """Why an order group was not ordered."""

    orderGroupId: str
    code: int
    description: str


class _CartCheckoutResult(TypedDict):
    orders: list[Order]


class CartCheckoutResult(_CartCheckoutResult, total=False):
    """The orders that a checkout made, and the order groups that failed."""

    orderErrors: list[OrderError]


class _ErrorDocument(TypedDict):
    code: str
    name: str
    description: str
    data: list[str]
    source: str
    retryable: bool


class ErrorDocument(_ErrorDocument, total=False):
    """A failed call as JSON, for hosts that answer it as it is."""

    correlationId: str
