"""The example and the README do what they say."""

import re
import subprocess
import sys
import unittest

from support import FIXTURES, PACKAGE, TempDirTestCase, environment

QUICKSTART = PACKAGE / "examples" / "quickstart.py"


class ExampleTest(TempDirTestCase):
    def run_python(self, *arguments):
        result = subprocess.run(
            [sys.executable, *map(str, arguments)],
            env=environment(),
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def test_the_quickstart_orders_the_six_line_cart(self):
        output = self.run_python(QUICKSTART)
        for words in ("OMS-0", "order ", "Ordered"):
            self.assertIn(words, output)

    def test_the_quickstart_takes_other_files(self):
        files = [FIXTURES / f"{name}.json" for name in ("catalog", "customer", "cart")]
        self.assertEqual(self.run_python(QUICKSTART, *files), self.run_python(QUICKSTART))

    def test_the_example_of_the_readme_runs(self):
        readme = (PACKAGE / "README.md").read_text(encoding="utf-8")
        (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
        self.assertIn("364.8", self.run_python("-c", example))


if __name__ == "__main__":
    unittest.main()
