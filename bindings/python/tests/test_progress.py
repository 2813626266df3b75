"""Callbacks: what they raise ends the work and comes out of the call."""

import os
import signal
import threading
import time
import unittest

from support import CUSTOMER, EngineTestCase, cart, line, price_sheet

from cart_engine import CancelledError, Status


class Unlucky(Exception):
    """What a callback raises."""


class ProgressTest(EngineTestCase):
    def test_an_exception_of_the_callback_comes_out_of_every_call_that_takes_one(self):
        def progress(done, total):
            raise Unlucky(done)

        sheet, target = self.write("sheet.csv", price_sheet(3000)), self.folder / "copy.db"
        for call in (
            lambda: self.engine.import_catalog(sheet, progress=progress),
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
            self.engine.check(progress)
        self.assertEqual(len(calls), 1)

    def test_it_is_told_what_is_done_of_how_much(self):
        told = []
        self.engine.check(lambda done, total: told.append((done, total)))
        amounts = [done for done, _ in told]
        self.assertGreater(len(told), 1)
        self.assertEqual(amounts, sorted(amounts))
        self.assertEqual(told[-1][0], told[-1][1])

    def test_only_false_cancels(self):
        for answer in (None, True, 0, "", 1):
            with self.subTest(answer):
                self.engine.check(lambda done, total, answer=answer: answer)
        with self.assertRaises(CancelledError) as caught:
            self.engine.check(lambda done, total: False)
        self.assertIs(caught.exception.status, Status.CANCELLED)

    def test_it_runs_on_the_thread_of_the_call(self):
        threads = set()
        self.engine.check(lambda done, total: threads.add(threading.get_ident()))
        self.assertEqual(threads, {threading.get_ident()})


class InterruptTest(EngineTestCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(signal.signal, signal.SIGINT, signal.getsignal(signal.SIGINT))
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def assert_interrupted(self, call):
        """Interrupts a call as soon as it runs."""
        is_over = threading.Event()

        def interrupt():
            while not self.engine._handle._calls and not is_over.is_set():
                time.sleep(0.0001)
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        with self.assertRaises(KeyboardInterrupt):
            thread.start()
            try:
                call()
            finally:
                is_over.set()
                thread.join()
        self.assertIs(signal.getsignal(signal.SIGINT), signal.default_int_handler)
        self.assertEqual(self.engine.check(), {"ok": True})

    def test_it_ends_the_work_though_nobody_watches(self):
        sheet = self.write("long.csv", price_sheet(20_000))
        self.assert_interrupted(lambda: self.engine.import_catalog(sheet))
        item = line("CFQ7TT000000:0001:ANY", billingCycle="annual")
        (priced,) = self.engine.price(CUSTOMER, cart(item))["lineItems"]
        self.assertIn("error", priced, "nothing was imported")

    def test_it_is_never_lost_wherever_it_strikes(self):
        for _ in range(50):
            self.assert_interrupted(self.engine.check)
            self.assert_interrupted(lambda: self.engine.check(lambda done, total: None))

    def test_it_comes_out_of_a_callback_at_once(self):
        told = []

        def progress(done, total):
            told.append(done)
            signal.raise_signal(signal.SIGINT)
            told.append("went on")

        with self.assertRaises(KeyboardInterrupt):
            self.engine.check(progress)
        self.assertEqual(told, [1])

    def test_a_handler_of_the_host_that_does_not_raise_lets_the_work_go_on(self):
        noted = []
        signal.signal(signal.SIGINT, lambda number, frame: noted.append(number))
        report = self.engine.check(lambda done, total: signal.raise_signal(signal.SIGINT))
        self.assertEqual(report, {"ok": True})
        self.assertEqual(set(noted), {signal.SIGINT})

    def test_other_threads_leave_the_handler_alone(self):
        handlers = []
        thread = threading.Thread(
            target=self.engine.check,
            args=[lambda done, total: handlers.append(signal.getsignal(signal.SIGINT))],
        )
        thread.start()
        thread.join()
        self.assertEqual(set(handlers), {signal.default_int_handler})


if __name__ == "__main__":
    unittest.main()
