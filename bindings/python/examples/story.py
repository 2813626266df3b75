"""From nothing to an order. It leaves shop.db in the folder that it runs in.

    story.py [CATALOG]

The argument names a JSON file; without it that of the project's tests is used.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cart_engine import Engine, NewLine

FIXTURE = Path(__file__).resolve().parents[3] / "tests" / "fixtures" / "catalog.json"
catalog = Path(sys.argv[1] if len(sys.argv) > 1 else FIXTURE).read_bytes()

# snippet: story
with Engine("shop.db") as engine:
    engine.put_catalog(catalog)
    item = "DZH318Z0BXWC:0002:DZH318Z0BMRV"
    line = NewLine(catalogItemId=item, quantity=3, billingCycle="monthly", termDuration="P1M")
    cart = engine.create("customer-1", {"lineItems": [line]}, user="ada")
    for stored in cart["lineItems"]:
        print(stored.get("error") or stored["pricing"]["extendedPrice"])
    result = engine.checkout("customer-1", cart["id"], user="ada")
    for order in result["orders"]:
        print(order["id"], order["totalPrice"])
# end of snippet
