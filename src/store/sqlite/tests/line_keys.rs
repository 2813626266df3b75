use rusqlite::Connection;

use super::*;
use crate::store::PurgeQuery;
use crate::store::sqlite::line_keys::{id_of, keys_of, wide_id};

const WIDE: LineId = 1 << 23;
const GREATEST: LineId = (1 << 53) - 1;
/// Ids that are places, and others, with those beside the border.
const IDS: [LineId; 7] = [0, 1, WIDE - 1, WIDE, WIDE + 1, 1 << 40, GREATEST];

#[test]
fn an_id_is_told_from_key_and_column() {
    for seq in [1, 7, (1 << 39) - 1] {
        let keys = keys_of(seq);
        assert_eq!(keys.end() - keys.start() + 1, 1 << 24, "{seq}");
        assert!(keys_of(seq - 1).end() + 1 == *keys.start(), "{seq}");
        for id in IDS {
            let key = keys.start() + if id < WIDE { id } else { WIDE + 5 };
            assert_eq!(wide_id(id), (id >= WIDE).then_some(id));
            assert_eq!(id_of(key, wide_id(id)), id, "{seq} {id}");
        }
    }
}

fn expect(place: &Place, cart: &mut Cart) {
    cart.lines.sort_by_key(|line| line.position);
    cart.header.line_count = i64::try_from(cart.lines.len()).unwrap();
    apply(&place.store, Edits::default().with(&cart.header));
    let read = ask(&place.store, |view| view.cart(&customer("contoso"), cart.header.id));
    assert_eq!(read.as_ref(), Some(&*cart));
    assert_eq!(place.store.check(&mut |_, _| true).unwrap(), Vec::<String>::new());
}

#[test]
fn lines_of_any_ids_are_written_changed_and_removed() {
    for (name, place) in stores() {
        // The lines beside it show what a statement for one cart does to others.
        let neighbours =
            [(); 2].map(|()| cart_of((0..).zip(IDS).map(|(at, id)| line(id, at)).collect()));
        create(&place.store, "contoso", &neighbours[0]);
        let mut cart = neighbours[0].clone();
        cart.header.id = Uuid::now_v7();
        create(&place.store, "contoso", &cart);
        create(&place.store, "fabrikam", &neighbours[1]);
        expect(&place, &mut cart);
        for (at, id) in IDS.into_iter().enumerate() {
            // What it says changes where it is; then it is written anew, somewhere else.
            cart.lines[at].input.quantity = Some(70 + id % 10);
            let altered = vec![cart.lines[at].clone()];
            apply(&place.store, Edits { altered, ..Edits::default() }.with(&cart.header));
            expect(&place, &mut cart);
            cart.lines[at].input.quantity = Some(7);
            let written = vec![cart.lines[at].clone(), addon(id ^ 2, id, 0)];
            let added = written[1].clone();
            apply(&place.store, Edits { written, ..Edits::default() }.with(&cart.header));
            let read = ask(&place.store, |view| view.cart(&customer("contoso"), cart.header.id));
            assert_eq!(read.unwrap().lines[at + 1], added, "{name} {id}");
            let removed = vec![added.id];
            apply(&place.store, Edits { removed, ..Edits::default() }.with(&cart.header));
            expect(&place, &mut cart);
        }
        let id = cart.header.id;
        let rows = 1 + IDS.len() as u64;
        let [first, second] = neighbours;
        while let Some(line) = cart.lines.pop() {
            let removed = vec![line.id];
            apply(&place.store, Edits { removed, ..Edits::default() }.with(&cart.header));
            expect(&place, &mut cart);
        }
        assert_eq!(apply(&place.store, Change::CartDeleted(id)), 1);
        for (owner, neighbour) in [("contoso", first), ("fabrikam", second)] {
            let read = ask(&place.store, |view| view.cart(&customer(owner), neighbour.header.id));
            assert_eq!(read.as_ref(), Some(&neighbour), "{name}");
            assert_eq!(apply(&place.store, Change::CartDeleted(neighbour.header.id)), rows);
        }
        assert!(place.store.stats().unwrap().counts.contains(&("lines", 0)), "{name}");
    }
}

/// A cart whose ids count up from this one, long enough for SQLite to give most of the keys.
fn counting_up(first: LineId) -> Cart {
    let root = |id: LineId| line(id, id - first);
    let with_addon = |id| [root(id), addon(id + 1, id, 0)];
    cart_of((first..first + 40).step_by(2).flat_map(with_addon).collect())
}

