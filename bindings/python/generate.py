#!/usr/bin/env python3
"""Writes src/cart_engine/_declarations.py from include/cart_engine.h.

`python3 generate.py` rewrites the declarations; with `--check` it fails when they differ.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADER = HERE.parent.parent / "include" / "cart_engine.h"
DECLARATIONS = HERE / "src" / "cart_engine" / "_declarations.py"

# A type that the header begins to use must be added here: guessing it would corrupt memory.
# A `char *` is never a result: ctypes would copy the text and lose the pointer to be freed.
PARAMETERS = {
    "const char *": "c_char_p",
    "char *": "c_char_p",
    "char **": "OUT",
    "void *": "c_void_p",
    "cart_engine *": "c_void_p",
    "cart_engine **": "POINTER(c_void_p)",
    "const cart_request *": "REQUEST",
    "cart_progress": "cart_progress",
    "cart_status": "c_int32",
    "int32_t": "c_int32",
    "uint32_t": "c_uint32",
    "uint64_t": "c_uint64",
    "size_t": "c_size_t",
}
RESULTS = {
    "void": "None",
    "const char *": "c_char_p",
    "cart_status": "c_int32",
    "int32_t": "c_int32",
    "uint32_t": "c_uint32",
}

STATUS = re.compile(r"^#define CART_STATUS_(\w+) (\d+)$", re.MULTILINE)
VERSION = re.compile(r'^#define CART_(?:ENGINE_)?((?:ABI_)?VERSION) ("[^"]*"|\d+)$', re.MULTILINE)
STRUCT = re.compile(r"^typedef struct cart_request \{([^{}]*)\} cart_request;$", re.MULTILINE)
CALLBACK = re.compile(r"^typedef (\w+) \(\*cart_progress\)\(([^()]*)\);$", re.MULTILINE)
FUNCTION = re.compile(r"^((?:const )?\w+ ?\*?)\s*(cart_\w+) ?\(([^()]*)\);$", re.MULTILINE)
CALLABLE = re.compile(r"\b(cart_\w+) ?\(")

TEMPLATE = '''\
"""The C interface. Generated from include/cart_engine.h by generate.py: change the header."""

from __future__ import annotations

from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    c_char_p,
    c_int32,
    c_size_t,
    c_uint32,
    c_uint64,
    c_void_p,
)
from enum import IntEnum
from typing import Any

{versions}


class Status(IntEnum):
    """How a call ended."""

{statuses}


class cart_request(Structure):
    """Who asks, and how the call is to be taken."""

    _fields_ = [
{fields}
    ]


cart_progress = CFUNCTYPE({progress})

REQUEST = POINTER(cart_request)
OUT = POINTER(c_char_p)

#: Result type and parameter types of every function.
FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {{
{functions}
}}
'''


def mapped(types: dict[str, str], c_type: str) -> str:
    """The ctypes name of a C type."""
    normal = re.sub(r"\s*(\*+)$", r" \1", c_type.strip())
    if normal not in types:
        raise SystemExit(f"{HEADER}: no ctypes type is known for {normal!r}")
    return types[normal]


def declared(text: str) -> Iterator[tuple[str, str]]:
    """The name and ctypes type of each parameter or member in a list of declarations."""
    for declaration in filter(None, (part.strip() for part in re.split("[,;]", text))):
        if declaration != "void":
            match = re.fullmatch(r"(.*?[\s*])(\w+)", declaration, re.DOTALL)
            if match is None:
                raise SystemExit(f"{HEADER}: cannot read {declaration!r}")
            yield match[2], mapped(PARAMETERS, match[1])


def table(code: str) -> list[str]:
    """The table rows of all functions, in the order of the header."""
    rows = {}
    for result, name, parameters in FUNCTION.findall(code):
        types = ", ".join(c_type for _, c_type in declared(parameters))
        rows[name] = f'    "{name}": ({mapped(RESULTS, result)}, [{types}]),'
    unread = set(CALLABLE.findall(code)) - set(rows)
    if unread:
        raise SystemExit(f"{HEADER}: cannot read {', '.join(sorted(unread))}")
    return list(rows.values())


def render(header: str) -> str:
    """The text of the declarations for a header's text."""
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", header, flags=re.DOTALL)
    code = re.sub(r"[ \t]+", " ", code)
    code = re.sub(r" $", "", code, flags=re.MULTILINE)
    struct, callback = STRUCT.search(code), CALLBACK.search(code)
    if struct is None or callback is None:
        raise SystemExit(f"{HEADER}: cart_request or cart_progress is missing")
    progress = [mapped(RESULTS, callback[1]), *(c_type for _, c_type in declared(callback[2]))]
    return TEMPLATE.format(
        versions="\n".join(f"{name} = {value}" for name, value in VERSION.findall(code)),
        statuses="\n".join(f"    {name} = {value}" for name, value in STATUS.findall(code)),
        fields="\n".join(f'        ("{name}", {kind}),' for name, kind in declared(struct[1])),
        progress=", ".join(progress),
        functions="\n".join(table(code)),
    )


def main() -> int:
    """Rewrites the declarations, or only compares them."""
    text = render(HEADER.read_text(encoding="utf-8"))
    if "--check" not in sys.argv[1:]:
        DECLARATIONS.write_text(text, encoding="utf-8")
        return 0
    if DECLARATIONS.read_text(encoding="utf-8") == text:
        return 0
    print(f"{DECLARATIONS} differs from {HEADER}: run {Path(__file__).name}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
