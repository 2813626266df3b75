"""Callbacks: what they raise ends the work and comes out of the call."""

import os
import signal
import threading
import unittest
from unittest import mock

from support import EngineTestCase, price_sheet

from cart_engine import CancelledError, Status
from cart_engine._declarations import cart_progress


class Unlucky(Exception):
    """What a callback raises."""


class ProgressTest(EngineTestCase):
    def setUp(self):
        super().setUp()
        self.sheet = self.write("sheet.csv", price_sheet(3000))

    def test_an_exception_of_the_callback_comes_out_of_every_call_that_takes_one(self):
        def progress(done, total):
            raise Unlucky(done)

        target = self.folder / "copy.db"
        for call in (
            lambda: self.engine.import_catalog(self.sheet, progress=progress),
            lambda: self.engine.check(progress=progress),
            lambda: self.engine.backup(target, progress=progress),
            lambda: self.engine.raw.check(progress=progress),
        ):
            with self.assertRaises(Unlucky) as caught:
                call()
            self.assertIsNone(caught.exception.__cause__)
        self.assertFalse(target.exists(), "what was cancelled leaves nothing")
        self.assertEqual(self.engine.check(), {"ok": True})

    def test_the_callback_is_not_asked_again_once_it_raised(self):
        calls = []

        def progress(done, total):
            calls.append(done)
            raise Unlucky

        with self.assertRaises(Unlucky):
            self.engine.import_catalog(self.sheet, progress=progress)
        self.assertEqual(len(calls), 1)

    def test_only_false_cancels(self):
        for answer in (None, True, 0, "", 1):
            with self.subTest(answer):
                self.engine.import_catalog(self.sheet, progress=lambda done, total, a=answer: a)
        with self.assertRaises(CancelledError) as caught:
            self.engine.import_catalog(self.sheet, progress=lambda done, total: False)
        self.assertIs(caught.exception.status, Status.CANCELLED)

    def test_it_runs_on_the_thread_of_the_call(self):
        threads = set()
        self.engine.import_catalog(
            self.sheet, progress=lambda done, total: threads.add(threading.get_ident())
        )
        self.assertEqual(threads, {threading.get_ident()})

    def test_an_interrupt_ends_the_work_though_nobody_watches(self):
        sheet = self.write("long.csv", price_sheet(20_000))
        timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
        previous = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, previous)
        timer.start()
        self.addCleanup(timer.join)
        with self.assertRaises(KeyboardInterrupt):
            self.engine.import_catalog(sheet)
            timer.join()

    def test_what_slips_through_cancels_too(self):
        """An interrupt may strike before the callback's own `try`: ctypes answers 0 then."""
        caught = []

        def slip(context, done, total):
            raise Unlucky

        with mock.patch("sys.unraisablehook", caught.append):
            answer = cart_progress(slip)(None, 0, 0)
        self.assertEqual(answer, 0)
        self.assertEqual(len(caught), 1)


if __name__ == "__main__":
    unittest.main()
