"""The care of an engine: its clock, figures, checks, purges and backups."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from ._caller import Caller
from ._catalog import Path
from ._json import duration, encoded, optional, timestamp, write_options
from ._progress import Progress
from .resources import Backup, CheckReport, PurgeReport, Stats


class Maintenance(Caller):
    """The clock, figures, checks, purges and backups of an engine."""

    def set_clock(self, moment: datetime | str | None) -> None:
        """Fixes what the engine takes for now, for tests. None: the real time again."""
        text = timestamp(moment) if isinstance(moment, datetime) else moment
        self._tell("cart_engine_set_clock", optional("timestamp", text))

    def stats(self) -> Stats:
        """Counts, sizes and versions."""
        answer: Stats = self._ask("cart_engine_stats")
        return answer

    def check(self, progress: Progress | None = None) -> CheckReport:
        """Looks for damage: `{"ok": True}`, or what was found."""
        answer: CheckReport = self._watch("cart_engine_check", progress=progress)
        return answer

    def purge(
        self,
        *,
        limit: int | None = None,
        ordered_older_than: timedelta | str | None = None,
    ) -> PurgeReport:
        """Removes expired carts and old request ids, and ordered carts of an age if one is given.

        At most `limit` at once: call it again while the answer's `more` is true."""
        options = {"limit": limit, "orderedOlderThan": duration(ordered_older_than)}
        query = write_options("options", options)
        answer: PurgeReport = self._ask("cart_engine_purge", query)
        return answer

    def backup(self, path: Path, progress: Progress | None = None) -> Backup:
        """Copies the database to a new file while the engine goes on."""
        target = encoded("path", os.fspath(path))
        answer: Backup = self._watch("cart_engine_backup", target, progress=progress)
        return answer
