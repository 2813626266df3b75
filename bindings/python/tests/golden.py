"""Runs the golden suite, tests/golden/*.golden, through the package. Its README tells the format.

A step is a call of a public method wherever there is one that can say it; what only a C program
can say, such as NULL for a cart, is called as a C program would.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from ctypes import byref, c_char_p, c_void_p, sizeof
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cart_engine import CartEngineError, Engine, Status, dumps, loads
from cart_engine._declarations import FUNCTIONS, OUT, REQUEST, cart_progress, cart_request
from cart_engine._library import LIBRARY

#: The method for a C function, and what becomes of its last argument where that is a query.
METHODS = {
    "cart_engine_set_clock": "set_clock",
    "cart_engine_stats": "stats",
    "cart_engine_check": "check",
    "cart_engine_purge": "purge",
    "cart_engine_backup": "backup",
    "cart_catalog_put": "put_catalog",
    "cart_catalog_import": "import_catalog",
    "cart_catalog_find": "find_catalog",
    "cart_catalog_remove": "remove_catalog",
    "cart_customer_put": "put_customer",
    "cart_customer_get": "get_customer",
    "cart_customer_delete": "delete_customer",
    "cart_price": "price",
    "cart_create": "create",
    "cart_get": "get",
    "cart_list": "list",
    "cart_update": "update",
    "cart_delete": "delete",
    "cart_line_add": "add_lines",
    "cart_line_change": "change_line",
    "cart_line_remove": "remove_line",
    "cart_checkout": "checkout",
    "cart_order_get": "get_order",
    "cart_order_list": "list_orders",
}
#: Functions whose last argument is a document of options, which are keywords here.
WITH_KEYWORDS = {
    "cart_engine_purge",
    "cart_catalog_import",
    "cart_catalog_find",
    "cart_list",
    "cart_order_list",
}


class Difference(AssertionError):
    """The first difference of a file, with its place."""


@dataclass
class Step:
    """A call, and what it must answer."""

    line: int
    function: str
    fields: dict[str, str]
    arguments: list[str | None] = field(default_factory=list)
    status: str = ""
    answer: str | None = None


def steps(path: Path) -> Iterator[Step | str]:
    """The steps of a file, and the options of the engines that it opens."""
    step: Step | None = None
    for number, text in enumerate(path.read_bytes().decode().split("\n"), 1):
        word, _, rest = text.partition(" ")
        if not text.strip() or text.startswith("#"):
            continue
        if word in ("open", "call") and step is not None:
            yield step
            step = None
        if word == "open":
            yield rest
        elif word == "call":
            function, *fields = rest.split()
            step = Step(number, function, dict(pair.split("=", 1) for pair in fields))
        elif step is None:
            raise Difference(f"{path}:{number}: {word!r} belongs to no call")
        elif word == "argument":
            step.arguments.append(rest)
        elif word == "null":
            step.arguments.append(None)
        elif word == "file":
            step.arguments.append(str(path.parent / rest))
        elif word == "status":
            step.status = rest.strip().replace("CART_STATUS_", "")
        elif word == "answer":
            step.answer = rest
        else:
            raise Difference(f"{path}:{number}: what is {word!r}?")
    if step is not None:
        yield step


def snake(name: str) -> str:
    """The keyword for an option: `busy_timeout_ms` for `busyTimeoutMs`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def opened(options: str) -> Engine:
    """An engine with the options of an `open` line."""
    given = json.loads(options)
    return Engine(**{snake(name): value for name, value in given.items()})


def public_call(engine: Engine, step: Step) -> inspect.BoundArguments | None:
    """The arguments of the public method for a step, if it can say what the step says."""
    arguments, keywords = list(step.arguments), dict(step.fields)
    if None in arguments and step.function != "cart_engine_set_clock":
        return None
    if step.function in WITH_KEYWORDS and len(arguments) == FUNCTIONS[step.function][1].count(
        c_char_p
    ):
        try:
            query = json.loads(arguments.pop() or "")
        except ValueError:
            return None
        if not isinstance(query, dict) or None in query.values():
            return None
        keywords.update({snake(name): value for name, value in query.items()})
    method = getattr(engine, METHODS[step.function])
    if "customer_id" in keywords:
        arguments.insert(0, keywords.pop("customer_id"))
    try:
        return inspect.signature(method).bind(*arguments, **keywords)
    except TypeError:
        return None


def call_public(engine: Engine, step: Step, bound: inspect.BoundArguments) -> tuple[str, Any]:
    """The status and the answer of a public method."""
    name = METHODS[step.function]
    # What answers nothing is a method of the engine alone.
    method = getattr(engine.raw, name, None) or getattr(engine, name)
    try:
        return "OK", method(*bound.args, **bound.kwargs)
    except CartEngineError as error:
        return Status(error.status).name, dumps(error.document)


def call_native(engine: Engine, step: Step) -> tuple[str, Any]:
    """The status and the answer of the C function, called as a C program calls it."""
    texts = iter([None if text is None else text.encode() for text in step.arguments])
    fields = {name: value.encode() for name, value in step.fields.items()}
    request = cart_request(struct_size=sizeof(cart_request), **fields)
    out = c_char_p()
    native: list[Any] = [engine._handle._pointer]
    for kind in FUNCTIONS[step.function][1][1:]:
        if kind is REQUEST:
            native.append(request)
        elif kind is c_char_p:
            native.append(next(texts))
        elif kind is cart_progress:
            native.append(cart_progress())
        elif kind is c_void_p:
            native.append(None)
        elif kind is OUT:
            native.append(byref(out))
    try:
        status = getattr(LIBRARY, step.function)(*native)
        answer = None if out.value is None else out.value.decode()
    finally:
        LIBRARY.cart_string_free(out)
    return Status(status).name, answer


def expect_equal(place: str, what: str, expected: object, came: object) -> None:
    """Raises the difference, if there is one."""
    if expected != came:
        raise Difference(f"{place}: {what}\n  expected {expected}\n  came     {came}")


def run(path: Path) -> tuple[int, int]:
    """Runs a file, and tells how many steps were public methods, and how many were not."""
    engine: Engine | None = None
    public = native = 0
    try:
        for step in steps(path):
            if isinstance(step, str):
                if engine is not None:
                    engine.close()
                engine = opened(step)
                continue
            place = f"{path}:{step.line}: {step.function}"
            if engine is None:
                raise Difference(f"{place}: no engine is open")
            bound = public_call(engine, step)
            if bound is None:
                status, answer = call_native(engine, step)
                native += 1
            else:
                status, answer = call_public(engine, step, bound)
                public += 1
            expect_equal(place, "status", step.status, status)
            expect_equal(place, "answer", step.answer, answer)
            if answer is not None:
                # Nothing is lost where the answer becomes a dictionary, but what of a time is
                # shorter than the microseconds of `datetime`.
                exact = re.sub(r"(\.\d{6})\dZ", r"\g<1>0Z", answer)
                expect_equal(place, "read and written", exact, dumps(loads(answer)))
    finally:
        if engine is not None:
            engine.close()
    return public, native
