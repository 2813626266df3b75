"""The shapes of carts, orders and errors, for editors and type checkers.

Carts and lines are described in the default dialect, `2023`; the others spell some properties
differently. Orders have one shape in all dialects. A property that a document need not have is
left out when absent, so read it with `get`. Amounts of money are `decimal.Decimal`, times are
`datetime` in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict, Union

#: What is handed to the engine: a document, or its JSON text.
Document = Union[Mapping[str, Any], str, bytes]


class RenewsTo(TypedDict, total=False):
    """The term that a subscription renews to."""

    termDuration: str


class Participant(TypedDict):
    """A partner on record."""

    key: str
    value: str


class _NewLine(TypedDict):
    catalogItemId: str
    quantity: int
    billingCycle: str


class NewLine(_NewLine, total=False):
    """A line as a host writes it. Spellings of the other dialects are understood too."""

    id: Union[int, str]
    friendlyName: str
    currencyCode: str
    termDuration: str
    participants: Sequence[Participant]
    provisioningContext: Mapping[str, str]
    addonItems: Sequence[NewLine]
    renewsTo: Union[RenewsTo, Sequence[RenewsTo]]
    AttestationAccepted: bool
    promotionId: str
    customTermEndDate: Union[date, str]


class _NewCart(TypedDict):
    lineItems: Sequence[NewLine]


class NewCart(_NewCart, total=False):
    """A cart as a host writes it."""

    PartnerOnRecordAttestationAccepted: bool


#: A cart that is handed to the engine: a new one, one that was read, or JSON text.
CartDocument = Union[NewCart, Document]
#: Lines that are handed to the engine: one, a list of them, or JSON text.
LineDocuments = Union[NewLine, Sequence[NewLine], Document, Sequence[Mapping[str, Any]]]


class Pricing(TypedDict):
    """The prices of a line, before tax."""

    listPrice: Decimal
    discountedPrice: Decimal
    proratedPrice: Decimal
    price: Decimal
    extendedPrice: Decimal


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
    """A line of a cart. A line in `error` may lack what was malformed.

    `customTermEndDate` is a text only where it was malformed: it is kept as it came."""

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
    customTermEndDate: Union[datetime, str]
    pricing: Pricing


class CartAttributes(TypedDict):
    """The etag of a cart, for `if_match`."""

    etag: str


class _CartFacts(TypedDict):
    id: str
    creationTimeStamp: datetime
    lastModifiedTimeStamp: datetime
    expirationTimeStamp: datetime
    status: str
    attributes: CartAttributes


class _CartOptionalFacts(_CartFacts, total=False):
    PartnerOnRecordAttestationAccepted: bool


class _StoredCartFacts(_CartOptionalFacts):
    lastModifiedUser: str


class Cart(_StoredCartFacts):
    """A cart with its lines. `status` is `Active` or `Ordered`."""

    lineItems: list[CartLineItem]


class _PricedCart(_CartOptionalFacts):
    lineItems: list[CartLineItem]


class PricedCart(_PricedCart, total=False):
    """A cart that was priced and not stored: it has a user only where one was named."""

    lastModifiedUser: str


class CartHeader(_StoredCartFacts):
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
    customTermEndDate: datetime
    promotionId: str
    pricing: Pricing
    partnerIdOnRecord: str
    additionalPartnerIdsOnRecord: list[str]
    provisioningContext: dict[str, str]
    renewsTo: RenewsTo
    attestationAccepted: bool


class OrderAttributes(TypedDict):
    """What kind of document it is: `Order`, or `CartCheckoutResult`."""

    objectType: str


class _Order(TypedDict):
    id: str
    alternateId: str
    referenceCustomerId: str
    billingCycle: str
    currencyCode: str
    lineItems: list[OrderLineItem]
    creationDate: datetime
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
    """Why an order group was not ordered; `code` is one of `OrderErrorCode`."""

    orderGroupId: str
    code: int
    description: str


class _CartCheckoutResult(TypedDict):
    orders: list[Order]
    attributes: OrderAttributes


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
