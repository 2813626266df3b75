"""Everything public says what it is."""

import enum
import inspect
import unittest
from typing import Any, get_type_hints

import cart_engine


def public_members(holder: Any):
    """The functions and properties of a class or module that a user sees, inherited ones too."""
    for name, value in inspect.getmembers(holder):
        if not name.startswith("_") and (inspect.isroutine(value) or isinstance(value, property)):
            yield name, value


def is_ours(value: Any) -> bool:
    """Whether the package defined it, rather than Python."""
    value = value.fget if isinstance(value, property) else value
    return (getattr(value, "__module__", None) or "").startswith("cart_engine")


class DocstringTest(unittest.TestCase):
    def assert_told(self, name, value):
        told = (inspect.getdoc(value) or "").strip()
        self.assertTrue(told.endswith((".", "`")) or "\n" in told, f"{name}: {told!r}")

    def test_the_list_of_names_is_whole(self):
        private = {name for name in vars(cart_engine) if name.startswith("_")}
        modules = {name for name, _ in inspect.getmembers(cart_engine, inspect.ismodule)}
        seen = set(vars(cart_engine)) - private - modules - {"annotations"}
        self.assertEqual(seen | {"__version__"}, set(cart_engine.__all__))

    def test_every_class_function_and_module_has_a_docstring_of_its_own(self):
        checked = 0
        for module in (
            cart_engine,
            *dict(inspect.getmembers(cart_engine, inspect.ismodule)).values(),
        ):
            self.assert_told(module.__name__, module)
        for name in cart_engine.__all__:
            value = getattr(cart_engine, name)
            if inspect.isclass(value):
                self.assertIsNotNone(vars(value).get("__doc__"), name)
            if inspect.isclass(value) or inspect.isfunction(value):
                self.assert_told(name, value)
                checked += 1
            if not inspect.isclass(value):
                continue
            for member, part in public_members(value):
                if is_ours(part):
                    self.assert_told(f"{name}.{member}", part)
                    checked += 1
        self.assertGreater(checked, 120)

    def test_every_type_can_be_resolved_by_tools_that_read_them_at_run_time(self):
        for name in cart_engine.__all__:
            value = getattr(cart_engine, name)
            if inspect.isclass(value) and not issubclass(value, enum.Enum):
                with self.subTest(name):
                    get_type_hints(value)


if __name__ == "__main__":
    unittest.main()
