"""Carts, lines and orders: every operation, through dictionaries."""

import unittest
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from support import CUSTOMER, SEAT, USER, YEARLY, EngineTestCase, cart, line

from cart_engine import LineErrorCode, NotFoundError


class CartTest(EngineTestCase):
    def test_a_cart_is_created_and_read_back(self):
        created = self.create(line(quantity=2, friendlyName="Stühle"))
        self.assertEqual(created["status"], "Active")
        self.assertEqual(created["lastModifiedUser"], USER)
        self.assertEqual(created["lineItems"][0]["friendlyName"], "Stühle")
        self.assertEqual(self.engine.get(CUSTOMER, created["id"]), created)

    def test_amounts_are_exact_decimals(self):
        created = self.create(line(quantity=1), line(YEARLY, quantity=1))
        monthly, yearly = (item["pricing"] for item in created["lineItems"])
        self.assertEqual(monthly["listPrice"], Decimal("30.4"))
        self.assertEqual(monthly["extendedPrice"], Decimal("364.8"))
        self.assertEqual(yearly["extendedPrice"], Decimal(438))
        for pricing in (monthly, yearly):
            for amount in pricing.values():
                self.assertIs(type(amount), Decimal)

    def test_times_come_out_as_moments_and_go_in_as_moments_or_days(self):
        end = datetime(2026, 9, 30, tzinfo=timezone.utc)
        for given in (end, date(2026, 9, 30), "2026-09-30"):
            created = self.create(line(customTermEndDate=given))
            (only,) = created["lineItems"]
            self.assertEqual(only["customTermEndDate"], end)
            self.assertNotIn("error", only)
        now = datetime(2026, 3, 10, 12, tzinfo=timezone.utc)
        self.assertEqual(created["creationTimeStamp"], now)
        self.assertEqual(created["expirationTimeStamp"], now + timedelta(days=7))
        ordered = self.engine.checkout(CUSTOMER, created["id"], user=USER)["orders"]
        self.assertEqual(ordered[0]["creationDate"], now)
        self.assertEqual(ordered[0]["lineItems"][0]["customTermEndDate"], end)

    def test_a_price_is_told_without_storing_anything(self):
        priced = self.engine.price(CUSTOMER, cart(line(quantity=3)))
        self.assertEqual(priced["lineItems"][0]["pricing"]["extendedPrice"], Decimal("1094.4"))
        self.assertEqual(self.engine.list(CUSTOMER)["totalCount"], 0)

    def test_a_bad_line_is_stored_with_its_error(self):
        created = self.create(line(quantity=301), line("no:such:thing"))
        errors = [item["error"]["errorCode"] for item in created["lineItems"]]
        expected = [LineErrorCode.INVALID_INPUT, LineErrorCode.CATALOG_ITEM_ID_IS_NOT_VALID]
        self.assertEqual(errors, expected)

    def test_a_cart_as_it_was_read_is_a_cart_to_send(self):
        created = self.create(line(), line(YEARLY))
        created["lineItems"][1]["quantity"] = 7
        updated = self.engine.update(CUSTOMER, created["id"], created, user="bob")
        self.assertEqual([item["quantity"] for item in updated["lineItems"]], [1, 7])
        self.assertEqual(updated["lastModifiedUser"], "bob")
        self.assertNotEqual(updated["attributes"]["etag"], created["attributes"]["etag"])

    def test_a_cart_is_sent_as_json_text_too(self):
        text = f'{{"LineItems": [{{"catalogItemId": "{SEAT}", "quantity": 1.0}}]}}'
        for document in (text, text.encode()):
            created = self.engine.create(CUSTOMER, document, user=USER)
            self.assertEqual(created["lineItems"][0]["quantity"], 1)

    def test_a_decimal_is_a_quantity_like_any_number(self):
        created = self.create(line(quantity=Decimal("1E+2")))
        self.assertEqual(created["lineItems"][0]["quantity"], 100)

    def test_a_deleted_cart_is_gone(self):
        created = self.create()
        self.assertIsNone(self.engine.delete(CUSTOMER, created["id"], user=USER))
        with self.assertRaises(NotFoundError):
            self.engine.get(CUSTOMER, created["id"])

    def test_a_repeated_request_gets_its_first_answer(self):
        first = self.create(request_id="request-1")
        self.assertEqual(self.create(request_id="request-1"), first)
        self.assertEqual(self.engine.list(CUSTOMER)["totalCount"], 1)


