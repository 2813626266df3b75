"""The native engine behind a guard that makes closing safe at any time."""

from __future__ import annotations

import os
import threading
from ctypes import byref, c_char_p, c_void_p
from typing import Any

from . import errors
from ._declarations import Status, cart_progress
from ._library import LIBRARY
from ._progress import Progress, Watcher


def invoke(function: Any, *arguments: Any) -> str:
    """Calls a native function and returns the document it answers, empty where it answers none."""
    out = c_char_p()
    try:
        status = function(*arguments, byref(out))
        # `value` copies the text, `out` keeps the pointer: so it can be freed.
        answer = out.value or b""
    finally:
        LIBRARY.cart_string_free(out)
    if status != Status.OK:
        raise errors.from_document(status, answer.decode())
    return answer.decode()


class Handle:
    """An open native engine. Knows the calls in progress, so that closing can wait for them."""

    def __init__(self, options: bytes) -> None:
        pointer = c_void_p()
        #: The options in force.
        self.options = invoke(LIBRARY.cart_engine_open, options, byref(pointer))
        self._pointer: c_void_p | None = pointer
        self._process = os.getpid()
        self._is_closing = False
        # Reentrant, since a signal handler may run, and use the engine, while its thread is here.
        self._state = threading.Condition(threading.RLock())
        # The thread of each call in progress.
        self._calls: dict[object, int] = {}
        self._threads_in_callback: set[int] = set()

    @property
    def is_closed(self) -> bool:
        """Whether calls are refused from now on."""
        return self._is_closing or self._is_forked()

    def call(self, function: str, *arguments: Any) -> str:
        """Calls a function of the engine with the arguments between handle and result."""
        call = object()
        try:
            pointer = self._begin(call)
            return invoke(getattr(LIBRARY, function), pointer, *arguments)
        finally:
            self._end(call)

    def watch(self, function: str, *arguments: Any, progress: Progress | None) -> str:
        """Calls a function that reports progress. What the callback raises ends the work."""
        watcher = Watcher(progress, self._threads_in_callback)
        text = ""
        try:
            with watcher.interrupts_guarded():
                text = self.call(function, *arguments, cart_progress(watcher.report), None)
        except errors.CancelledError:
            if not watcher.has_failed:
                raise
        watcher.raise_failure()
        return text

    def close(self) -> None:
        """Refuses further calls, waits for those in progress, and closes the native engine."""
        if self._is_forked():
            # The engine is the parent's: here it is only forgotten, its files are not touched.
            return
        with self._state:
            if threading.get_ident() in self._calls.values():
                raise errors.misuse("an engine cannot be closed from within its own call")
            self._is_closing = True
            self._state.wait_for(lambda: not self._calls)
            pointer, self._pointer = self._pointer, None
            if pointer is not None:
                invoke(LIBRARY.cart_engine_close, pointer)

    def _begin(self, call: object) -> c_void_p:
        # Checked before the lock is touched: another thread may have held it at the fork.
        if self._is_forked():
            raise errors.misuse("an engine cannot be used after a fork: open it in the child")
        thread = threading.get_ident()
        with self._state:
            if thread in self._threads_in_callback:
                raise errors.misuse("a progress callback must not call its engine")
            if self._is_closing or self._pointer is None:
                raise errors.closed()
            self._calls[call] = thread
            return self._pointer

    def _end(self, call: object) -> None:
        if self._is_forked():
            return
        with self._state:
            self._calls.pop(call, None)
            if self._is_closing:
                self._state.notify_all()

    def _is_forked(self) -> bool:
        return os.getpid() != self._process
