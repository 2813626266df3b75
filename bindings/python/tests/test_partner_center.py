"""The look-alike of the service, driven over real HTTP as a program written for the service is."""

import http.client
import importlib.util
import json
import re
import runpy
import subprocess
import sys
import unittest
from urllib.parse import urlsplit

from support import FIXTURES, PACKAGE, ROOT, environment

from cart_engine import Status

SERVER = PACKAGE / "examples" / "partner_center_server.py"
CUSTOMER = "28045616-f6b9-462f-9701-0d89b5e65c44"
CARTS = f"/v1/customers/{CUSTOMER}/carts"
ORDERS = f"/v1/customers/{CUSTOMER}/orders"
NOWHERE = "b4c8fdea-cbe4-4d17-9576-13fcacbf9605"


def published(name):
    """A document that was published for the service."""
    return (FIXTURES / "carts" / f"{name}.json").read_bytes()


@unittest.skipUnless(importlib.util.find_spec("flask"), "flask is not installed")
class ServerTest(unittest.TestCase):
    def setUp(self):
        command = [sys.executable, str(SERVER), "--port", "0", "--user", "ada"]
        for name in ("catalog", "customer"):
            command += [f"--{name}", str(FIXTURES / f"{name}.json")]
        server = subprocess.Popen(
            command,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        address = urlsplit(server.stdout.readline().strip())
        self.assertEqual(address.scheme, "http")
        self.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        self.addCleanup(self.connection.close)

    def ask(self, method, path, body=None, **headers):
        """The status, the document and the headers of an answer."""
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, body, {"Authorization": "Bearer x", **sent})
        response = self.connection.getresponse()
        text = response.read()
        self.assertEqual(response.headers.get_content_type(), "application/json")
        return response.status, json.loads(text), response.headers

    def done(self, expected, *arguments, **headers):
        """The document of an answer with this status."""
        status, document, _ = self.ask(*arguments, **headers)
        self.assertEqual(status, expected, document)
        return document

    def refused(self, expected, code, *arguments, **headers):
        """The error of an answer, which has the service's properties and no others."""
        error = self.done(expected, *arguments, **headers)
        self.assertEqual(set(error), {"code", "description", "data", "source"})
        self.assertEqual(error["code"], code)
        return error

    def create(self):
        return self.done(201, "POST", CARTS, published("request-six-lines"))

    def test_the_published_cart_of_six_lines_is_answered_as_it_was(self):
        expected = json.loads(published("answer-six-lines"))
        created = self.create()
        # The page's answer names another product on line 3, and another scope on line 2.
        for line in created["lineItems"]:
            del line["pricing"]
        for lines in (created["lineItems"], expected["lineItems"]):
            del lines[3]["catalogItemId"], lines[2]["provisioningContext"]
            for line in lines:
                # An empty one is told by the engine where the page tells none.
                if not line.get("provisioningContext"):
                    line.pop("provisioningContext", None)
        self.assertEqual(created["lineItems"], expected["lineItems"])
        self.assertEqual(created["attributes"].pop("etag"), "1")
        for name in ("status", "attributes"):
            self.assertEqual(created[name], expected[name])
        link = f"/customers/{CUSTOMER}/carts/{created['id']}"
        expected["links"]["self"]["uri"] = link
        self.assertEqual(created["links"], expected["links"])
        self.assertEqual(set(created), set(expected))
        self.assertEqual(created["lastModifiedUser"], "ada")

    def test_a_cart_is_read_changed_ordered_and_its_orders_are_read(self):
        created = self.create()
        cart = f"{CARTS}/{created['id']}"
        self.assertEqual(self.done(200, "GET", cart), created)
        created["lineItems"][5]["quantity"] = 12
        updated = self.done(201, "PUT", cart, created)
        self.assertEqual(updated["lineItems"][5]["quantity"], 12)

        result = self.done(201, "POST", f"{cart}/checkout")
        self.assertEqual(result["attributes"], {"objectType": "CartCheckoutResult"})
        self.assertEqual([len(order["lineItems"]) for order in result["orders"]], [1, 3, 1, 1])
        self.assertNotIn("orderErrors", result)
        self.assertEqual(self.done(201, "POST", f"{cart}/checkout"), result)
        self.assertEqual(self.done(200, "GET", cart)["status"], "Ordered")

        listed = self.done(200, "GET", ORDERS)
        self.assertEqual((listed["totalCount"], len(listed["items"])), (4, 4))
        self.assertEqual(listed["attributes"], {"objectType": "Collection"})
        self.assertEqual(listed["links"]["self"]["uri"], f"/customers/{CUSTOMER}/orders")
        for order in result["orders"]:
            self.assertIn(order, listed["items"])
            self.assertEqual(self.done(200, "GET", f"{ORDERS}/{order['id']}"), order)

    def test_what_the_oldest_clients_send_is_understood(self):
        for name in ("request-pascal-case-nulls", "request-capital-cycle", "request-add-ons"):
            with self.subTest(name):
                created = self.done(201, "POST", CARTS, published(name))
                self.assertEqual(created["attributes"]["objectType"], "Cart")

    def test_an_etag_guards_a_cart(self):
        created = self.create()
        cart, etag = f"{CARTS}/{created['id']}", created["attributes"]["etag"]
        updated = self.done(201, "PUT", cart, created, If_Match=f'"{etag}"')
        error = self.refused(412, "2055", "PUT", cart, created, If_Match=etag)
        self.assertEqual(error["data"], [updated["attributes"]["etag"]])
        self.refused(412, "2055", "POST", f"{cart}/checkout", If_Match=etag)
        self.done(201, "PUT", cart, created, If_Match="*")

    def test_a_request_is_carried_out_once(self):
        body, headers = published("request-six-lines"), {"MS_RequestId": "r-1"}
        created = self.done(201, "POST", CARTS, body, **headers)
        self.assertEqual(self.done(201, "POST", CARTS, body, **headers), created)
        self.refused(409, "204", "POST", CARTS, b'{"lineItems":[{}]}', **headers)
        checkout = f"{CARTS}/{created['id']}/checkout"
        result = self.done(201, "POST", checkout, MS_RequestId="r-2")
        self.assertEqual(self.done(201, "POST", checkout, MS_RequestId="r-2"), result)
        self.assertEqual(self.done(200, "GET", ORDERS)["totalCount"], 4)

    def test_the_headers_of_a_request_come_back(self):
        sent = {"MS_RequestId": "r-1", "MS_CorrelationId": "c-1"}
        for method, path in (("GET", f"{CARTS}/{NOWHERE}"), ("POST", CARTS)):
            _, _, headers = self.ask(method, path, **sent)
            self.assertEqual((headers["MS-RequestId"], headers["MS-CorrelationId"]), ("r-1", "c-1"))
        _, _, headers = self.ask("GET", ORDERS)
        for name in ("MS-RequestId", "MS-CorrelationId"):
            self.assertRegex(headers[name], r"^[0-9a-f-]{36}$")

    def test_what_fails_has_the_services_status_and_code(self):
        self.refused(404, "800008", "GET", f"{CARTS}/{NOWHERE}")
        self.refused(404, "800008", "PUT", f"{CARTS}/{NOWHERE}", published("request-six-lines"))
        self.refused(404, "800008", "POST", f"{CARTS}/{NOWHERE}/checkout")
        self.refused(404, "20000", "GET", f"{ORDERS}/{NOWHERE}")
        self.refused(400, "800002", "POST", CARTS, b"{")
        self.refused(400, "100", "POST", CARTS)
        self.refused(400, "100", "POST", CARTS, b'{"lineItems":[{}]}\0')
        self.refused(413, "104", "POST", CARTS, b" " * (8 * 1024 * 1024 + 1))
        self.refused(404, "404", "GET", "/v1/customers")
        self.refused(405, "405", "DELETE", CARTS)
        error = self.refused(400, "800002", "POST", CARTS, {"lineItems": [{"quantity": "3"}]})
        self.assertEqual(error["data"], ["lineItems[0].quantity"])

        bad = self.done(201, "POST", CARTS, {"lineItems": [{"quantity": 1}]})
        self.assertIn("error", bad["lineItems"][0])
        self.refused(400, "800009", "POST", f"{CARTS}/{bad['id']}/checkout")
        created = self.create()
        self.done(201, "POST", f"{CARTS}/{created['id']}/checkout")
        self.refused(400, "800065", "PUT", f"{CARTS}/{created['id']}", created)

    def test_the_statuses_are_those_of_the_first_page(self):
        page = (ROOT / "README.md").read_text(encoding="utf-8")
        rows = re.findall(r"^\| (\d+) \| [A-Z_]+ \| .* \| (\d+) \|$", page, re.MULTILINE)
        told = {int(status): int(http_status) for status, http_status in rows}
        known = runpy.run_path(str(SERVER))["HTTP_STATUS"]
        self.assertEqual({status: known.get(status, 500) for status in [*Status][1:]}, told)


if __name__ == "__main__":
    unittest.main()
