"""Where the native library is looked for."""

import os
import shutil
import subprocess
import sys
import unittest

from support import PACKAGE, TempDirTestCase, environment

from cart_engine import _library

PRINT = "import cart_engine._library as found; print(found.LIBRARY._name)"


class LibraryTest(TempDirTestCase):
    def run_python(self, program=PRINT, **variables):
        return subprocess.run(
            [sys.executable, "-c", program],
            env=environment(**variables),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def test_the_variable_names_the_only_candidate(self):
        result = self.run_python(CART_ENGINE_LIBRARY=str(self.folder / "nowhere.so"))
        self.assertNotEqual(result.returncode, 0)
        last = result.stderr.strip().splitlines()[-1]
        self.assertIn("ImportError: no usable cart engine library", last)
        self.assertIn("nowhere.so", last)
        self.assertIn("Set CART_ENGINE_LIBRARY", last)

    def test_another_library_is_not_taken_for_the_engine(self):
        other = self.write("libempty.so", "this is no library")
        result = self.run_python(CART_ENGINE_LIBRARY=str(other))
        self.assertIn("ImportError: no usable cart engine library", result.stderr)

    def test_the_library_beside_the_package_is_found_before_the_systems(self):
        package = self.folder / "cart_engine"
        shutil.copytree(PACKAGE / "src" / "cart_engine", package)
        own, _ = _library._names()
        shutil.copy(_library.LIBRARY._name, package / own)
        result = self.run_python(CART_ENGINE_LIBRARY="", PYTHONPATH=str(self.folder))
        self.assertEqual(result.stdout.strip(), str(package / own), result.stderr)

    @unittest.skipUnless(sys.platform == "linux", "names and loader of Linux")
    def test_the_systems_library_is_found_by_its_name_and_abi(self):
        _, system = _library._names()
        os.symlink(os.path.realpath(_library.LIBRARY._name), self.folder / system)
        result = self.run_python(CART_ENGINE_LIBRARY="", LD_LIBRARY_PATH=str(self.folder))
        self.assertEqual(result.stdout.strip(), system, result.stderr)


if __name__ == "__main__":
    unittest.main()
