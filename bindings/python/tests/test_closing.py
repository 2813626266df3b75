"""Closing: at any time, from any thread, and never a use of a freed engine."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
import unittest
import warnings

from support import (
    CUSTOMER,
    USER,
    EngineTestCase,
    TempDirTestCase,
    cart,
    environment,
    held_by_another_process,
    open_engine,
)

from cart_engine import Engine, EngineClosedError, MisuseError, Status


class CloseTest(TempDirTestCase):
    def test_a_closed_engine_refuses_every_call(self):
        engine = open_engine()
        engine.close()
        self.assertTrue(engine.closed)
        for call in (
            lambda: engine.get(CUSTOMER, "x"),
            lambda: engine.raw.get(CUSTOMER, "x"),
            lambda: engine.delete(CUSTOMER, "x", user=USER),
            lambda: engine.check(),
            lambda: next(engine.iter_carts(CUSTOMER)),
        ):
            with self.assertRaises(EngineClosedError) as caught:
                call()
            self.assertEqual(caught.exception.status, Status.MISUSE)
        self.assertEqual(engine.options["database"], ":memory:")
        self.assertIn("closed", repr(engine))

    def test_it_may_be_closed_again(self):
        engine = open_engine()
        for _ in range(3):
            engine.close()
        with engine:
            pass

    def test_the_end_of_a_with_block_closes_also_after_an_exception(self):
        with self.assertRaises(ZeroDivisionError), open_engine() as engine:
            self.assertFalse(engine.closed)
            raise ZeroDivisionError
        self.assertTrue(engine.closed)

    def test_a_forgotten_engine_is_closed_with_a_warning(self):
        path = self.folder / "shop.db"
        engine = open_engine(path)
        handle = engine._handle
        with self.assertWarnsRegex(ResourceWarning, "unclosed engine .*shop.db"):
            del engine
            gc.collect()
        self.assertTrue(handle.is_closed)

    def test_a_closed_engine_is_let_go_without_a_word(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            engine = open_engine()
            engine.close()
            del engine
            gc.collect()

    def test_the_raw_operations_keep_their_engine_open(self):
        raw = open_engine().raw
        gc.collect()
        self.assertIn("counts", raw.stats())
        with self.assertWarns(ResourceWarning):
            del raw
            gc.collect()

    def test_an_interpreter_that_ends_closes_what_is_open(self):
        path = self.folder / "shop.db"
        program = (
            "import sys, threading\n"
            "from cart_engine import Engine\n"
            "engine, asked = Engine(sys.argv[1]), threading.Event()\n"
            "def ask():\n"
            "    while True:\n"
            "        engine.stats()\n"
            "        asked.set()\n"
            "threading.Thread(target=ask, daemon=True).start()\n"
            "asked.wait()\n"
        )
        result = subprocess.run(
            [sys.executable, "-c", program, str(path)],
            env=environment(),
            capture_output=True,
            timeout=60,
            check=False,
        )
        self.assertEqual(result.returncode, 0, result.stderr.decode())
        self.assertFalse(path.with_name("shop.db-wal").exists(), "closing removes the log")


class ThreadsTest(TempDirTestCase):
    def test_threads_that_call_while_others_close_see_a_result_or_a_closed_engine(self):
        for _ in range(30):
            engine = open_engine()
            outcomes = []
            called = threading.Event()

            def call(engine=engine, called=called, outcomes=outcomes):
                try:
                    while True:
                        engine.create(CUSTOMER, cart(), user=USER)
                        called.set()
                except EngineClosedError:
                    outcomes.append("closed")

            def close(engine=engine, called=called, outcomes=outcomes):
                called.wait()
                engine.close()
                outcomes.append("done")

            run_threads([call] * 4 + [close] * 2)
            self.assertEqual(sorted(outcomes), ["closed"] * 4 + ["done"] * 2)

    def test_closing_waits_for_a_call_in_progress(self):
        engine = open_engine(self.folder / "shop.db")
        inside, events = threading.Event(), []

        def progress(done, total):
            if not inside.is_set():
                inside.set()
                # Until the other thread waits in close: from then on calls are refused.
                while not engine.closed:
                    time.sleep(0.001)
                events.append("still running")

        def run():
            events.append(engine.check(progress))

        thread = threading.Thread(target=run)
        thread.start()
        self.assertTrue(inside.wait(60))
        engine.close()
        self.assertIn("still running", events)
        thread.join(60)
        self.assertEqual(events, ["still running", {"ok": True}])

    def test_python_goes_on_while_a_call_waits(self):
        path = self.folder / "shop.db"
        with open_engine(path, busy_timeout_ms=30_000) as engine:
            created = []
            with held_by_another_process(path) as release:
                thread = threading.Thread(
                    target=lambda: created.append(engine.create(CUSTOMER, cart(), user=USER))
                )
                thread.start()
                # Were the GIL held during the call, nobody could let go of the database.
                while not engine._handle._calls:
                    time.sleep(0.001)
                self.assertEqual(created, [])
                release()
            thread.join(60)
            self.assertEqual(len(created), 1)

    def test_calls_run_in_parallel(self):
        with open_engine(self.folder / "shop.db") as engine:
            other = []

            def progress(done, total):
                if not other:
                    thread = threading.Thread(target=lambda: other.append(engine.stats()))
                    thread.start()
                    thread.join(60)

            engine.check(progress)
            self.assertEqual(len(other), 1)


class ReentryTest(EngineTestCase):
    def test_a_callback_can_neither_call_nor_close_its_engine(self):
        caught = []

        def progress(done, total):
            for forbidden in (self.engine.stats, self.engine.close):
                try:
                    forbidden()
                except MisuseError as error:
                    caught.append(error.description)

        self.engine.check(progress)
        self.assertGreaterEqual(len(caught), 2)
        self.assertFalse(self.engine.closed)

    def test_a_callback_can_call_another_engine(self):
        figures = []
        with open_engine() as other:
            self.engine.check(lambda done, total: figures.append(other.stats()))
        self.assertTrue(figures)


@unittest.skipUnless(hasattr(os, "fork"), "needs fork")
class ForkTest(TempDirTestCase):
    def in_child(self, check):
        """Runs a check in a forked child, which must end with success in good time."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            signal.alarm(120)
            try:
                check()
                os._exit(0)
            except BaseException as error:
                print(repr(error), file=sys.stderr, flush=True)
                os._exit(1)
        _, status = os.waitpid(child, 0)
        self.assertEqual(status, 0, "the child failed or hung")

    def assert_refused(self, engine):
        for call in (engine.stats, lambda: engine.get(CUSTOMER, "x"), engine.raw.check):
            with self.assertRaisesRegex(MisuseError, "after a fork") as caught:
                call()
            self.assertEqual(caught.exception.status, Status.MISUSE)

    def test_in_a_child_calls_are_refused_and_closing_does_nothing(self):
        with open_engine(self.folder / "shop.db") as engine:
            created = engine.create(CUSTOMER, cart(), user=USER)

            def check():
                self.assert_refused(engine)
                engine.close()
                engine.close()
                self.assert_refused(engine)

            self.in_child(check)
            self.assertEqual(engine.get(CUSTOMER, created["id"]), created)

    def test_a_fork_in_the_middle_of_other_threads_calls_does_not_hang(self):
        with open_engine(self.folder / "shop.db") as engine:
            stop = threading.Event()

            def call():
                while not stop.is_set():
                    engine.stats()

            threads = [threading.Thread(target=call) for _ in range(4)]
            for thread in threads:
                thread.start()

            def check():
                self.assert_refused(engine)
                engine.close()

            try:
                for _ in range(20):
                    self.in_child(check)
            finally:
                stop.set()
                for thread in threads:
                    thread.join(60)

    def test_a_child_can_open_what_its_parent_did_not_have_open(self):
        path = self.folder / "shop.db"
        with open_engine(path) as engine:
            created = engine.create(CUSTOMER, cart(), user=USER)

        def check():
            with Engine(path) as own:
                own.set_clock("2026-03-10T13:00:00Z")
                own.delete(CUSTOMER, created["id"], user=USER)

        self.in_child(check)
        with Engine(path) as engine:
            self.assertEqual(engine.list(CUSTOMER)["totalCount"], 0)

    def test_a_child_cannot_open_what_its_parent_has_open(self):
        path = self.folder / "shop.db"
        with open_engine(path):

            def check():
                with self.assertRaisesRegex(MisuseError, "forked"):
                    Engine(path)
                open_engine(self.folder / "other.db").close()

            self.in_child(check)


def run_threads(targets):
    """Runs all at once, and fails when one does not end."""
    threads = [threading.Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        if thread.is_alive():
            raise AssertionError("a thread hangs")


if __name__ == "__main__":
    unittest.main()