class LineTest(EngineTestCase):
    def setUp(self):
        super().setUp()
        self.cart_id = self.create()["id"]

    def test_one_line_or_a_list_of_lines_is_added(self):
        one = self.engine.add_lines(CUSTOMER, self.cart_id, line(YEARLY), user=USER)
        self.assertEqual([item["id"] for item in one["lineItems"]], ["1"])
        two = self.engine.add_lines(CUSTOMER, self.cart_id, [line(), line()], user=USER)
        self.assertEqual([item["id"] for item in two["lineItems"]], ["2", "3"])
        self.assertEqual(two["cart"]["lineCount"], 4)

    def test_a_line_is_changed_by_a_patch(self):
        self.engine.change_line(CUSTOMER, self.cart_id, 0, {"friendlyName": "x"}, user=USER)
        patch = {"quantity": 5, "friendlyName": None}
        change = self.engine.change_line(CUSTOMER, self.cart_id, "0", patch, user=USER)
        (changed,) = change["lineItems"]
        self.assertEqual(changed["pricing"]["extendedPrice"], Decimal(1824))
        self.assertNotIn("friendlyName", changed)

    def test_a_line_is_removed(self):
        self.engine.add_lines(CUSTOMER, self.cart_id, line(YEARLY), user=USER)
        change = self.engine.remove_line(CUSTOMER, self.cart_id, 0, user=USER)
        self.assertEqual(change["removed"], ["0"])
        (left,) = self.engine.get(CUSTOMER, self.cart_id)["lineItems"]
        self.assertEqual(left["catalogItemId"], YEARLY)


class OrderTest(EngineTestCase):
    def test_a_checkout_makes_one_order_for_each_group(self):
        created = self.create(line(), line(YEARLY))
        result = self.engine.checkout(CUSTOMER, created["id"], user=USER)
        totals = [order["totalPrice"] for order in result["orders"]]
        self.assertEqual(totals, [Decimal("364.8"), Decimal(438)])
        self.assertTrue(all(type(total) is Decimal for total in totals))
        self.assertEqual(self.engine.get(CUSTOMER, created["id"])["status"], "Ordered")
        again = self.engine.checkout(CUSTOMER, created["id"], user=USER)
        self.assertEqual(again, result)

    def test_an_order_is_read_and_listed(self):
        created = self.create()
        (order,) = self.engine.checkout(CUSTOMER, created["id"], user=USER)["orders"]
        self.assertEqual(self.engine.get_order(CUSTOMER, order["id"]), order)
        page = self.engine.list_orders(CUSTOMER, cart_id=created["id"])
        self.assertEqual(page, {"totalCount": 1, "items": [order]})


class PageTest(EngineTestCase):
    def test_pages_of_carts_follow_one_another(self):
        ids = [self.create()["id"] for _ in range(5)]
        first = self.engine.list(CUSTOMER, limit=2)
        self.assertEqual(first["totalCount"], 5)
        second = self.engine.list(CUSTOMER, limit=2, after=first["after"])
        found = [header["id"] for header in first["items"] + second["items"]]
        self.assertEqual(found, ids[:0:-1])
        self.assertEqual(first["items"][0]["lineCount"], 1)

    def test_all_carts_are_iterated_over_the_pages(self):
        ids = [self.create()["id"] for _ in range(5)]
        for size in (None, 1, 2, 5, 6):
            with self.subTest(size):
                found = [
                    header["id"] for header in self.engine.iter_carts(CUSTOMER, page_size=size)
                ]
                self.assertEqual(found, ids[::-1])
        self.assertEqual(list(self.engine.iter_carts("nobody")), [])

    def test_carts_are_listed_by_status(self):
        active, ordered = self.create(), self.order()
        for status, expected in (("Active", active), ("Ordered", ordered)):
            (header,) = self.engine.iter_carts(CUSTOMER, status=status)
            self.assertEqual(header["id"], expected["id"])

    def test_all_orders_are_iterated_over_the_pages(self):
        carts = [self.order()["id"] for _ in range(3)]
        orders = list(self.engine.iter_orders(CUSTOMER, page_size=2))
        self.assertEqual(len({order["id"] for order in orders}), 3)
        (newest,) = self.engine.iter_orders(CUSTOMER, cart_id=carts[-1])
        self.assertEqual(newest, orders[0])


class RawTest(EngineTestCase):
    def test_an_answer_is_the_json_text_as_it_came(self):
        text = self.engine.raw.create(CUSTOMER, cart(line()), user=USER)
        self.assertIsInstance(text, str)
        self.assertIn('"listPrice":30.4,', text)
        (header,) = self.engine.iter_carts(CUSTOMER)
        self.assertEqual(self.engine.raw.get(CUSTOMER, header["id"]), text)

    def test_every_operation_with_an_answer_is_there(self):
        names = {name for name in dir(type(self.engine)) if not name.startswith("_")}
        without_answer = {"close", "closed", "delete", "delete_customer", "set_clock"}
        of_the_engine = {"options", "raw", "iter_carts", "iter_orders", "iter_catalog"}
        raw = {name for name in dir(self.engine.raw) if not name.startswith("_")}
        self.assertEqual(raw, names - without_answer - of_the_engine)


if __name__ == "__main__":
    unittest.main()
