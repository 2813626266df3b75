//! Units of work that are run at once, on a snapshot that their first change makes the latest
//! state.

use super::*;
use crate::store::{CartQuery, Period, Write};

fn create_in(unit: &mut dyn Write, owner: &str) -> Result<()> {
    let (customer, cart) = (customer(owner), cart_of(vec![line(0, 0)]));
    unit.apply(&Change::CartCreated { customer, cart: Arc::new(cart) }).map(drop)
}

fn carts_of(store: &SqliteStore, owner: &str) -> i64 {
    let query =
        CartQuery { status: None, created: Period::default(), limit: 1, after: None, now: at(0) };
    ask(store, |view| view.carts(&customer(owner), &query)).total
}

#[test]
fn work_is_done_at_once_while_nobody_else_is_at_it() {
    for (name, place) in stores() {
        let is_done = place.store.write_at_once(Weight::Edit, &mut |unit| {
            create_in(unit, "contoso")?;
            create_in(unit, "contoso")
        });
        assert_eq!(is_done, Ok(true), "{name}");
        assert_eq!(carts_of(&place.store, "contoso"), 2, "{name}");
    }
}

#[test]
fn work_that_only_looks_does_not_wait_for_who_writes() {
    let place = Place::new();
    let other = rusqlite::Connection::open(place.folder.path().join("carts.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let is_done = place.store.write_at_once(Weight::Edit, &mut |unit| {
        unit.view().customer(&customer("contoso")).map(drop)
    });
    assert_eq!(is_done, Ok(true));
}

#[test]
fn work_is_not_done_while_another_call_is_at_it() {
    for (name, place) in stores() {
        let is_done = place.store.write_at_once(Weight::Edit, &mut |_| {
            std::thread::scope(|scope| {
                let other = scope.spawn(|| {
                    let nothing = &mut |_: &mut dyn Write| panic!("the turn is another call's");
                    place.store.write_at_once(Weight::Edit, nothing)
                });
                assert_eq!(other.join().unwrap(), Ok(false), "{name}");
            });
            Ok(())
        });
        assert_eq!(is_done, Ok(true), "{name}");
    }
}

#[test]
fn a_call_that_came_meanwhile_has_its_turn_afterwards() {
    let place = Place::new();
    std::thread::scope(|scope| {
        let store = &place.store;
        let is_done = store.write_at_once(Weight::Edit, &mut |unit| {
            let work = Box::new(|unit: &mut dyn Write| create_in(unit, "fabrikam"));
            scope.spawn(|| store.write(Weight::Edit, work).unwrap());
            while store.queue()?.waiting() == 0 {
                std::thread::yield_now();
            }
            create_in(unit, "contoso")
        });
        assert_eq!(is_done, Ok(true));
    });
    assert_eq!(carts_of(&place.store, "contoso"), 1);
    assert_eq!(carts_of(&place.store, "fabrikam"), 1);
}

#[test]
fn what_another_process_changes_after_the_snapshot_makes_the_work_undone() {
    let place = Place::new();
    let other = open(&place.folder.path().join("carts.db")).unwrap();
    let work = |between: &dyn Fn()| {
        place.store.write_at_once(Weight::Edit, &mut |unit| {
            unit.view().customer(&customer("contoso"))?;
            between();
            create_in(unit, "contoso")
        })
    };
    let change = || create(&other, "fabrikam", &cart_of(vec![line(0, 0)]));
    assert_eq!(work(&change), Ok(false));
    assert_eq!(carts_of(&place.store, "contoso"), 0);
    assert_eq!(work(&|| ()), Ok(true));
    assert_eq!(carts_of(&place.store, "contoso"), 1);
}

#[test]
fn work_that_fails_or_panics_changes_nothing() {
    for (name, place) in stores() {
        let failing = place.store.write_at_once(Weight::Edit, &mut |unit| {
            create_in(unit, "contoso")?;
            Err(Error::new(ErrorKind::Conflict, "on purpose"))
        });
        assert_eq!(error_of(failing).kind(), ErrorKind::Conflict, "{name}");
        let panicking = place.store.write_at_once(Weight::Edit, &mut |unit| {
            create_in(unit, "contoso")?;
            panic!("on purpose")
        });
        let error = error_of(panicking);
        assert_eq!(error.kind(), ErrorKind::Panic, "{name}");
        assert!(error.description().contains("on purpose"), "{error}");
        assert_eq!(carts_of(&place.store, "contoso"), 0, "{name}");
        create(&place.store, "contoso", &cart_of(vec![line(0, 0)]));
    }
}

#[test]
fn a_store_that_only_reads_does_no_work_at_once() {
    let place = Place::new();
    let path = place.folder.path().join("carts.db");
    let reader = SqliteStore::open(&OpenOptions { read_only: true, ..options(&path) }).unwrap();
    let nothing = &mut |_: &mut dyn Write| panic!("nothing can be changed");
    assert_eq!(reader.write_at_once(Weight::Edit, nothing), Ok(false));
}
