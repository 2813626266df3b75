"""Shows that calls run in parallel: the GIL is free while the engine works.

    parallel.py [SECONDS]

Reads a cart of 2000 lines, and stores small ones for good, on 1 thread and on more, for SECONDS
each. Reads grow with the processors that are free. Durable writes grow with the threads even on one
processor, because what waits at the same time is written to the disk together.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Callable

from cart_engine import Engine

CUSTOMER, USER = "customer-1", "ada"
LINES_READ = 2000
THREADS_READING = (1, 2, 4)
THREADS_WRITING = (1, 4, 16)


def cart(lines: int) -> dict[str, object]:
    """A cart. Its lines are in error, since no catalog is loaded: that is no matter here."""
    line = {"catalogItemId": "CFQ7TTC0LH18:0001:ANY", "quantity": 1, "billingCycle": "monthly"}
    return {"lineItems": [line] * lines}


def measured(call: Callable[[], object], threads: int, seconds: float) -> tuple[float, float]:
    """The calls a second of all threads together, and how many processors they kept busy.

    While the GIL were held no two threads could be on a processor at once."""
    used, end = time.process_time(), time.monotonic() + seconds

    def work(_: int) -> int:
        calls = 0
        while time.monotonic() < end:
            call()
            calls += 1
        return calls

    with ThreadPoolExecutor(threads) as pool:
        calls = sum(pool.map(work, range(threads)))
    return calls / seconds, (time.process_time() - used) / seconds


def show(title: str, call: Callable[[], object], counts: tuple[int, ...], seconds: float) -> None:
    """One row for each number of threads, with the gain over one thread."""
    alone = 0.0
    for threads in counts:
        # The best of three: what other programs take of the machine only ever slows it down.
        rate, busy = max(measured(call, threads, seconds / 3) for _ in range(3))
        alone = alone or rate
        gain = f"{rate / alone:6.2f} x, {busy:4.2f} processors busy"
        print(f"{title:14} {threads:2} threads {rate:9,.0f} a second {gain}")


def main(arguments: list[str]) -> int:
    """Measures in a database of its own."""
    seconds = float(arguments[0]) if arguments else 2.0
    # Here rather than in /tmp, which may be memory, where nothing is ever durable.
    with TemporaryDirectory(dir=Path.cwd()) as folder, Engine(Path(folder) / "shop.db") as engine:
        stored = engine.create(CUSTOMER, cart(LINES_READ), user=USER)["id"]
        # `raw` leaves the JSON alone: reading it is Python's work, and holds the GIL.
        raw = engine.raw
        print(f"{os.cpu_count()} processors")
        show("reads", lambda: raw.get(CUSTOMER, stored), THREADS_READING, seconds)
        write = partial(raw.create, CUSTOMER, cart(1), user=USER)
        show("durable writes", write, THREADS_WRITING, seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
