//! Many callers, and what goes wrong with some of them.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::store::Work;

const CALLERS: usize = 16;

fn carts(store: &SqliteStore) -> i64 {
    let stats = store.stats().unwrap();
    stats.counts.iter().find(|(name, _)| *name == "carts").unwrap().1
}

fn creation(owner: &str) -> Work {
    let (customer, cart) = (customer(owner), cart_of(vec![line(0, 0)]));
    Box::new(move |unit| {
        unit.apply(&Change::CartCreated { customer, cart: Arc::new(cart) }).map(|_| ())
    })
}

#[test]
fn sixteen_callers_change_at_once_and_each_finds_its_change() {
    for (name, place) in stores() {
        std::thread::scope(|scope| {
            for caller in 0..CALLERS {
                let store = &place.store;
                scope.spawn(move || {
                    let owner = format!("customer-{caller}");
                    for _ in 0..50 {
                        let cart = cart_of(vec![line(0, 0), line(1, 1)]);
                        create(store, &owner, &cart);
                        let read = ask(store, |view| view.cart(&customer(&owner), cart.header.id));
                        assert_eq!(read, Some(cart));
                    }
                });
            }
        });
        assert_eq!(carts(&place.store), 16 * 50, "{name}");
        assert!(place.store.check(&mut |_, _| true).unwrap().is_empty(), "{name}");
    }
}

/// Runs works so that they wait in line together: a first one holds the turn until all others have
/// queued.
fn run_together(store: &SqliteStore, works: Vec<Work>) -> Vec<Result<()>> {
    let start = Barrier::new(works.len() + 1);
    let (release, held) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let (entered, inside) = std::sync::mpsc::channel();
        let first = scope.spawn(move || {
            let work: Work = Box::new(move |_| {
                entered.send(()).unwrap();
                held.recv().unwrap();
                Ok(())
            });
            store.write(Weight::Edit, work).unwrap();
        });
        inside.recv().unwrap();
        let start = &start;
        let others: Vec<_> = works
            .into_iter()
            .map(|work| {
                scope.spawn(move || {
                    start.wait();
                    store.write(Weight::Edit, work)
                })
            })
            .collect();
        start.wait();
        let queue = store.queue().unwrap();
        while queue.waiting() < others.len() {
            std::thread::yield_now();
        }
        release.send(()).unwrap();
        first.join().unwrap();
        others.into_iter().map(|other| other.join().unwrap()).collect()
    })
}

#[test]
fn a_call_that_fails_or_panics_undoes_itself_and_nothing_else() {
    for (name, place) in stores() {
        let failing: Work = Box::new(|unit| {
            creation("contoso")(unit)?;
            Err(Error::new(ErrorKind::Conflict, "on purpose"))
        });
        let panicking: Work = Box::new(|unit| {
            creation("contoso")(unit)?;
            panic!("a defect, on purpose")
        });
        let works = vec![creation("contoso"), failing, creation("contoso"), panicking];
        let mut kinds: Vec<_> = run_together(&place.store, works)
            .into_iter()
            .map(|outcome| outcome.map_err(|error| error.kind()))
            .collect();
        kinds.sort_by_key(|kind| kind.map_err(ErrorKind::status));
        let expected = [Ok(()), Ok(()), Err(ErrorKind::Conflict), Err(ErrorKind::Panic)];
        assert_eq!(kinds, expected, "{name}");
        assert_eq!(carts(&place.store), 2, "{name}");
        create(&place.store, "contoso", &cart_of(vec![line(0, 0)]));
        assert_eq!(carts(&place.store), 3, "{name}");
    }
}

#[test]
fn a_call_that_fails_alone_undoes_itself() {
    let place = Place::new();
    let outcome = place.store.write(
        Weight::Edit,
        Box::new(|unit| {
            creation("contoso")(unit)?;
            Err(Error::new(ErrorKind::Conflict, "on purpose"))
        }),
    );
    assert_eq!(error_of(outcome).kind(), ErrorKind::Conflict);
    let outcome = place.store.write(Weight::Edit, Box::new(|_| panic!("on purpose")));
    let error = error_of(outcome);
    assert_eq!(error.kind(), ErrorKind::Panic);
    assert!(error.description().contains("on purpose"), "{error}");
    assert_eq!(carts(&place.store), 0);
}

