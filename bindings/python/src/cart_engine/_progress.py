"""Callbacks of long work: what they raise must end it, and must not be lost on the way out."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Callable

#: Told what is done and what there is in all; returning False ends the work.
Progress = Callable[[int, int], object]


class Watcher:
    """Reports progress to a callback and keeps what it raised."""

    def __init__(self, progress: Progress | None, threads_in_callback: set[int]) -> None:
        self._progress = progress
        self._threads_in_callback = threads_in_callback
        self._failure: BaseException | None = None
        # Ctrl-C: the handler it belongs to, one that has not been run yet, and whether it may be.
        self._handler: Any = None
        self._pending: tuple[int, FrameType | None] | None = None
        self._is_guarded = False

    def report(self, _context: object, done: int, total: int) -> int:
        """The native callback. It is called where nobody watches, too, for the sake of Ctrl-C.

        0 cancels. Nothing may be raised through the native code: it would be lost, and the answer
        would be undefined."""
        thread = threading.get_ident()
        try:
            self._is_guarded = True
            self._threads_in_callback.add(thread)
            self._handle_pending()
            goes_on = self._progress is None or self._progress(done, total) is not False
            self._is_guarded = False
            return int(goes_on)
        except BaseException as failure:
            self._is_guarded = False
            self._failure = failure
            return 0
        finally:
            self._threads_in_callback.discard(thread)

    @property
    def has_failed(self) -> bool:
        """Whether the callback has raised something."""
        return self._failure is not None

    def raise_failure(self) -> None:
        """Raises what the callback has raised, without the call that it ended as its context."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    @contextmanager
    def interrupts_guarded(self) -> Iterator[None]:
        """Lets Ctrl-C raise only inside the `try` of `report`, or after the call.

        A signal that comes while native code runs is handled at the next instruction of Python:
        the first one of `report`, which no `try` can hold."""
        handler = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is not threading.main_thread() or not callable(handler):
            yield
            return
        self._handler = handler
        signal.signal(signal.SIGINT, self._interrupted)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, handler)
            if not self.has_failed:
                self._handle_pending()

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        self._pending = (number, frame)
        if self._is_guarded:
            self._handle_pending()

    def _handle_pending(self) -> None:
        if self._pending is not None:
            arguments, self._pending = self._pending, None
            self._handler(*arguments)
