"""The shapes for editors and type checkers, held against the answers of the golden suite."""

import json
import unittest
from typing import Any, Union, get_type_hints

import golden
from support import ROOT

import cart_engine
from cart_engine import Customer, Engine, ErrorDocument, loads

SUITE = sorted((ROOT / "tests" / "golden").glob("*.golden"))
#: What a line in error may lack, because it is what was malformed.
MALFORMED = {"catalogItemId", "quantity", "billingCycle"}


class Misfit(AssertionError):
    """The first place of a document that its shape does not tell."""


def fit(shape: Any, value: Any, place: str) -> None:
    """Compares a document, and all that is in it, with its shape."""
    origin, parts = getattr(shape, "__origin__", None), getattr(shape, "__args__", ())
    if origin is Union:
        if not any(fits(part, value) for part in parts):
            raise Misfit(f"{place}: {value!r} is none of {parts}")
    elif origin in (list, dict):
        if type(value) is not origin:
            raise Misfit(f"{place}: {value!r} is no {origin.__name__}")
        for key, part in value.items() if origin is dict else enumerate(value):
            fit(parts[-1], part, f"{place}[{key}]")
    elif hasattr(shape, "__required_keys__"):
        fit_members(shape, value, place)
    elif getattr(shape, "__name__", "") != "Literal" and isinstance(shape, type):
        if type(value) is not shape:
            raise Misfit(f"{place}: {value!r} is no {shape.__name__}")


def fits(shape: Any, value: Any) -> bool:
    """Whether a document has a shape."""
    try:
        fit(shape, value, "")
    except Misfit:
        return False
    return True


def fit_members(shape: Any, value: Any, place: str) -> None:
    """Compares the properties of a document with those that its shape names."""
    told = get_type_hints(shape)
    lacking = shape.__required_keys__ - value.keys()
    if lacking - (MALFORMED if "error" in value else set()):
        raise Misfit(f"{place}: {shape.__name__} lacks {sorted(lacking)}")
    for name, part in value.items():
        if name not in told:
            raise Misfit(f"{place}: {shape.__name__} does not tell of {name}")
        fit(told[name], part, f"{place}.{name}")


def told_by(method: Any) -> Any:
    """The shape of what a method answers."""
    return getattr(cart_engine, method.__annotations__["return"])


class ShapeTest(unittest.TestCase):
    def test_every_answer_has_the_shape_that_its_method_tells(self):
        fitted = 0
        for path in SUITE:
            dialect = "2023"
            for step in golden.steps(path):
                if isinstance(step, str):
                    dialect = json.loads(step).get("dialect", "2023")
                elif step.answer is not None and dialect == "2023":
                    method = getattr(Engine, golden.METHODS[step.function])
                    shape = told_by(method) if step.status == "OK" else ErrorDocument
                    fit(shape, loads(step.answer), f"{path}:{step.line}: {step.function}")
                    fitted += 1
        self.assertGreater(fitted, 400)

    def test_the_options_in_force_have_their_shape(self):
        with Engine(":memory:", id_seed=7) as engine:
            fit(told_by(Engine.options.fget), engine.options, "options")

    def test_what_is_known_of_a_subscription_has_its_shape(self):
        subscription = {
            "id": "s-1",
            "offerId": "P:S:A",
            "orderId": "o-1",
            "parentSubscriptionId": "s-0",
            "promotionId": "p-1",
            "friendlyName": "mine",
            "productType": {"id": "OnlineServicesNCE"},
            "quantity": 3,
            "status": "active",
            "termDuration": "P1Y",
            "billingCycle": "monthly",
            "isTrial": False,
            "creationDate": "2026-01-01T00:00:00Z",
            "commitmentEndDate": "2026-12-31T00:00:00Z",
            "azureReservation": {"enabled": True, "registered": True},
        }
        with Engine(":memory:") as engine:
            engine.put_customer({"customerId": "c-1", "subscriptions": [subscription]})
            customer = engine.get_customer("c-1")
        self.assertEqual(customer["subscriptions"][0].keys(), subscription.keys())
        fit(Customer, customer, "customer")

    def test_a_property_too_much_or_too_little_is_seen(self):
        told = {"code": "1", "name": "n", "description": "d", "data": [], "source": "s"}
        self.assertFalse(fits(ErrorDocument, told))
        told["retryable"] = False
        self.assertTrue(fits(ErrorDocument, told))
        self.assertFalse(fits(ErrorDocument, {**told, "retryable": 0}))
        self.assertFalse(fits(ErrorDocument, {**told, "more": 1}))


if __name__ == "__main__":
    unittest.main()