#[test]
fn a_unit_of_work_sees_its_own_changes() {
    let place = Place::new();
    let cart = cart_of(vec![line(0, 0)]);
    let work: Work = Box::new(move |unit| {
        let customer = customer("contoso");
        unit.apply(&Change::CartCreated {
            customer: customer.clone(),
            cart: Arc::new(cart.clone()),
        })?;
        assert_eq!(unit.view().cart(&customer, cart.header.id)?, Some(cart));
        Ok(())
    });
    place.store.write(Weight::Checkout, work).unwrap();
}

#[test]
fn a_call_from_inside_a_unit_of_work_is_refused_instead_of_waiting_for_itself() {
    for (name, place) in stores() {
        let store = Arc::new(place.store);
        let inner = Arc::clone(&store);
        let outcome =
            store.write(Weight::Edit, Box::new(move |_| inner.write(Weight::Edit, creation("a"))));
        assert_eq!(error_of(outcome).kind(), ErrorKind::Misuse, "{name}");
        let inner = Arc::clone(&store);
        let outcome = store.write(Weight::Edit, Box::new(move |_| inner.close()));
        assert_eq!(error_of(outcome).kind(), ErrorKind::Misuse, "{name}");
        store.write(Weight::Edit, creation("a")).unwrap();
    }
}

/// Counts commits that write.
fn count_commits(place: &Place) -> Arc<AtomicUsize> {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let hook = move |_: &mut _, _| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(())
    };
    let queue = place.store.queue().unwrap();
    queue.alone(|writer| Ok(writer.connection.wal_hook(Some(hook))?)).unwrap();
    count
}

#[test]
fn a_batch_costs_one_commit_and_reading_costs_none() {
    let place = Place::new();
    let commits = count_commits(&place);
    let looking: Work = Box::new(|unit| unit.view().customer(&customer("contoso")).map(|_| ()));
    place.store.write(Weight::Edit, looking).unwrap();
    assert_eq!(commits.load(Ordering::Relaxed), 0);
    place.store.write(Weight::Edit, creation("contoso")).unwrap();
    assert_eq!(commits.load(Ordering::Relaxed), 1);
    run_together(&place.store, (0..CALLERS).map(|_| creation("contoso")).collect());
    assert_eq!(commits.load(Ordering::Relaxed), 2);
    assert_eq!(carts(&place.store), 17);
}

#[test]
fn commits_wait_for_the_disk_as_the_durability_says() {
    const NORMAL: i64 = 1;
    const FULL: i64 = 2;
    for (durability, after_edit, after_checkout) in [
        (Durability::Full, FULL, FULL),
        (Durability::Checkout, NORMAL, FULL),
        (Durability::Normal, NORMAL, NORMAL),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let options = OpenOptions { durability, ..options(&folder.path().join("carts.db")) };
        let store = SqliteStore::open(&options).unwrap();
        let synchronous = || {
            let queue = store.queue().unwrap();
            let ask = |writer: &mut super::super::writer::Writer| {
                super::super::connection::number_pragma(&writer.connection, "synchronous")
            };
            queue.alone(ask).unwrap()
        };
        for (weight, expected) in [
            (Weight::Edit, after_edit),
            (Weight::Checkout, after_checkout),
            (Weight::Edit, after_edit),
        ] {
            store.write(weight, creation("contoso")).unwrap();
            assert_eq!(synchronous(), expected, "{durability:?} {weight:?}");
        }
        for (weight, expected) in [(Weight::Checkout, after_checkout), (Weight::Edit, after_edit)] {
            let is_done = store.write_at_once(weight, &mut |unit| creation("contoso")(unit));
            assert_eq!((is_done, synchronous()), (Ok(true), expected), "{durability:?} {weight:?}");
        }
    }
}

#[test]
fn two_stores_on_one_file_take_turns() {
    let place = Place::new();
    let other = open(&place.folder.path().join("carts.db")).unwrap();
    std::thread::scope(|scope| {
        for store in [&place.store, &other] {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..25 {
                        store.write(Weight::Edit, creation("contoso")).unwrap();
                    }
                });
            }
        }
    });
    assert_eq!(carts(&place.store), 200);
    assert_eq!(carts(&other), 200);
    assert!(other.check(&mut |_, _| true).unwrap().is_empty());
}

