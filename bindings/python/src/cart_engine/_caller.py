"""What all groups of operations stand on: the native engine, and how answers are read."""

from __future__ import annotations

from ctypes import sizeof
from typing import Any, Callable

from ._declarations import cart_request
from ._handle import Handle
from ._json import encoded, optional
from ._progress import Progress


class Caller:
    """Calls a native engine and reads its answers in one way."""

    def __init__(self, handle: Handle, reader: Callable[[str], Any]) -> None:
        self._handle = handle
        self._reader = reader

    def _ask(self, function: str, *arguments: Any) -> Any:
        return self._reader(self._handle.call(function, *arguments))

    def _watch(self, function: str, *arguments: Any, progress: Progress | None) -> Any:
        return self._reader(self._handle.watch(function, *arguments, progress=progress))

    def _tell(self, function: str, *arguments: Any) -> None:
        self._handle.call(function, *arguments)


def request(
    customer_id: str,
    user: str | None = None,
    request_id: str | None = None,
    correlation_id: str | None = None,
    if_match: str | None = None,
) -> cart_request:
    """Who asks, and how the call is to be taken."""
    return cart_request(
        struct_size=sizeof(cart_request),
        customer_id=encoded("customer_id", customer_id),
        user=optional("user", user),
        request_id=optional("request_id", request_id),
        correlation_id=optional("correlation_id", correlation_id),
        if_match=optional("if_match", if_match),
    )
