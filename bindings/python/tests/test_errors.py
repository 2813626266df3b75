"""What calls fail with."""

import copy
import pickle
import sqlite3
import unittest

from support import (
    CUSTOMER,
    USER,
    EngineTestCase,
    TempDirTestCase,
    cart,
    held_by_another_process,
    line,
    open_engine,
)

import cart_engine
from cart_engine import Engine, Status


class ErrorTest(EngineTestCase):
    def caught(self, exception, call, *arguments, **keywords):
        with self.assertRaises(exception) as context:
            call(*arguments, **keywords)
        self.assertIs(type(context.exception), exception)
        return context.exception

    def test_an_error_tells_all_that_its_document_says(self):
        error = self.caught(
            cart_engine.NotFoundError,
            self.engine.get,
            CUSTOMER,
            "3655b1a0-b1c9-4268-9824-577fdbc4d0be",
            correlation_id="trace-1",
        )
        self.assertIs(error.status, Status.NOT_FOUND)
        self.assertEqual((error.code, error.name), ("800008", "CartNotFound"))
        self.assertTrue(error.description)
        self.assertIs(error.retryable, False)
        self.assertEqual(error.correlation_id, "trace-1")
        self.assertEqual(str(error), f"CartNotFound (800008): {error.description}")
        self.assertEqual(error.document["correlationId"], "trace-1")
        self.assertEqual(error.document["source"], "cart_engine")

    def test_an_unusable_argument(self):
        error = self.caught(cart_engine.InvalidArgumentError, self.engine.get, "", "x")
        self.assertEqual(error.status, Status.INVALID_ARGUMENT)
        self.caught(cart_engine.InvalidArgumentError, self.engine.get, "two words", "x")
        self.caught(cart_engine.InvalidArgumentError, self.create, if_match="x")

    def test_a_nul_never_cuts_an_argument_short(self):
        create, get = self.engine.create, self.engine.get
        cart_id = self.create()["id"]
        for call in (
            lambda: get(CUSTOMER + "\0", cart_id),
            lambda: get(CUSTOMER, cart_id + "\0x"),
            lambda: get(CUSTOMER, cart_id, correlation_id="a\0"),
            lambda: create(CUSTOMER, '{"lineItems":[]}\0', user=USER),
            lambda: create(CUSTOMER, cart(), user="ada\0"),
            lambda: create(CUSTOMER, cart(), user=USER, request_id="r\0"),
            lambda: self.engine.change_line(CUSTOMER, cart_id, "0\0", {}, user=USER),
            lambda: self.engine.backup("a\0b"),
            lambda: self.engine.set_clock("2026-01-01\0"),
            lambda: Engine(":memory:\0"),
        ):
            error = self.caught(cart_engine.InvalidArgumentError, call)
            self.assertIn("NUL", error.description)

    def test_a_document_that_is_not_json(self):
        for text in ("{", "", "nonsense"):
            with self.subTest(text), self.assertRaises(cart_engine.InvalidRequestError):
                self.engine.create(CUSTOMER, text, user=USER)
        error = self.caught(
            cart_engine.InvalidJsonError, self.engine.create, CUSTOMER, "{", user=USER
        )
        self.assertEqual((error.status, error.code), (Status.INVALID_JSON, "800002"))

    def test_a_document_that_is_no_cart(self):
        create = self.engine.create
        request = cart_engine.InvalidRequestError
        error = self.caught(request, create, CUSTOMER, cart(line(quantity="3")), user=USER)
        self.assertEqual((error.status, error.code), (Status.INVALID_REQUEST, "800002"))
        self.assertEqual(error.data, ["lineItems[0].quantity"])
        self.caught(request, create, CUSTOMER, {"lineItems": []}, user=USER)

    def test_a_limit(self):
        with open_engine(limits={"lineItemsPerCart": 1}) as engine:
            too_long = cart(line(), line())
            self.caught(
                cart_engine.LimitExceededError, engine.create, CUSTOMER, too_long, user=USER
            )

    def test_a_conflict_tells_the_etag_that_holds(self):
        created = self.create()
        error = self.caught(
            cart_engine.ConflictError,
            self.engine.update,
            CUSTOMER,
            created["id"],
            created,
            user=USER,
            if_match="stale",
        )
        self.assertEqual(error.etag, created["attributes"]["etag"])
        etag = error.etag
        self.engine.update(CUSTOMER, created["id"], created, user=USER, if_match=etag)

    def test_an_ordered_cart(self):
        ordered = self.order()
        self.caught(
            cart_engine.CartOrderedError,
            self.engine.update,
            CUSTOMER,
            ordered["id"],
            cart(),
            user=USER,
        )

    def test_a_cart_with_errors(self):
        bad = self.create(line(quantity=1000))
        error = self.caught(
            cart_engine.CartHasErrorsError, self.engine.checkout, CUSTOMER, bad["id"], user=USER
        )
        self.assertEqual(error.code, "800009")

    def test_a_request_id_for_another_request(self):
        self.create(request_id="r")
        self.caught(cart_engine.RequestIdReusedError, self.create, line(quantity=2), request_id="r")

    def test_a_line_and_an_order_that_are_not_there(self):
        created = self.create()
        change = self.engine.change_line
        not_found = cart_engine.NotFoundError
        self.caught(not_found, change, CUSTOMER, created["id"], 9, {"quantity": 2}, user=USER)
        order = self.caught(not_found, self.engine.get_order, CUSTOMER, created["id"])
        self.assertEqual(order.code, "20000")

    def test_an_error_can_be_copied_and_sent_to_another_process(self):
        error = self.caught(cart_engine.NotFoundError, self.engine.get, CUSTOMER, "x")
        for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
            self.assertIs(type(twin), type(error))
            self.assertEqual(vars(twin), vars(error))
            self.assertEqual(str(twin), str(error))


