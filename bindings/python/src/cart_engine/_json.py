"""JSON in and out, with every amount of money exact and every time a moment."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from .errors import argument

#: The properties that hold amounts of money. `438` is one as much as `30.4` is.
_MONEY = frozenset(
    {
        "listPrice",
        "discountedPrice",
        "proratedPrice",
        "price",
        "extendedPrice",
        "totalPrice",
        "unitPrice",
        "erpPrice",
    }
)

#: The properties that hold times, in all dialects.
_TIMES = frozenset(
    {
        "creationTimeStamp",
        "creationTimestamp",
        "lastModifiedTimeStamp",
        "lastModifiedTimestamp",
        "expirationTimeStamp",
        "expirationTimestamp",
        "customTermEndDate",
        "creationDate",
        "commitmentEndDate",
    }
)
_TYPED = _MONEY | _TIMES
#: Everything that has times has one of these. A provisioning context, whose names are the host's,
#: is left alone.
_IDENTITIES = frozenset({"id", "lineItemNumber"})

#: A time as the engine writes it. What a host wrote itself, and malformed, stays a text.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z")

_quoted = json.encoder.encode_basestring


def encoded(name: str, text: str | bytes) -> bytes:
    """The text of an argument as the C interface takes it. A NUL would end it early, unseen."""
    if isinstance(text, str):
        try:
            text = text.encode()
        except UnicodeEncodeError as error:
            raise argument(name, f"not Unicode text: {error.reason}") from None
    elif not isinstance(text, bytes):
        raise TypeError(f"{name} must be text, not {type(text).__name__}")
    position = text.find(0)
    if position >= 0:
        raise argument(name, f"a NUL character at byte {position}")
    return text


def optional(name: str, text: str | None) -> bytes | None:
    """The same for an argument that may be absent."""
    return None if text is None else encoded(name, text)


def write(name: str, document: Any) -> bytes:
    """The JSON text of a document, which may be such a text already."""
    if isinstance(document, (str, bytes)):
        return encoded(name, document)
    return encoded(name, _text(document))


def write_options(name: str, options: dict[str, Any]) -> bytes | None:
    """The JSON text of the options that were given; nothing when none was."""
    given = {key: value for key, value in options.items() if value is not None}
    return write(name, given) if given else None


# The encoder of the standard library cannot write a Decimal as a number: it would have to become
# a float, which is not exact, or a text, which is not a number.
def _text(value: Any) -> str:
    """The JSON text of any value. What is most of a document is asked for first, and asking
    whether a value is a mapping of some other kind than `dict` takes longest."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, dict):
        return _object(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, (Decimal, float)):
        return _number(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([_text(item) for item in value]) + "]"
    if isinstance(value, date):
        return _quoted(timestamp(value))
    if isinstance(value, Mapping):
        return _object(value)
    raise TypeError(f"a value of type {type(value).__name__} cannot be written as JSON")


def _object(value: Mapping[Any, Any]) -> str:
    members = []
    for name, member in value.items():
        if not isinstance(name, str):
            raise TypeError(f"the name of a JSON property must be a str, not {name!r}")
        members.append(f"{_quoted(name)}:{_text(member)}")
    return "{" + ",".join(members) + "}"


def _number(value: Decimal | float) -> str:
    if isinstance(value, float):
        if math.isfinite(value):
            return float.__repr__(value)
    elif value.is_finite():
        # `1E+2` is a JSON number, but `100` is what people and quantities expect. Written out,
        # though, an exponent of millions would be a text of megabytes.
        text = str(value)
        has_exponent = "E" in text or "e" in text
        return format(value, "f") if has_exponent and abs(value.adjusted()) < 100 else text
    raise ValueError(f"{value} cannot be written as a JSON number")


def timestamp(moment: date) -> str:
    """A moment in UTC as the engine writes it. A day without a time is its beginning in UTC."""
    if not isinstance(moment, datetime):
        return f"{moment.isoformat()}T00:00:00.0000000Z"
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone: say which moment it is")
    utc = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return utc.isoformat(timespec="microseconds") + "0Z"


def duration(length: timedelta | str | None) -> str | None:
    """A length of time as the engine reads it."""
    if not isinstance(length, timedelta):
        return length
    if length <= timedelta() or length.microseconds:
        raise ValueError(f"{length!r} is not a positive length of whole seconds")
    return f"P{length.days}DT{length.seconds}S"


def _moment(text: str) -> datetime | str:
    """The moment that the engine wrote: to the microsecond, since `datetime` goes no further."""
    if _TIME.fullmatch(text):
        try:
            return datetime.fromisoformat(text[:-2] + "+00:00")
        except ValueError:
            return text
    return text


def _typed(document: dict[str, Any]) -> dict[str, Any]:
    # This runs for every object of every answer, and most have no such property.
    if _TYPED.isdisjoint(document):
        return document
    for name, value in document.items():
        if type(value) is int:
            if name in _MONEY:
                document[name] = Decimal(value)
        elif type(value) is str and name in _TIMES and not _IDENTITIES.isdisjoint(document):
            document[name] = _moment(value)
    return document


_decode = json.JSONDecoder(parse_float=Decimal, object_hook=_typed).decode


def dumps(document: Any) -> str:
    """The JSON text of any document of the engine.

    Unlike the `json` module's it writes `Decimal` as a number with all its digits, and `datetime`
    as the engine does."""
    return _text(document)


def loads(text: str | bytes) -> Any:
    """A document from its JSON text, as the engine's methods answer it.

    Amounts of money, and other numbers with a fraction, become `Decimal`; times become
    `datetime`."""
    return _decode(text.decode() if isinstance(text, bytes) else text)
