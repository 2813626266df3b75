"""What a call can fail with: one base exception, and a subclass for each family of causes."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ._declarations import Status
from .documents import ErrorDocument


class CartEngineError(Exception):
    """A call failed, and changed nothing."""

    def __init__(
        self,
        status: int,
        code: str,
        name: str,
        description: str,
        data: Sequence[str] = (),
        retryable: bool = False,
        correlation_id: str | None = None,
    ) -> None:
        # All values are handed on, so that the exception can be pickled and copied.
        super().__init__(status, code, name, description, data, retryable, correlation_id)
        #: The C interface's status: a member of `Status`, or the bare number of one unknown here.
        self.status: Status | int = _known(status)
        #: The service's error code where it has one, else the status as text.
        self.code = code
        #: The name of the cause, such as `CartNotFound`.
        self.name = name
        #: What was expected and what came, for people.
        self.description = description
        #: The properties at fault (`lineItems[2].quantity`).
        self.data: list[str] = list(data)
        #: Whether the same call may succeed later.
        self.retryable = retryable
        #: The correlation id that the call carried.
        self.correlation_id = correlation_id

    @property
    def document(self) -> ErrorDocument:
        """The error as a JSON document, for hosts that answer it as it is."""
        document: ErrorDocument = {
            "code": self.code,
            "name": self.name,
            "description": self.description,
            "data": self.data,
            "source": "cart_engine",
            "retryable": self.retryable,
        }
        if self.correlation_id is not None:
            document["correlationId"] = self.correlation_id
        return document

    def __str__(self) -> str:
        return f"{self.name} ({self.code}): {self.description}"


class InvalidRequestError(CartEngineError):
    """The request cannot be used as it is."""


class InvalidArgumentError(InvalidRequestError):
    """An argument is absent, empty, too long or not text, or an option is unknown."""


class InvalidJsonError(InvalidRequestError):
    """A document is not JSON, or nested too deeply."""


class LimitExceededError(InvalidRequestError):
    """A document is larger, or a cart longer, than the engine's limits."""


class MisuseError(CartEngineError):
    """The engine was used in a way that is never allowed: after a fork, or inside its callback."""


class EngineClosedError(MisuseError):
    """The engine has been closed."""


class NotFoundError(CartEngineError):
    """There is no such cart, order, line or customer."""


class ConflictError(CartEngineError):
    """The cart does not have the etag that `if_match` demands."""

    @property
    def etag(self) -> str | None:
        """The etag that the cart has."""
        return self.data[0] if self.data else None


class CartOrderedError(CartEngineError):
    """The cart, or a line of it, has been ordered and can no longer change."""


class CartHasErrorsError(CartEngineError):
    """The cart cannot be checked out while lines are in error."""


class RequestIdReusedError(CartEngineError):
    """The request id was used before for another request."""


class StoreError(CartEngineError):
    """The database could not do what was asked."""


class StoreBusyError(StoreError):
    """Another process held the database longer than the busy time-out. Try again."""


class StoreIoError(StoreError):
    """The database file could not be read or written."""


class StoreFullError(StoreError):
    """The disk, or the database, is full."""


class StoreCorruptError(StoreError):
    """The file is not this engine's database, or it is damaged."""


class StoreVersionError(StoreError):
    """The database was written by a newer engine."""


class StoreReadOnlyError(StoreError):
    """The database can only be read."""


class StoreUnavailableError(StoreError):
    """A remote store cannot be reached. Try again."""


class CancelledError(CartEngineError):
    """The progress callback asked for the end."""


class EnginePanicError(CartEngineError):
    """A defect of the engine. The engine stays usable."""


_CLASSES: dict[int, type[CartEngineError]] = {
    Status.INVALID_ARGUMENT: InvalidArgumentError,
    Status.INVALID_JSON: InvalidJsonError,
    Status.INVALID_REQUEST: InvalidRequestError,
    Status.MISUSE: MisuseError,
    Status.LIMIT_EXCEEDED: LimitExceededError,
    Status.NOT_FOUND: NotFoundError,
    Status.CONFLICT: ConflictError,
    Status.CART_ORDERED: CartOrderedError,
    Status.CART_HAS_ERRORS: CartHasErrorsError,
    Status.REQUEST_ID_REUSED: RequestIdReusedError,
    Status.STORE_BUSY: StoreBusyError,
    Status.STORE_IO: StoreIoError,
    Status.STORE_FULL: StoreFullError,
    Status.STORE_CORRUPT: StoreCorruptError,
    Status.STORE_VERSION: StoreVersionError,
    Status.STORE_READ_ONLY: StoreReadOnlyError,
    Status.STORE_UNAVAILABLE: StoreUnavailableError,
    Status.CANCELLED: CancelledError,
    Status.PANIC: EnginePanicError,
}


def _known(status: int) -> Status | int:
    try:
        return Status(status)
    except ValueError:
        return status


def from_document(status: int, document: str) -> CartEngineError:
    """The exception for a status and the error document that came with it."""
    told = json.loads(document) if document else {}
    return _CLASSES.get(status, CartEngineError)(
        status,
        told.get("code", str(status)),
        told.get("name", "Unknown"),
        told.get("description", "the engine gave no description"),
        told.get("data", []),
        told.get("retryable", False),
        told.get("correlationId"),
    )


def argument(name: str, problem: str) -> InvalidArgumentError:
    """The exception for an argument that cannot be handed to the engine."""
    status = Status.INVALID_ARGUMENT
    description = f"{name}: {problem}"
    return InvalidArgumentError(status, str(int(status)), "InvalidArgument", description, [name])


def misuse(description: str) -> MisuseError:
    """The exception for a use that is never allowed."""
    return MisuseError(Status.MISUSE, str(int(Status.MISUSE)), "Misuse", description)


def closed() -> EngineClosedError:
    """The exception for a call of a closed engine."""
    status = Status.MISUSE
    return EngineClosedError(status, str(int(status)), "EngineClosed", "the engine is closed")
