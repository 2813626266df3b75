"""Every answer, error and engine is given back: memory does not grow with the calls."""

import ctypes
import gc
import sys
import unittest
from contextlib import suppress

from support import CUSTOMER, USER, EngineTestCase, cart, line, open_engine

from cart_engine import NotFoundError

# All that this process has loaded, the C library among it.
PROCESS = ctypes.pythonapi


class MallocInformation(ctypes.Structure):
    """The struct mallinfo2 of the GNU C library: of its ten sizes, those of what is in use."""

    _fields_ = (
        ("_before", ctypes.c_size_t * 4),
        ("mapped", ctypes.c_size_t),
        ("_between", ctypes.c_size_t * 2),
        ("in_use", ctypes.c_size_t),
        ("_after", ctypes.c_size_t * 2),
    )


def native_bytes():
    """What the C library has given out: the engine's memory, and the large objects of Python.

    The size of the process would be coarser: it grows and shrinks by pages and arenas.
    """
    PROCESS.mallinfo2.restype = MallocInformation
    told = PROCESS.mallinfo2()
    return told.in_use + told.mapped


@unittest.skipUnless(hasattr(PROCESS, "mallinfo2"), "needs the GNU C library, from 2.33 on")
class MemoryTest(EngineTestCase):
    def assert_flat(self, call, times, bytes_per_call):
        """A leak of a tenth of what each call handles would be seen."""
        for _ in range(times // 4 + 1):
            call()
        gc.collect()
        before = native_bytes()
        for _ in range(times):
            call()
        gc.collect()
        grown = native_bytes() - before
        self.assertLess(grown, times * bytes_per_call / 10)

    def test_answers_are_freed(self):
        text = "x" * 200
        created = self.create(*(line(friendlyName=text) for _ in range(100)))
        answer = self.engine.raw.get(CUSTOMER, created["id"])
        self.assertGreater(len(answer), 30_000)
        self.assert_flat(lambda: self.engine.get(CUSTOMER, created["id"]), 300, len(answer))

    def test_inputs_are_freed(self):
        document = cart(*(line(friendlyName="x" * 200) for _ in range(100)))
        self.assert_flat(lambda: self.engine.price(CUSTOMER, document), 200, 30_000)

    def test_error_documents_are_freed(self):
        def fail():
            with suppress(NotFoundError):
                self.engine.get(CUSTOMER, "x" * 100)

        self.assert_flat(fail, 30_000, 200)

    def test_callbacks_are_freed(self):
        self.assert_flat(lambda: self.engine.check(lambda done, total: None), 500, 40_000)
        gc.collect()
        before = len(gc.get_objects())
        for _ in range(50):
            self.engine.check(lambda done, total: None)
        self.assertLess(len(gc.get_objects()) - before, 50)

    def test_engines_are_freed(self):
        def open_and_close():
            with open_engine() as engine:
                engine.create(CUSTOMER, cart(), user=USER)

        self.assert_flat(open_and_close, 60, 400_000)

    def test_an_exception_of_a_callback_holds_nothing(self):
        def progress(done, total):
            raise ValueError

        def fail():
            with suppress(ValueError):
                self.engine.check(progress)

        fail()
        gc.collect()
        before = sys.getrefcount(progress)
        for _ in range(20):
            fail()
        gc.collect()
        self.assertEqual(sys.getrefcount(progress), before)


if __name__ == "__main__":
    unittest.main()
