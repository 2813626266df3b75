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

VERSION = "0.1.0"
ABI_VERSION = 1


class Status(IntEnum):
    """How a call ended."""

    OK = 0
    INVALID_ARGUMENT = 100
    INVALID_JSON = 101
    INVALID_REQUEST = 102
    MISUSE = 103
    LIMIT_EXCEEDED = 104
    NOT_FOUND = 200
    CONFLICT = 201
    CART_ORDERED = 202
    CART_HAS_ERRORS = 203
    REQUEST_ID_REUSED = 204
    STORE_BUSY = 300
    STORE_IO = 301
    STORE_FULL = 302
    STORE_CORRUPT = 303
    STORE_VERSION = 304
    STORE_READ_ONLY = 305
    STORE_UNAVAILABLE = 306
    CANCELLED = 400
    PANIC = 900


class cart_request(Structure):
    """Who asks, and how the call is to be taken."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("customer_id", c_char_p),
        ("user", c_char_p),
        ("request_id", c_char_p),
        ("correlation_id", c_char_p),
        ("if_match", c_char_p),
    ]


cart_progress = CFUNCTYPE(c_int32, c_void_p, c_uint64, c_uint64)

REQUEST = POINTER(cart_request)
OUT = POINTER(c_char_p)

#: Result type and parameter types of every function.
FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "cart_abi_version": (c_uint32, []),
    "cart_version": (c_char_p, []),
    "cart_status_name": (c_char_p, [c_int32]),
    "cart_string_free": (None, [c_char_p]),
    "cart_engine_open": (c_int32, [c_char_p, POINTER(c_void_p), OUT]),
    "cart_engine_close": (c_int32, [c_void_p, OUT]),
    "cart_engine_set_clock": (c_int32, [c_void_p, c_char_p, OUT]),
    "cart_engine_stats": (c_int32, [c_void_p, OUT]),
    "cart_engine_check": (c_int32, [c_void_p, cart_progress, c_void_p, OUT]),
    "cart_engine_purge": (c_int32, [c_void_p, c_char_p, OUT]),
    "cart_engine_backup": (c_int32, [c_void_p, c_char_p, cart_progress, c_void_p, OUT]),
    "cart_catalog_put": (c_int32, [c_void_p, c_char_p, OUT]),
    "cart_catalog_import": (c_int32, [c_void_p, c_char_p, c_char_p, cart_progress, c_void_p, OUT]),
    "cart_catalog_find": (c_int32, [c_void_p, c_char_p, OUT]),
    "cart_catalog_remove": (c_int32, [c_void_p, c_char_p, OUT]),
    "cart_customer_put": (c_int32, [c_void_p, c_char_p, OUT]),
    "cart_customer_get": (c_int32, [c_void_p, c_char_p, OUT]),
    "cart_customer_delete": (c_int32, [c_void_p, c_char_p, OUT]),
    "cart_price": (c_int32, [c_void_p, REQUEST, c_char_p, OUT]),
    "cart_create": (c_int32, [c_void_p, REQUEST, c_char_p, OUT]),
    "cart_get": (c_int32, [c_void_p, REQUEST, c_char_p, OUT]),
    "cart_list": (c_int32, [c_void_p, REQUEST, c_char_p, OUT]),
    "cart_update": (c_int32, [c_void_p, REQUEST, c_char_p, c_char_p, OUT]),
    "cart_delete": (c_int32, [c_void_p, REQUEST, c_char_p, OUT]),
    "cart_line_add": (c_int32, [c_void_p, REQUEST, c_char_p, c_char_p, OUT]),
    "cart_line_change": (c_int32, [c_void_p, REQUEST, c_char_p, c_char_p, c_char_p, OUT]),
    "cart_line_remove": (c_int32, [c_void_p, REQUEST, c_char_p, c_char_p, OUT]),
    "cart_checkout": (c_int32, [c_void_p, REQUEST, c_char_p, OUT]),
    "cart_order_get": (c_int32, [c_void_p, REQUEST, c_char_p, OUT]),
    "cart_order_list": (c_int32, [c_void_p, REQUEST, c_char_p, OUT]),
}