#[test]
fn a_database_that_another_connection_holds_is_busy_after_the_time_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carts.db");
    let store = SqliteStore::open(&OpenOptions { busy_timeout_ms: 20, ..options(&path) }).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = error_of(store.write(Weight::Edit, creation("contoso")));
    assert_eq!(error.kind(), ErrorKind::StoreBusy);
    other.execute_batch("COMMIT").unwrap();
    store.write(Weight::Edit, creation("contoso")).unwrap();
}

#[test]
fn a_full_disk_fails_the_calls_it_hits_and_no_later_ones() {
    let place = Place::new();
    let limit = |pages: i64| {
        let queue = place.store.queue().unwrap();
        queue
            .alone(|writer| {
                writer.connection.pragma_update(None, "max_page_count", pages)?;
                Ok(())
            })
            .unwrap();
    };
    limit(60);
    let big = || -> Work {
        let cart = cart_of((0..2_000).map(|id| line(id, id)).collect());
        let customer = customer("contoso");
        Box::new(move |unit| {
            unit.apply(&Change::CartCreated { customer, cart: Arc::new(cart) }).map(|_| ())
        })
    };
    let outcomes = run_together(&place.store, vec![creation("a"), big(), creation("b")]);
    let failed = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    // What came before the loss of the transaction is lost with it; what came after is not.
    assert!((1..=3).contains(&failed), "{outcomes:?}");
    for error in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(error.kind(), ErrorKind::StoreFull);
    }
    assert_eq!(carts(&place.store), 3 - i64::try_from(failed).unwrap());
    limit(1_000_000);
    place.store.write(Weight::Edit, big()).unwrap();
    assert!(place.store.check(&mut |_, _| true).unwrap().is_empty());
}

#[test]
fn readers_beyond_the_pool_wait_and_are_served() {
    let place = Place::new();
    let served = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..40 {
            scope.spawn(|| {
                ask(&place.store, |view| view.customer(&customer("contoso")));
                served.fetch_add(1, Ordering::Relaxed);
            });
        }
    });
    assert_eq!(served.into_inner(), 40);
}

#[test]
fn a_reader_that_panics_returns_its_connection() {
    let place = Place::new();
    for _ in 0..20 {
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _ = place.store.read(&mut |view| {
                view.customer(&customer("contoso"))?;
                panic!("on purpose")
            });
        }));
        assert!(outcome.is_err());
    }
    ask(&place.store, |view| view.customer(&customer("contoso")));
}

#[test]
fn a_snapshot_does_not_see_what_is_written_meanwhile() {
    let place = Place::new();
    let cart = cart_of(vec![line(0, 0)]);
    ask(&place.store, |view| {
        let customer = customer("contoso");
        assert_eq!(view.cart(&customer, cart.header.id)?, None);
        create(&place.store, "contoso", &cart);
        view.cart(&customer, cart.header.id).map(|read| assert_eq!(read, None))
    });
    let read = ask(&place.store, |view| view.cart(&customer("contoso"), cart.header.id));
    assert_eq!(read, Some(cart));
}

#[test]
fn the_log_is_moved_into_the_file_while_changes_go_on() {
    /// So few that no checkpoint is due.
    const FEW: u64 = 50;
    const CREATES: u64 = 2_000;
    let place = Place::new();
    let wal = place.folder.path().join("carts.db-wal");
    let lines: Vec<_> = (0..200).map(|id| line(id, id)).collect();
    let size = || std::fs::metadata(&wal).unwrap().len();
    let (mut after_few, mut greatest) = (0, 0);
    for count in 1..=CREATES {
        create(&place.store, "contoso", &cart_of(lines.clone()));
        greatest = greatest.max(size());
        if count == FEW {
            after_few = size();
        }
    }
    // Without checkpoints the log would go on growing as it did for the first few.
    let without = after_few / FEW * CREATES;
    assert!(greatest < without / 2, "{greatest} of {without}");
}
