"""The engine itself: options, clock, figures, checks, purges and backups."""

import json
import unittest
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from support import CUSTOMER, USER, EngineTestCase, TempDirTestCase, cart, line, open_engine

from cart_engine import (
    Engine,
    InvalidArgumentError,
    NotFoundError,
    StoreReadOnlyError,
    library_version,
)
from cart_engine._handle import Handle


class OptionsTest(TempDirTestCase):
    def test_every_option_reaches_the_engine(self):
        partner = {"model": "indirect_provider", "country": "DE", "currency": "EUR"}
        with Engine(
            self.folder / "shop.db",
            durability="checkout",
            read_only=False,
            busy_timeout_ms=1234,
            dialect="wire",
            partner=partner,
            cart_lifetime=timedelta(hours=36),
            partner_attestation="required",
            rounding="truncate",
            limits={"lineItemsPerCart": 7},
            id_seed=42,
        ) as engine:
            options = engine.options
        self.assertEqual(Path(options["database"]), self.folder / "shop.db")
        self.assertEqual(options["durability"], "checkout")
        self.assertEqual(options["readOnly"], False)
        self.assertEqual(options["busyTimeoutMs"], 1234)
        self.assertEqual(options["dialect"], "wire")
        self.assertEqual({**options["partner"], **partner}, options["partner"])
        self.assertEqual(options["cartLifetime"], "P1DT12H")
        self.assertEqual(options["partnerAttestation"], "required")
        self.assertEqual(options["rounding"], "truncate")
        self.assertEqual(options["limits"]["lineItemsPerCart"], 7)
        self.assertEqual(options["idSeed"], 42)

    def test_the_defaults_of_the_package_are_those_of_the_engine(self):
        bare = Handle(b'{"database":":memory:"}')
        self.addCleanup(bare.close)
        with Engine(":memory:") as engine:
            self.assertEqual(engine.options, json.loads(bare.options))

    def test_a_dialect_is_how_carts_are_written(self):
        for dialect, name in (("2023", "creationTimeStamp"), ("wire", "creationTimestamp")):
            with self.subTest(dialect), open_engine(dialect=dialect) as engine:
                self.assertIn(name, engine.create(CUSTOMER, cart(), user=USER))

    def test_a_seed_makes_ids_repeat(self):
        def first_id():
            with open_engine(id_seed=1) as engine:
                return engine.create(CUSTOMER, cart(), user=USER)["id"]

        self.assertEqual(first_id(), first_id())

    def test_a_value_that_no_option_has_is_refused(self):
        with self.assertRaises(InvalidArgumentError):
            Engine(":memory:", dialect="1999")

    def test_a_database_outlives_its_engine(self):
        path = self.folder / "shop.db"
        with open_engine(path) as engine:
            created = engine.create(CUSTOMER, cart(), user=USER)
        with Engine(str(path), read_only=True) as engine:
            engine.set_clock("2026-03-10T13:00:00Z")
            self.assertEqual(engine.get(CUSTOMER, created["id"]), created)
            with self.assertRaises(StoreReadOnlyError):
                engine.create(CUSTOMER, cart(), user=USER)


class ClockTest(EngineTestCase):
    def test_the_clock_is_fixed_by_a_moment_or_a_text_and_let_go_again(self):
        moment = datetime(2030, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=1)))
        for now in (moment, moment.isoformat()):
            self.engine.set_clock(now)
            self.assertEqual(self.create()["creationTimeStamp"], moment)
        before = datetime.now(timezone.utc)
        self.engine.set_clock(None)
        created = self.create()["creationTimeStamp"]
        self.assertLess(abs(created - before), timedelta(days=1))

    def test_a_cart_expires(self):
        created = self.create()
        self.engine.set_clock("2026-03-17T12:00:00Z")
        with self.assertRaises(NotFoundError):
            self.engine.get(CUSTOMER, created["id"])


class CareTest(EngineTestCase):
    def test_figures_are_told(self):
        self.create()
        figures = self.engine.stats()
        self.assertGreater(figures["sizes"]["databaseBytes"], 0)
        self.assertEqual(figures["versions"]["engine"], library_version())
        self.assertTrue(all(type(count) is int for count in figures["counts"].values()))

    def test_a_sound_database_is_told_so(self):
        self.create()
        self.assertEqual(self.engine.check(), {"ok": True})
        self.assertEqual(self.engine.check(progress=lambda done, total: None), {"ok": True})

    def test_a_purge_removes_what_has_expired(self):
        for _ in range(3):
            self.create()
        self.engine.set_clock("2026-04-10T12:00:00Z")
        first, second = self.engine.purge(limit=2), self.engine.purge()
        self.assertEqual((first["expiredCarts"], first["more"]), (2, True))
        self.assertEqual((second["expiredCarts"], second["more"]), (1, False))

    def test_a_purge_removes_ordered_carts_of_an_age(self):
        self.order()
        self.engine.set_clock("2026-07-10T12:00:00Z")
        self.engine.purge(ordered_older_than="P1Y")
        self.assertEqual(len(list(self.engine.iter_carts(CUSTOMER))), 1)
        self.engine.purge(ordered_older_than=timedelta(days=30))
        self.assertEqual(len(list(self.engine.iter_carts(CUSTOMER))), 0)
        self.assertEqual(len(list(self.engine.iter_orders(CUSTOMER))), 1)

    def test_a_backup_is_a_database(self):
        created = self.create(line(quantity=2))
        target = self.folder / "backup é.db"
        self.assertEqual(self.engine.backup(target), {"path": str(target)})
        with Engine(target) as copy:
            copy.set_clock("2026-03-10T13:00:00Z")
            self.assertEqual(copy.get(CUSTOMER, created["id"]), created)
            (pricing,) = (
                item["pricing"] for item in copy.get(CUSTOMER, created["id"])["lineItems"]
            )
        self.assertEqual(pricing["extendedPrice"], Decimal("729.6"))

    def test_a_backup_does_not_overwrite(self):
        target = self.write("there.db", "")
        with self.assertRaises(InvalidArgumentError):
            self.engine.backup(target)


if __name__ == "__main__":
    unittest.main()
