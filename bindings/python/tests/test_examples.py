"""The example and the README do what they say."""

import re
import subprocess
import sys
import unittest

from support import FIXTURES, PACKAGE, TempDirTestCase, environment

EXAMPLES = PACKAGE / "examples"
QUICKSTART = EXAMPLES / "quickstart.py"


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

    def test_the_story_ends_with_an_order(self):
        price, order = self.run_python(EXAMPLES / "story.py").splitlines()
        self.assertEqual(price, "448.5")
        self.assertRegex(order, r"^[0-9a-f-]{36} 448\.5$")
        self.assertTrue((self.folder / "shop.db").exists())

    def test_the_bar_of_progress_is_drawn_to_its_end(self):
        output = self.run_python(EXAMPLES / "progress.py", "sheet.csv", "5000")
        for title in ("import", "backup"):
            self.assertIn(f"{title:8} 100% |{40 * '#'}|", output)
        self.assertIn("5000 rows stored, 0 skipped", output)

    def test_reads_and_durable_writes_run_in_parallel(self):
        output = self.run_python(EXAMPLES / "parallel.py", "0.3")
        for title in ("reads", "durable writes"):
            self.assertEqual(output.count(f"{title:14} "), 3, output)

    def test_the_example_of_the_readme_runs(self):
        readme = (PACKAGE / "README.md").read_text(encoding="utf-8")
        (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
        self.assertIn("364.8", self.run_python("-c", example))


if __name__ == "__main__":
    unittest.main()
