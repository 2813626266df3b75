"""Orders a cart of six lines: an Azure plan, two reservations, software, SaaS and a trial.

    quickstart.py [CATALOG CUSTOMER CART]

The arguments name JSON files; without them those of the project's tests are used.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cart_engine import Cart, CartCheckoutResult, CartEngineError, Engine

FIXTURES = Path(__file__).resolve().parents[3] / "tests" / "fixtures"
NAMES = ("catalog.json", "customer.json", "cart.json")
USER = "ada@example.com"


def show_cart(cart: Cart) -> None:
    """The status of the cart, and one line of text for each of its lines."""
    print(f"cart: {cart['status']}")
    for line in cart["lineItems"]:
        if "error" in line:
            outcome = line["error"]["errorDescription"]
        elif "pricing" in line:
            outcome = f"{line['pricing']['extendedPrice']} {line['currencyCode']}"
        else:
            outcome = "no price"
        item = f"{line['quantity']:2} x {line['catalogItemId']:30}"
        print(f"  line {line['id']} in group {line.get('orderGroup', '-'):5} {item} {outcome}")


def show_orders(result: CartCheckoutResult) -> None:
    """What was ordered, and what was not."""
    for order in result["orders"]:
        total = order.get("totalPrice", "no price")
        print(f"order of {len(order['lineItems'])} line(s), {order['billingCycle']}: {total}")
    for failed in result.get("orderErrors", []):
        print(f"group {failed['orderGroupId']} failed: {failed['description']}")


def run(engine: Engine, catalog: Any, customer: Any, document: Any) -> None:
    """From an empty database to orders."""
    stored = engine.put_catalog(catalog)
    print(f"catalog: {stored['stored']} documents, {len(stored['rejected'])} rejected")
    engine.put_customer(customer)
    customer_id = customer["customerId"]

    cart = engine.create(customer_id, document, user=USER)
    show_cart(cart)

    # Were the cart changed by another hand in between, this would raise a ConflictError.
    etag = cart["attributes"]["etag"]
    last = cart["lineItems"][-1]["id"]
    engine.change_line(customer_id, cart["id"], last, {"quantity": 12}, user=USER, if_match=etag)

    # It is safe to repeat a checkout after a time-out: the cart is ordered once.
    show_orders(engine.checkout(customer_id, cart["id"], user=USER))
    show_cart(engine.get(customer_id, cart["id"]))


def main(arguments: list[str]) -> int:
    """Reads the documents, and runs with a database of its own."""
    paths = [Path(name) for name in arguments] or [FIXTURES / name for name in NAMES]
    if len(paths) != len(NAMES):
        print(__doc__, file=sys.stderr)
        return 2
    # Decimal keeps the prices of the catalog exact.
    documents = [json.loads(path.read_bytes(), parse_float=Decimal) for path in paths]
    with TemporaryDirectory() as folder, Engine(Path(folder) / "shop.db") as engine:
        try:
            run(engine, *documents)
        except CartEngineError as error:
            print(f"failed: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
