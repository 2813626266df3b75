"""What calls of the engine cost in Python. Its task comes on standard input; the answer is JSON:
microseconds a call, with answers as texts and as objects."""

from __future__ import annotations

import json
import sys
from statistics import median
from time import perf_counter
from typing import Any, Callable

from cart_engine import Engine
from cart_engine._library import LIBRARY


#: Calls that are timed as one: a single one is as short as looking at the clock.
BATCH = 20


def cost_of(calls: int, call: Callable[[], Any]) -> float:
    """Microseconds of a call, of so many that follow each other."""

    def batch() -> float:
        started = perf_counter()
        for _ in range(BATCH):
            call()
        return (perf_counter() - started) * 1e6 / BATCH

    batches = calls // BATCH
    for _ in range(batches // 10):
        batch()
    return median(batch() for _ in range(batches))


def main() -> None:
    task = json.load(sys.stdin)
    calls, customer, document = task["calls"], task["customer"], task["cart"]
    with Engine(":memory:") as engine:
        engine.put_catalog(task["catalog"])
        cart = engine.create(customer, document, user=task["user"])["id"]
        costs: dict[str, dict[str, float]] = {}
        for kind, callee in (("text", engine.raw), ("objects", engine)):
            costs[kind] = {
                "get": cost_of(calls, lambda: callee.get(customer, cart)),
                "price": cost_of(calls, lambda: callee.price(customer, document)),
            }
    costs["text"]["trivial"] = cost_of(calls, LIBRARY.cart_abi_version)
    json.dump(costs, sys.stdout)


if __name__ == "__main__":
    main()
