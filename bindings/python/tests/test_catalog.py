"""The catalog, price sheets and customers."""

import unittest
from decimal import Decimal

from support import CUSTOMER, SEAT, USER, EngineTestCase, cart, line, price_sheet

from cart_engine import CancelledError, InvalidRequestError, LineErrorCode, NotFoundError


class CatalogTest(EngineTestCase):
    def test_what_cannot_be_used_is_told_and_the_rest_is_stored(self):
        catalog = {"products": [{"id": "CFQ7TTC0AAAA", "title": "A"}, {"title": "no id"}]}
        answer = self.engine.put_catalog(catalog)
        self.assertEqual(answer["stored"], 1)
        (rejection,) = answer["rejected"]
        self.assertEqual((rejection["list"], rejection["position"]), ("products", 1))
        self.assertTrue(rejection["reason"])

    def test_an_item_is_found_by_its_id(self):
        (found,) = self.engine.find_catalog(SEAT)["items"]
        self.assertEqual((found["skuId"], found["title"]), ("0001", "Seat"))
        (term,) = found["terms"]
        self.assertEqual((term["termDuration"], term["unitPrice"]), ("P1Y", Decimal("364.8")))

    def test_items_are_found_by_text_and_page(self):
        for size in (None, 1):
            titles = [item["title"] for item in self.engine.iter_catalog("e", page_size=size)]
            self.assertEqual(sorted(titles), ["Seat", "Yearly"])
        self.assertEqual(len(self.engine.find_catalog(text="Yearly", limit=5)["items"]), 1)

    def test_a_removed_sku_is_unknown(self):
        product, sku, _ = SEAT.split(":")
        answer = self.engine.remove_catalog({"skus": [{"productId": product, "id": sku}]})
        self.assertEqual(answer, {"removed": 1})
        (priced,) = self.engine.price(CUSTOMER, cart())["lineItems"]
        expected = LineErrorCode.CATALOG_ITEM_ID_IS_NOT_VALID
        self.assertEqual(priced["error"]["errorCode"], expected)

    def test_an_exact_amount_goes_in_and_comes_out(self):
        price = {**SHEET_PRICE, "unitPrice": Decimal("0.120000000000000000012")}
        self.engine.put_catalog({"prices": price})
        (priced,) = self.engine.price(CUSTOMER, cart(line(quantity=300)))["lineItems"]
        self.assertEqual(priced["pricing"]["extendedPrice"], Decimal(36))
        self.assertEqual(priced["pricing"]["listPrice"], Decimal("0.01"))


SHEET_PRICE = {
    "productId": "CFQ7TTC0LH18",
    "skuId": "0001",
    "termDuration": "P1Y",
    "billingPlan": "monthly",
    "market": "US",
    "currency": "USD",
    "segment": "Commercial",
    "effectiveStartDate": "2020-01-01T00:00:00Z",
    "effectiveEndDate": "9999-11-30T23:59:59Z",
}


class PriceSheetTest(EngineTestCase):
    def price_of(self, number):
        item = line(f"CFQ7TT{number:06d}:0001:ANY", billingCycle="annual")
        return self.engine.price(CUSTOMER, cart(item))["lineItems"][0]

    def test_a_sheet_is_imported(self):
        sheet = self.write("sheet.csv", price_sheet(20))
        self.assertIsInstance(self.engine.import_catalog(sheet, source="license"), dict)
        self.assertEqual(self.price_of(19)["pricing"]["extendedPrice"], Decimal("12.5"))

    def test_a_bad_row_fails_the_import_unless_it_shall_be_skipped(self):
        sheet = self.write("sheet.csv", price_sheet(2) + price_sheet(1, "many").split("\r\n")[1])
        with self.assertRaises(InvalidRequestError):
            self.engine.import_catalog(str(sheet))
        self.assertIn("error", self.price_of(1))
        self.engine.import_catalog(str(sheet), on_bad_row="skip")
        self.assertEqual(self.price_of(1)["pricing"]["extendedPrice"], Decimal("12.5"))

    def test_progress_is_told_and_grows(self):
        told = []
        sheet = self.write("sheet.csv", price_sheet(5000))
        self.engine.import_catalog(sheet, progress=lambda *amounts: told.append(amounts))
        done = [amount for amount, _ in told]
        self.assertGreater(len(told), 1)
        self.assertEqual(done, sorted(done))

    def test_a_callback_that_returns_false_cancels_and_nothing_is_imported(self):
        sheet = self.write("sheet.csv", price_sheet(5000))
        with self.assertRaises(CancelledError):
            self.engine.import_catalog(sheet, progress=lambda done, total: False)
        self.assertIn("error", self.price_of(0))


class CustomerTest(EngineTestCase):
    def test_a_customer_is_put_read_and_deleted(self):
        subscription = {"id": "sub-1", "offerId": SEAT, "quantity": 3, "status": "active"}
        customer = {"customerId": CUSTOMER, "country": "DE", "subscriptions": [subscription]}
        self.engine.put_customer(customer)
        self.engine.put_customer({"customerId": CUSTOMER, "currency": "EUR"})
        found = self.engine.get_customer(CUSTOMER)
        self.assertEqual((found["country"], found["currency"]), ("DE", "EUR"))
        self.assertEqual(found["subscriptions"][0]["quantity"], 3)
        self.assertIsNone(self.engine.delete_customer(CUSTOMER))
        with self.assertRaises(NotFoundError):
            self.engine.get_customer(CUSTOMER)

    def test_a_customer_has_the_subscriptions_of_his_orders(self):
        created = self.create(line(quantity=4))
        (order,) = self.engine.checkout(CUSTOMER, created["id"], user=USER)["orders"]
        (subscription,) = self.engine.get_customer(CUSTOMER)["subscriptions"]
        self.assertEqual(subscription["id"], order["lineItems"][0]["subscriptionId"])
        self.assertEqual(subscription["quantity"], 4)


if __name__ == "__main__":
    unittest.main()
