"""The golden suite: the same documents as every other language, byte for byte."""

import unittest

import golden
from support import ROOT, TempDirTestCase

SUITE = sorted((ROOT / "tests" / "golden").glob("*.golden"))

#: What the package can say, and what only C can.
SMALL = """\
# Comments and blank lines say nothing.

open {"database":":memory:","idSeed":7}
call cart_engine_set_clock
argument 2026-03-10T12:00:00Z
status CART_STATUS_OK
call cart_customer_put
argument {"customerId":"c-1","subscriptions":[]}
status CART_STATUS_OK
answer {"stored":1,"rejected":[]}
call cart_get customer_id=c-1 correlation_id=t-1
null
status CART_STATUS_INVALID_ARGUMENT
answer {"code":"100","name":"InvalidArgument","description":"cart_id: NULL",\
"data":["cart_id"],"source":"cart_engine","retryable":false,"correlationId":"t-1"}
call cart_list customer_id=c-1
argument {"limit":1}
status CART_STATUS_OK
answer {"totalCount":0,"items":[]}
open {"database":":memory:","dialect":"wire"}
call cart_customer_delete
argument c-1
status CART_STATUS_NOT_FOUND
answer {"code":"200","name":"NotFound","description":"customer c-1 is not known",\
"data":["customer_id"],"source":"cart_engine","retryable":false}
call cart_engine_set_clock
null
status CART_STATUS_OK
"""


class SuiteTest(unittest.TestCase):
    def test_every_file_of_the_suite_answers_as_it_is_written(self):
        self.assertTrue(SUITE, "the suite is missing")
        public = native = 0
        for path in SUITE:
            with self.subTest(path.name):
                counts = golden.run(path)
                public += counts[0]
                native += counts[1]
        self.assertGreater(public, native, "most of it can be said by the public methods")


class RunnerTest(TempDirTestCase):
    def assert_differs(self, expression, old, new):
        self.assertEqual(SMALL.count(old), 1)
        with self.assertRaisesRegex(golden.Difference, expression):
            golden.run(self.write("small.golden", SMALL.replace(old, new)))

    def test_it_runs_public_and_native_steps(self):
        self.assertEqual(golden.run(self.write("small.golden", SMALL)), (5, 1))

    def test_it_names_the_line_of_the_first_difference(self):
        self.assert_differs("small.golden:7: cart_customer_put: answer", '"stored":1', '"stored":2')
        self.assert_differs("small.golden:11: cart_get: status", "INVALID_ARGUMENT", "OK")
        self.assert_differs("small.golden:6: what is 'stat'", "Z\nstatus", "Z\nstat")


if __name__ == "__main__":
    unittest.main()
