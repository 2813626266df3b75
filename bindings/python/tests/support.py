"""What the tests share: a small catalog, and an engine that has it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable

from cart_engine import Engine

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
HEADER = ROOT / "include" / "cart_engine.h"

NOW = "2026-03-10T12:00:00Z"
CUSTOMER = "customer-1"
USER = "ada"
#: 30.4 a month, and at most 300 seats.
SEAT = "CFQ7TTC0LH18:0001:CFQ7TTC0K971"
#: 438 a year.
YEARLY = "CFQ7TTC0LDPB:0002:CFQ7TTC0LSGZ"

_MARKET = {"market": "US", "currency": "USD", "segment": "Commercial"}
_FROM = {
    "effectiveStartDate": "2020-01-01T00:00:00Z",
    "effectiveEndDate": "9999-11-30T23:59:59Z",
}


def _product(item: str, title: str, term: dict[str, str], price: str) -> dict[str, Any]:
    product, sku, availability = item.split(":")
    return {
        "products": {"id": product, "title": title, "productType": {"id": "OnlineServicesNCE"}},
        "skus": {
            "productId": product,
            "id": sku,
            "title": title,
            "minimumQuantity": 1,
            "maximumQuantity": 300,
            "supportedBillingCycles": [term["billingCycle"]],
        },
        "availabilities": {
            "productId": product,
            "skuId": sku,
            "id": availability,
            "catalogItemId": item,
            "defaultCurrency": "USD",
            "segment": "commercial",
            "country": "US",
            "isPurchasable": True,
            "terms": [term],
        },
        "prices": {
            "productId": product,
            "skuId": sku,
            "termDuration": term["duration"],
            "billingPlan": term["billingCycle"],
            "unitPrice": price,
            **_MARKET,
            **_FROM,
        },
    }


def catalog() -> dict[str, Any]:
    """Two licences, one billed monthly and one annually."""
    items = [
        _product(SEAT, "Seat", {"duration": "P1Y", "billingCycle": "monthly"}, "364.8"),
        _product(YEARLY, "Yearly", {"duration": "P1Y", "billingCycle": "annual"}, "438"),
    ]
    return {name: [item[name] for item in items] for name in items[0]}


def line(item: str = SEAT, **fields: Any) -> dict[str, Any]:
    """A line of a cart."""
    cycle = "annual" if item == YEARLY else "monthly"
    return {
        "catalogItemId": item,
        "quantity": 1,
        "billingCycle": cycle,
        "termDuration": "P1Y",
        **fields,
    }


def cart(*lines: dict[str, Any]) -> dict[str, Any]:
    """A cart of these lines, or of one."""
    return {"lineItems": list(lines or [line()])}


def open_engine(database: Any = ":memory:", **options: Any) -> Engine:
    """An engine with the catalog loaded, and its clock fixed."""
    engine = Engine(database, **options)
    engine.set_clock(NOW)
    engine.put_catalog(catalog())
    return engine


class TempDirTestCase(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name: str, text: str) -> Path:
        """Writes a file of the folder."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


class EngineTestCase(TempDirTestCase):
    """A test with an engine in memory."""

    def setUp(self) -> None:
        super().setUp()
        self.engine = open_engine()
        self.addCleanup(self.engine.close)

    def create(self, *lines: dict[str, Any], **request: Any) -> Any:
        """Creates a cart."""
        return self.engine.create(CUSTOMER, cart(*lines), user=USER, **request)

    def order(self) -> Any:
        """Creates and orders a cart."""
        created = self.create()
        self.engine.checkout(CUSTOMER, created["id"], user=USER)
        return created


def price_sheet(rows: int, price: str = "12.5") -> str:
    """A price sheet of products that differ in their number."""
    head = (
        "ProductTitle,ProductId,SkuId,SkuTitle,TermDuration,BillingPlan,Market,Currency,"
        "UnitPrice,EffectiveStartDate,EffectiveEndDate,Tags,ERP Price,Segment"
    )
    row = (
        "Title {0},CFQ7TT{0:06d},0001,Sku {0},P1Y,Annual,US,USD,{1},"
        "2020-01-01T00:00:00.0000000Z,9999-11-30T23:59:59.0000000Z,License,15,Commercial"
    )
    return "\r\n".join([head, *(row.format(number, price) for number in range(rows))]) + "\r\n"


@contextmanager
def held_by_another_process(path: Path) -> Iterator[Callable[[], None]]:
    """A database that another process writes to, until what is yielded is called."""
    program = (
        "import sqlite3, sys\n"
        "database = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "database.execute('BEGIN IMMEDIATE')\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        if holder.stdout.readline().strip() != "held":
            raise AssertionError("the database could not be held")
        try:
            yield holder.stdin.close
        finally:
            holder.stdin.close()


def environment(**extra: str) -> dict[str, str]:
    """The environment for a Python program that imports the package."""
    return {**os.environ, "PYTHONPATH": str(PACKAGE / "src"), **extra}
