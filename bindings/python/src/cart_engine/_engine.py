"""The engine: carts, orders, customers and a catalog in one database."""

from __future__ import annotations

import os
import warnings
import weakref
from collections.abc import Iterator
from datetime import timedelta
from types import TracebackType
from typing import Any, Callable, Literal

from ._carts import Carts
from ._catalog import Catalog, Path
from ._handle import Handle
from ._json import duration, encoded, loads, write
from ._maintenance import Maintenance
from ._raw import RawEngine
from .documents import CartHeader, CartPage, Order, OrderPage
from .resources import CatalogItem, CatalogPage, Limits, Options, Partner


class Engine(Carts, Catalog, Maintenance):
    """Carts, orders, customers and a catalog in one database.

    Any thread may use it; calls run in parallel. Close it, best by `with`: closing waits for
    the calls in progress, and may be repeated. A process that forks opens its engine afterwards.
    """

    def __init__(
        self,
        database: Path,
        *,
        durability: Literal["full", "checkout", "normal"] = "full",
        read_only: bool = False,
        busy_timeout_ms: int = 5000,
        dialect: Literal["2023", "2018", "wire"] = "2023",
        partner: Partner | None = None,
        cart_lifetime: timedelta | str = "P7D",
        partner_attestation: Literal["optional", "required"] = "optional",
        rounding: Literal["half_up", "truncate"] = "half_up",
        limits: Limits | None = None,
        id_seed: int | None = None,
    ) -> None:
        """Opens the database, a file or `:memory:`; a new file becomes an empty database.

        durability: what an answered change survives. `full`: a power loss. `checkout`: checkouts
            do, with all changes before them. `normal`: the last changes may be lost.
        read_only: refuse all changes.
        busy_timeout_ms: how long to wait for another process, in milliseconds.
        dialect: how carts are written; all dialects are read.
        partner: who sells; by default a direct partner in the US who sells in USD.
        cart_lifetime: when a cart that is not ordered expires.
        partner_attestation: whether participants need `PartnerOnRecordAttestationAccepted`.
        rounding: how totals are brought to the currency's minor unit.
        limits: the greatest documents and carts.
        id_seed: makes the ids repeat from run to run, for tests.
        """
        options: dict[str, Any] = {
            "database": encoded("database", os.fspath(database)).decode(),
            "durability": durability,
            "readOnly": read_only,
            "busyTimeoutMs": busy_timeout_ms,
            "dialect": dialect,
            "partner": partner,
            "cartLifetime": duration(cart_lifetime),
            "partnerAttestation": partner_attestation,
            "rounding": rounding,
            "limits": limits,
            "idSeed": id_seed,
        }
        given = {name: value for name, value in options.items() if value is not None}
        handle = Handle(write("options", given))
        super().__init__(handle, loads)
        weakref.finalize(self, _close_forgotten, handle, repr(self))

    @property
    def options(self) -> Options:
        """The options in force."""
        options: Options = loads(self._handle.options)
        return options

    @property
    def raw(self) -> RawEngine:
        """The same operations, answering JSON text as it came."""
        return RawEngine(self)

    @property
    def closed(self) -> bool:
        """Whether the engine has been closed."""
        return self._handle.is_closed

    def close(self) -> None:
        """Refuses further calls, waits for those in progress, and closes the database."""
        self._handle.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self.closed else "open"
        return f"<cart_engine.Engine {self.options.get('database')!r} {state}>"

    def iter_carts(
        self,
        customer_id: str,
        *,
        status: Literal["Active", "Ordered"] | None = None,
        page_size: int | None = None,
    ) -> Iterator[CartHeader]:
        """All carts of a customer, newest first, fetched page by page."""

        def page(after: str | None) -> CartPage:
            return self.list(customer_id, status=status, limit=page_size, after=after)

        return _items(page)

    def iter_orders(
        self, customer_id: str, *, cart_id: str | None = None, page_size: int | None = None
    ) -> Iterator[Order]:
        """All orders of a customer, newest first, fetched page by page; of one cart if named."""

        def page(after: str | None) -> OrderPage:
            return self.list_orders(customer_id, cart_id=cart_id, limit=page_size, after=after)

        return _items(page)

    def iter_catalog(
        self, text: str, *, country: str | None = None, page_size: int | None = None
    ) -> Iterator[CatalogItem]:
        """All items of the catalog whose names hold a text, fetched page by page."""

        def page(after: str | None) -> CatalogPage:
            return self.find_catalog(text=text, country=country, limit=page_size, after=after)

        return _items(page)


def _items(page_after: Callable[[str | None], Any]) -> Iterator[Any]:
    """The items of all pages."""
    page = page_after(None)
    yield from page["items"]
    while page.get("after"):
        page = page_after(page["after"])
        yield from page["items"]


def _close_forgotten(handle: Handle, name: str) -> None:
    """Closes an engine that its owner has let go of, and says so, as open files do."""
    if not handle.is_closed:
        handle.close()
        warnings.warn(f"unclosed engine {name}", ResourceWarning, stacklevel=2)
