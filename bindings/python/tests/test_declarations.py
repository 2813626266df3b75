"""The declarations: they are those of the header, and the package knows all that they name."""

import runpy
import subprocess
import sys
import unittest
from pathlib import Path

from support import PACKAGE

from cart_engine import CartEngineError, Status, __version__, library_version
from cart_engine.errors import from_document

GENERATE = PACKAGE / "generate.py"


class DeclarationsTest(unittest.TestCase):
    def setUp(self):
        self.generate = runpy.run_path(str(GENERATE))
        self.header = self.generate["HEADER"].read_text(encoding="utf-8")

    def test_they_are_those_of_the_header(self):
        written = self.generate["DECLARATIONS"].read_text(encoding="utf-8")
        difference = "run bindings/python/generate.py"
        self.assertEqual(self.generate["render"](self.header), written, difference)

    def test_the_check_of_the_script_agrees(self):
        check = [sys.executable, str(GENERATE), "--check"]
        self.assertEqual(subprocess.run(check, check=False).returncode, 0)

    def test_a_type_that_is_not_known_is_an_error_and_no_guess(self):
        changed = self.header.replace("uint32_t cart_abi_version", "float cart_abi_version")
        with self.assertRaisesRegex(SystemExit, "no ctypes type is known for 'float'"):
            self.generate["render"](changed)

    def test_a_function_that_cannot_be_read_is_an_error_and_not_left_out(self):
        changed = self.header.replace(
            "uint32_t cart_abi_version(void);", "int (*cart_abi_version(void))(int);"
        )
        with self.assertRaisesRegex(SystemExit, "cannot read cart_abi_version"):
            self.generate["render"](changed)

    def test_a_text_to_be_freed_is_no_result(self):
        changed = self.header.replace("const char *cart_version", "char *cart_version")
        with self.assertRaisesRegex(SystemExit, r"no ctypes type is known for 'char \*'"):
            self.generate["render"](changed)


class StatusTest(unittest.TestCase):
    def test_every_status_but_ok_has_an_exception_of_its_own(self):
        classes = [type(from_document(status, "")) for status in Status if status != Status.OK]
        self.assertNotIn(CartEngineError, classes)
        self.assertEqual(len(set(classes)), len(classes))

    def test_a_status_of_a_later_library_is_the_base_exception(self):
        error = from_document(777, '{"code":"777","name":"New","description":"later"}')
        self.assertIs(type(error), CartEngineError)
        self.assertEqual((error.status, str(error)), (777, "New (777): later"))


class VersionTest(unittest.TestCase):
    def test_package_and_library_are_of_one_version(self):
        self.assertEqual(library_version(), __version__)

    def test_the_package_is_marked_as_typed(self):
        self.assertTrue(Path(PACKAGE, "src", "cart_engine", "py.typed").exists())


if __name__ == "__main__":
    unittest.main()