class StoreErrorTest(TempDirTestCase):
    def test_a_file_that_is_no_database(self):
        path = self.write("letter.db", "Dear customer, " * 1000)
        with self.assertRaises(cart_engine.StoreCorruptError):
            Engine(path)

    def test_a_folder_that_is_not_there(self):
        with self.assertRaises(cart_engine.StoreError):
            Engine(self.folder / "nowhere" / "shop.db")

    def test_a_database_of_a_newer_engine(self):
        path = self.folder / "shop.db"
        open_engine(path).close()
        database = sqlite3.connect(path)
        database.execute("PRAGMA user_version = 1000000")
        database.close()
        with self.assertRaises(cart_engine.StoreVersionError):
            Engine(path)

    def test_a_database_that_another_process_holds(self):
        path = self.folder / "shop.db"
        with open_engine(path, busy_timeout_ms=20) as engine:
            busy = self.assertRaises(cart_engine.StoreBusyError)
            with held_by_another_process(path), busy as caught:
                engine.create(CUSTOMER, cart(), user=USER)
            self.assertIs(caught.exception.retryable, True)
            engine.create(CUSTOMER, cart(), user=USER)


class FamilyTest(unittest.TestCase):
    def test_every_exception_is_of_the_one_base(self):
        exceptions = [
            value
            for value in vars(cart_engine).values()
            if isinstance(value, type) and issubclass(value, Exception)
        ]
        self.assertGreater(len(exceptions), 20)
        for exception in exceptions:
            self.assertTrue(issubclass(exception, cart_engine.CartEngineError))

    def test_families_are_caught_together(self):
        for family, members in {
            cart_engine.InvalidRequestError: "InvalidArgument InvalidJson LimitExceeded",
            cart_engine.StoreError: "StoreBusy StoreIo StoreFull StoreCorrupt StoreVersion",
            cart_engine.MisuseError: "EngineClosed",
        }.items():
            for name in members.split():
                self.assertTrue(issubclass(getattr(cart_engine, f"{name}Error"), family), name)


if __name__ == "__main__":
    unittest.main()
