"""Finds and loads the native library."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from ._declarations import ABI_VERSION, FUNCTIONS

#: Names a library file that is used instead of all others.
VARIABLE = "CART_ENGINE_LIBRARY"


def _names() -> tuple[str, str]:
    """The library's file name in the package, and the name the system knows it by."""
    if sys.platform == "win32":
        return "cart_engine.dll", "cart_engine.dll"
    if sys.platform == "darwin":
        return "libcart_engine.dylib", f"libcart_engine.{ABI_VERSION}.dylib"
    return "libcart_engine.so", f"libcart_engine.so.{ABI_VERSION}"


def _candidates() -> Iterator[str]:
    """Where to look, in order. A library named by the variable is the only candidate."""
    named = os.environ.get(VARIABLE)
    if named:
        yield os.path.abspath(named)
        return
    own, system = _names()
    packaged = Path(__file__).with_name(own)
    if packaged.exists():
        yield str(packaged)
    yield system


def _declare(library: ctypes.CDLL) -> None:
    """Gives every function its types: undeclared, ctypes would cut pointers to 32 bits."""
    for name, (result, parameters) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = parameters


def load() -> ctypes.CDLL:
    """The native library with its functions declared. CDLL frees the GIL during calls."""
    problems = []
    for candidate in _candidates():
        try:
            library = ctypes.CDLL(candidate)
            _declare(library)
        except (OSError, AttributeError) as problem:
            problems.append(str(problem))
            continue
        if library.cart_abi_version() == ABI_VERSION:
            return library
        problems.append(f"{candidate}: ABI {library.cart_abi_version()}, not {ABI_VERSION}")
    raise ImportError(
        f"no usable cart engine library: {'; '.join(problems)}. "
        f"Set {VARIABLE} to the path of {_names()[0]}."
    )


LIBRARY = load()
