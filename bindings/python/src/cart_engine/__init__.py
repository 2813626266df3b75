"""An embedded cart engine: carts, rules, prices, order groups and checkout in one database.

>>> from cart_engine import Engine
>>> with Engine("shop.db") as engine:
...     cart = engine.create("customer-1", {"lineItems": [...]}, user="ada")
...     result = engine.checkout("customer-1", cart["id"], user="ada")
"""

from __future__ import annotations

from ._declarations import ABI_VERSION, VERSION, Status
from ._engine import Engine
from ._library import LIBRARY
from ._progress import Progress
from ._raw import RawEngine
from .documents import (
    Cart,
    CartCheckoutResult,
    CartError,
    CartHeader,
    CartLineItem,
    CartPage,
    Document,
    Documents,
    ErrorDocument,
    LineChange,
    LineErrorCode,
    Order,
    OrderError,
    OrderLineItem,
    OrderPage,
    Pricing,
)
from .errors import (
    CancelledError,
    CartEngineError,
    CartHasErrorsError,
    CartOrderedError,
    ConflictError,
    EngineClosedError,
    EnginePanicError,
    InvalidArgumentError,
    InvalidJsonError,
    InvalidRequestError,
    LimitExceededError,
    MisuseError,
    NotFoundError,
    RequestIdReusedError,
    StoreBusyError,
    StoreCorruptError,
    StoreError,
    StoreFullError,
    StoreIoError,
    StoreReadOnlyError,
    StoreUnavailableError,
    StoreVersionError,
)
from .resources import (
    Backup,
    CatalogItem,
    CatalogPage,
    CheckReport,
    Customer,
    Limits,
    Partner,
    PurgeReport,
    PutResult,
    RemoveResult,
    Stats,
    Subscription,
)

#: The version of this package.
__version__ = VERSION


def library_version() -> str:
    """The version of the native library in use."""
    version: bytes = LIBRARY.cart_version()
    return version.decode()


__all__ = [
    "ABI_VERSION",
    "Backup",
    "CancelledError",
    "Cart",
    "CartCheckoutResult",
    "CartEngineError",
    "CartError",
    "CartHasErrorsError",
    "CartHeader",
    "CartLineItem",
    "CartOrderedError",
    "CartPage",
    "CatalogItem",
    "CatalogPage",
    "CheckReport",
    "ConflictError",
    "Customer",
    "Document",
    "Documents",
    "Engine",
    "EngineClosedError",
    "EnginePanicError",
    "ErrorDocument",
    "InvalidArgumentError",
    "InvalidJsonError",
    "InvalidRequestError",
    "LimitExceededError",
    "Limits",
    "LineChange",
    "LineErrorCode",
    "MisuseError",
    "NotFoundError",
    "Order",
    "OrderError",
    "OrderLineItem",
    "OrderPage",
    "Partner",
    "Pricing",
    "Progress",
    "PurgeReport",
    "PutResult",
    "RawEngine",
    "RemoveResult",
    "RequestIdReusedError",
    "Stats",
    "Status",
    "StoreBusyError",
    "StoreCorruptError",
    "StoreError",
    "StoreFullError",
    "StoreIoError",
    "StoreReadOnlyError",
    "StoreUnavailableError",
    "StoreVersionError",
    "Subscription",
    "__version__",
    "library_version",
]
