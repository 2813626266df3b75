"""A bar of progress, such as tqdm draws, while a price sheet is imported and a backup is made.

    progress.py SHEET [ROWS]

SHEET is a price sheet, CSV or ZIP; a file that is not there is made, with ROWS rows of its own.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from cart_engine import Engine

HEAD = (
    "ProductId,SkuId,SkuTitle,TermDuration,BillingPlan,Market,Currency,UnitPrice,Segment,"
    "EffectiveStartDate,EffectiveEndDate\n"
)
ROW = (
    "CFQ7TT{0:06d},0001,Sku {0},P1Y,Annual,US,USD,12.5,Commercial,"
    "2026-01-01T00:00:00Z,9999-11-30T23:59:59Z\n"
)


class Bar:
    """Draws what is done of how much. Ctrl-C ends the work, and so does an exception from here."""

    WIDTH = 40
    SECONDS_BETWEEN = 0.05

    def __init__(self, title: str) -> None:
        self._title = title
        self._started = self._drawn = time.monotonic()

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        print()

    # With tqdm the whole class is
    #     def __call__(self, done, total):
    #         self.bar.total = total
    #         self.bar.update(done - self.bar.n)
    def __call__(self, done: int, total: int) -> None:
        """What the engine calls: `progress=bar`."""
        now = time.monotonic()
        # It is called for every batch of rows; a terminal is slower than the engine.
        if now - self._drawn < self.SECONDS_BETWEEN and done < total:
            return
        self._drawn = now
        share = done / total if total else 1
        filled = "#" * int(share * self.WIDTH)
        seconds = now - self._started
        line = f"\r{self._title:8} {share:4.0%} |{filled:{self.WIDTH}}| {seconds:.1f} s"
        print(line, end="", flush=True)


def main(arguments: list[str]) -> int:
    """Imports the sheet into a database of its own, and backs that up."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    sheet = Path(arguments[0])
    if not sheet.exists():
        rows = int(arguments[1]) if len(arguments) > 1 else 20_000
        sheet.write_text(HEAD + "".join(map(ROW.format, range(rows))), encoding="utf-8")
    with TemporaryDirectory() as folder, Engine(Path(folder) / "shop.db") as engine:
        with Bar("import") as bar:
            report = engine.import_catalog(sheet, progress=bar)
        with Bar("backup") as bar:
            engine.backup(Path(folder) / "copy.db", progress=bar)
        print(f"{report['stored']} rows stored, {report['rejectedCount']} skipped")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
