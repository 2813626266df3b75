"""The operations of the engine that answer JSON text.

They are the methods of the groups of operations themselves: only how an answer is read differs,
and so the type of the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from ._caller import Caller
from ._carts import Carts
from ._catalog import Catalog
from ._maintenance import Maintenance

if TYPE_CHECKING:
    from typing_extensions import Concatenate, ParamSpec

    Parameters = ParamSpec("Parameters")


def _text(
    operation: Callable[Concatenate[Any, Parameters], Any],
) -> Callable[Concatenate[RawEngine, Parameters], str]:
    """The operation, as the type checker shall see it."""
    return operation


class RawEngine(Caller):
    """The operations of an engine, answering JSON text as it came."""

    def __init__(self, engine: Caller) -> None:
        super().__init__(engine._handle, str)
        # An engine that nobody holds is closed.
        self._engine = engine

    price = _text(Carts.price)
    create = _text(Carts.create)
    get = _text(Carts.get)
    list = _text(Carts.list)
    update = _text(Carts.update)
    add_lines = _text(Carts.add_lines)
    change_line = _text(Carts.change_line)
    remove_line = _text(Carts.remove_line)
    checkout = _text(Carts.checkout)
    get_order = _text(Carts.get_order)
    list_orders = _text(Carts.list_orders)

    put_catalog = _text(Catalog.put_catalog)
    import_catalog = _text(Catalog.import_catalog)
    find_catalog = _text(Catalog.find_catalog)
    remove_catalog = _text(Catalog.remove_catalog)
    put_customer = _text(Catalog.put_customer)
    get_customer = _text(Catalog.get_customer)

    stats = _text(Maintenance.stats)
    check = _text(Maintenance.check)
    purge = _text(Maintenance.purge)
    backup = _text(Maintenance.backup)
