"""JSON in and out: exact amounts, and what cannot be written."""

import json
import unittest
from collections import OrderedDict
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, localcontext
from types import MappingProxyType

from cart_engine import InvalidArgumentError, LineErrorCode, dumps, loads
from cart_engine._json import duration, encoded, timestamp, write


class WriteTest(unittest.TestCase):
    def assert_written(self, value, text):
        self.assertEqual(write("value", {"v": value}).decode(), f'{{"v":{text}}}')

    def test_an_amount_is_written_with_all_its_digits_and_no_others(self):
        for value, text in [
            (Decimal("30.4"), "30.4"),
            (Decimal("30.40"), "30.40"),
            (Decimal("0.1") + Decimal("0.2"), "0.3"),
            (Decimal("123456789012345678901234567890.12"), "123456789012345678901234567890.12"),
            (Decimal(438), "438"),
            (Decimal("1E+2"), "100"),
            (Decimal("1E-10"), "0.0000000001"),
            (Decimal("-0.5"), "-0.5"),
            (Decimal("1E+999999999"), "1E+999999999"),
        ]:
            with self.subTest(value):
                self.assert_written(value, text)

    def test_an_amount_is_written_the_same_in_every_context(self):
        with localcontext() as context:
            context.capitals = 0
            self.assert_written(Decimal("1E+2"), "100")
            self.assert_written(Decimal("1E-10"), "0.0000000001")

    def test_every_kind_of_value_is_written(self):
        moment = datetime(2026, 9, 30, 2, tzinfo=timezone(timedelta(hours=2)))
        for value, text in [
            (None, "null"),
            (True, "true"),
            (False, "false"),
            (3, "3"),
            (3.5, "3.5"),
            (LineErrorCode.INVALID_INPUT, "10010"),
            ('a "quoted" \u00e9\n', '"a \\"quoted\\" \u00e9\\n"'),
            ((), "[]"),
            ([1, [2]], "[1,[2]]"),
            ({}, "{}"),
            (OrderedDict(a=1, b=2), '{"a":1,"b":2}'),
            (MappingProxyType({"a": None}), '{"a":null}'),
            (moment, '"2026-09-30T00:00:00.0000000Z"'),
            (date(2026, 9, 30), '"2026-09-30T00:00:00.0000000Z"'),
        ]:
            with self.subTest(value):
                self.assert_written(value, text)

    def test_it_writes_what_the_standard_encoder_writes(self):
        value = {"a": [1, -2.5e300, "\u2028\x01\U0001f6d2", None, {"b": [True, False]}], "": {}}
        standard = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        self.assertEqual(write("value", value).decode(), standard)

    def test_what_json_cannot_say_is_refused(self):
        for value in [float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), Decimal("-Inf")]:
            with self.subTest(value), self.assertRaisesRegex(ValueError, "JSON number"):
                write("value", [value])
        for value in [{1, 2}, object(), b"bytes", {1: "number as a name"}]:
            with self.subTest(value), self.assertRaises(TypeError):
                write("value", [value])

    def test_a_text_goes_through_as_it_is(self):
        self.assertEqual(write("value", '{"a": 1.0}'), b'{"a": 1.0}')
        self.assertEqual(write("value", b'{"a": 1.0}'), b'{"a": 1.0}')


class EncodedTest(unittest.TestCase):
    def test_a_nul_is_refused_with_its_place(self):
        for text in ["a\0b", b"a\0b"]:
            with self.subTest(text), self.assertRaises(InvalidArgumentError) as caught:
                encoded("cart_id", text)
            self.assertEqual(caught.exception.description, "cart_id: a NUL character at byte 1")
            self.assertEqual(caught.exception.data, ["cart_id"])

    def test_half_a_surrogate_pair_is_refused(self):
        with self.assertRaisesRegex(InvalidArgumentError, "user: not Unicode text"):
            encoded("user", "\ud83d")
        with self.assertRaisesRegex(InvalidArgumentError, "cart: not Unicode text"):
            write("cart", {"friendlyName": "\ud83d"})

    def test_something_else_than_text_is_a_type_error(self):
        with self.assertRaisesRegex(TypeError, "cart_id must be text, not int"):
            encoded("cart_id", 5)


class ReadTest(unittest.TestCase):
    def test_every_amount_is_a_decimal_with_or_without_a_fraction(self):
        document = loads('{"price": 30.4, "totalPrice": 438, "quantity": 3, "x": {"unitPrice": 0}}')
        self.assertEqual(document["price"], Decimal("30.4"))
        for amount in [document["price"], document["totalPrice"], document["x"]["unitPrice"]]:
            self.assertIs(type(amount), Decimal)
        self.assertIs(type(document["quantity"]), int)

    def test_an_amount_as_text_stays_a_text(self):
        self.assertEqual(loads('{"unitPrice": "1.50"}'), {"unitPrice": "1.50"})

    def test_what_is_read_is_written_back_unchanged(self):
        text = '{"price":30.40,"extendedPrice":0.1000000000000000055511151231257827}'
        self.assertEqual(dumps(loads(text)), text)


class TimeTest(unittest.TestCase):
    def test_a_moment_is_written_in_utc(self):
        moment = datetime(2026, 3, 10, 14, 30, 0, 5, tzinfo=timezone(timedelta(hours=-5)))
        self.assertEqual(timestamp(moment), "2026-03-10T19:30:00.0000050Z")

    def test_a_time_is_read_as_a_moment_in_utc(self):
        text = '{"id":"0","customTermEndDate":"2026-09-30T00:00:00.1234560Z"}'
        moment = datetime(2026, 9, 30, 0, 0, 0, 123456, tzinfo=timezone.utc)
        self.assertEqual(loads(text)["customTermEndDate"], moment)
        self.assertIs(loads(text)["customTermEndDate"].tzinfo, timezone.utc)
        self.assertEqual(dumps(loads(text)), text)

    def test_what_is_no_time_of_the_engines_stays_a_text(self):
        for text in ("soon", "2026-02-30T00:00:00.0000000Z", "2026-09-30"):
            document = {"id": "0", "customTermEndDate": text}
            with self.subTest(text):
                self.assertEqual(loads(dumps(document)), document)
        context = {"creationDate": "2026-09-30T00:00:00.0000000Z", "x": "y"}
        document = {"id": "0", "provisioningContext": context}
        self.assertEqual(loads(dumps(document).encode()), document)

    def test_a_moment_without_a_zone_is_refused(self):
        with self.assertRaisesRegex(ValueError, "no time zone"):
            timestamp(datetime(2026, 3, 10))

    def test_a_length_of_time_is_written_in_days_and_seconds(self):
        self.assertEqual(duration(timedelta(days=2, hours=3)), "P2DT10800S")
        self.assertEqual(duration("P1M"), "P1M")
        self.assertIsNone(duration(None))
        for length in [timedelta(), timedelta(days=-1), timedelta(milliseconds=1)]:
            with self.subTest(length), self.assertRaisesRegex(ValueError, "whole seconds"):
                duration(length)


if __name__ == "__main__":
    unittest.main()