#[test]
fn lines_whose_ids_count_up_are_written_beside_others() {
    for (name, place) in stores() {
        for first in [0, 7, WIDE - 40, WIDE - 39, WIDE - 1] {
            let carts = [(); 2].map(|()| counting_up(first));
            for cart in &carts {
                create(&place.store, "contoso", cart);
            }
            for cart in &carts {
                let read =
                    ask(&place.store, |view| view.cart(&customer("contoso"), cart.header.id));
                assert_eq!(read.as_ref(), Some(cart), "{name} {first}");
            }
        }
    }
}

#[test]
fn a_cart_is_not_written_among_lines_that_belong_to_none() {
    let (place, _) = beside("INSERT INTO cart_line (key, position) VALUES (9 << 24, 0)");
    let cart = counting_up(0);
    let created = Change::CartCreated { customer: customer("contoso"), cart: Arc::new(cart) };
    let error = error_of(try_apply(&place.store, created));
    let text = "the database is damaged: there are lines of carts above number 2, the newest";
    assert_eq!(error.description(), text);
    let connection = Connection::open(place.folder.path().join("carts.db")).unwrap();
    let count = "SELECT count(*) FROM cart_line";
    let lines: i64 = connection.query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(lines, 2);
}

#[test]
fn lines_of_any_ids_go_with_their_carts() {
    let place = Place::new();
    let carts = [(); 3].map(|()| cart_of((0..).zip(IDS).map(|(at, id)| line(id, at)).collect()));
    for (owner, cart) in ["contoso", "fabrikam", "contoso"].iter().zip(&carts) {
        create(&place.store, owner, cart);
    }
    let query = PurgeQuery {
        expired_at: at(1_000),
        ordered_before: None,
        answered_before: at(0),
        limit: 1,
    };
    let (sender, receiver) = std::sync::mpsc::channel();
    let work: crate::store::Work = Box::new(move |unit| {
        sender.send(unit.purge(&query)?).unwrap();
        Ok(())
    });
    place.store.write(Weight::Edit, work).unwrap();
    assert_eq!(receiver.recv().unwrap().expired_carts, 1);
    for (owner, cart) in [("fabrikam", &carts[1]), ("contoso", &carts[2])] {
        let read = ask(&place.store, |view| view.cart(&customer(owner), cart.header.id));
        assert_eq!(read.as_ref(), Some(cart));
    }
    let lines = i64::try_from(2 * IDS.len()).unwrap();
    assert!(place.store.stats().unwrap().counts.contains(&("lines", lines)));
    assert_eq!(place.store.check(&mut |_, _| true).unwrap(), Vec::<String>::new());
}

/// A cart of one line with an id that is no place, with these rows beside it.
fn beside(statement: &str) -> (Place, Cart) {
    let Place { folder, store } = Place::new();
    let path = folder.path().join("carts.db");
    let cart = cart_of(vec![line(GREATEST, 0)]);
    create(&store, "contoso", &cart);
    drop(store);
    Connection::open(&path).unwrap().execute_batch(statement).unwrap();
    (Place { store: open(&path).unwrap(), folder }, cart)
}

#[test]
fn places_that_were_left_are_taken_when_the_end_is_reached() {
    // The line has come to the last place but one, and behind the first there is one.
    let (place, mut cart) = beside(
        "UPDATE cart_line SET key = key | 16777214;
         INSERT INTO cart_line (key, wide_id, position) VALUES (1 << 24 | 8388609, 1 << 30, 9)",
    );
    let written: Vec<_> = (0..4).map(|at| line((1 << 41) + at, 1 + at)).collect();
    let edits = Edits { removed: vec![1 << 30], ..Edits::default() };
    cart.header.line_count = 5;
    let one = Edits { written: vec![written[0].clone()], ..Edits::default() };
    apply(&place.store, one.with(&cart.header));
    let rest = Edits { written: written[1..].to_vec(), ..Edits::default() };
    apply(&place.store, rest.with(&cart.header));
    apply(&place.store, edits.with(&cart.header));
    cart.lines.extend(written);
    expect(&place, &mut cart);
    let path = place.folder.path().join("carts.db");
    let mut places = Vec::new();
    let connection = Connection::open(path).unwrap();
    let mut statement = connection.prepare("SELECT key & 16777215 FROM cart_line").unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        places.push(row.get::<_, i64>(0).unwrap());
    }
    assert_eq!(places, [WIDE, WIDE + 2, WIDE + 3, 16_777_214, 16_777_215]);
}
