use std::collections::BTreeMap;

use proptest::prelude::{Strategy, prop_assert_eq, prop_oneof};
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::cart::model::{AdditionalInformation, Participant, RenewsTo};
use crate::store::{CartQuery, Period, PurgeQuery, Purged};
use crate::term::Duration;

fn all_carts() -> CartQuery {
    CartQuery { status: None, created: Period::default(), limit: 100, after: None, now: at(0) }
}

fn ids(page: &crate::store::Page<CartHeader>) -> Vec<Uuid> {
    page.items.iter().map(|header| header.id).collect()
}

#[test]
fn a_cart_reads_back_as_it_was_created_in_cart_order() {
    for (name, place) in stores() {
        let ordered = vec![line(4, 0), addon(9, 4, 0), addon(2, 4, 1), line(0, 1), line(7, 5)];
        let cart = cart_of(ordered);
        let mut shuffled = cart.clone();
        shuffled.lines.reverse();
        create(&place.store, "contoso", &shuffled);
        let read = ask(&place.store, |view| view.cart(&customer("CONTOSO"), cart.header.id));
        assert_eq!(read.as_ref(), Some(&cart), "{name}");
        let header =
            ask(&place.store, |view| view.cart_header(&customer("contoso"), cart.header.id));
        assert_eq!(header.as_ref(), Some(&cart.header), "{name}");
    }
}

#[test]
fn every_field_of_a_line_is_kept() {
    let place = Place::new();
    let mut full = line(0, 0);
    *full.input = LineInput {
        catalog_item_id: Some("a:b:c".to_owned()),
        friendly_name: Some("Büro \"Ü\" \u{1F6D2}\n".into()),
        quantity: Some(i64::MAX),
        currency_code: Some("EUR".into()),
        billing_cycle: Some(Given::Malformed("weekly".to_owned())),
        term_duration: Some(Given::Value(Duration::months(12))),
        participants: vec![Participant { key: "transaction_reseller".into(), value: "7".into() }],
        provisioning_context: vec![("b".into(), "1".into()), ("a".into(), "2".into())],
        renews_to: Some(RenewsTo { term_duration: Some(Given::Malformed("soon".to_owned())) }),
        attestation_accepted: Some(false),
        promotion_id: Some("P:S:A".into()),
        custom_term_end: Some(Given::Value(at(639_000_000_000_000_000))),
    };
    full.group = None;
    full.error = Some(Box::new(LineError {
        code: 10_003,
        description: "…".to_owned(),
        property: "quantity".to_owned(),
        additional: Some(AdditionalInformation { available_quantity: 1, purchased_quantity: 2 }),
    }));
    let mut priced = line(1, 1);
    let amount = |text: &str| text.parse().unwrap();
    priced.pricing = Some(Pricing {
        list_price: amount("30.40"),
        discounted_price: amount("28.8800000000000000001"),
        prorated_price: amount("0"),
        price: amount("0.1"),
        extended_price: amount("364.8"),
    });
    let cart = cart_of(vec![full, priced]);
    create(&place.store, "contoso", &cart);
    let read = ask(&place.store, |view| view.cart(&customer("contoso"), cart.header.id));
    assert_eq!(read, Some(cart));
}

#[test]
fn a_cart_of_another_customer_does_not_exist() {
    let place = Place::new();
    let cart = cart_of(vec![line(0, 0)]);
    create(&place.store, "contoso", &cart);
    let other = customer("fabrikam");
    assert_eq!(ask(&place.store, |view| view.cart(&other, cart.header.id)), None);
    assert_eq!(ask(&place.store, |view| view.cart_header(&other, cart.header.id)), None);
    assert_eq!(ask(&place.store, |view| view.carts(&other, &all_carts())).total, 0);
}

#[test]
fn a_change_writes_and_removes_the_lines_it_names() {
    let place = Place::new();
    let mut cart = cart_of(vec![line(0, 0), line(1, 1), addon(2, 1, 0)]);
    create(&place.store, "contoso", &cart);
    cart.header.version = 2;
    cart.header.status = CartStatus::Ordered;
    cart.header.line_count = 2;
    cart.header.next_line_id = 4;
    cart.header.user = None;
    cart.header.attestation_accepted = Some(true);
    cart.header.errors_left_by_checkout = true;
    let mut first = line(0, 0);
    first.input.quantity = Some(8);
    let written = vec![first.clone(), line(3, 2)];
    let edits = Edits { written, removed: vec![1, 2], ..Edits::default() };
    assert_eq!(apply(&place.store, edits.with(&cart.header)), 5);
    cart.lines = vec![first, line(3, 2)];
    let read = ask(&place.store, |view| view.cart(&customer("contoso"), cart.header.id));
    assert_eq!(read.as_ref(), Some(&cart));
    assert_eq!(apply(&place.store, Change::CartDeleted(cart.header.id)), 3);
    assert_eq!(ask(&place.store, |view| view.cart(&customer("contoso"), cart.header.id)), None);
    let change = Edits::default().with(&cart.header);
    assert_eq!(error_of(try_apply(&place.store, change)).kind(), ErrorKind::CartNotFound);
}

#[test]
fn carts_of_any_number_of_lines_read_back_equal() {
    let place = Place::new();
    for count in [0, 1, 7, 8, 9, 16, 19] {
        let cart = cart_of((0..count).map(|id| line(id, id)).collect());
        create(&place.store, "contoso", &cart);
        let read = ask(&place.store, |view| view.cart(&customer("contoso"), cart.header.id));
        assert_eq!(read, Some(cart), "{count} lines");
    }
}

#[test]
fn altering_a_line_that_is_not_there_is_damage_and_changes_nothing() {
    let place = Place::new();
    let cart = cart_of(vec![line(0, 0)]);
    create(&place.store, "contoso", &cart);
    let mut altered = vec![line(0, 0), line(1, 1)];
    altered[0].input.quantity = Some(9);
    let change = Edits { altered, ..Edits::default() }.with(&cart.header);
    assert_eq!(error_of(try_apply(&place.store, change)).kind(), ErrorKind::StoreCorrupt);
    let read = ask(&place.store, |view| view.cart(&customer("contoso"), cart.header.id));
    assert_eq!(read, Some(cart));
}

#[test]
fn carts_are_listed_newest_first_page_by_page() {
    let place = Place::new();
    let mut created = Vec::new();
    for number in 0..5 {
        let mut cart = cart_of(vec![line(0, 0)]);
        cart.header.expires = at(1_000 + number);
        if number == 3 {
            cart.header.status = CartStatus::Ordered;
        }
        create(&place.store, "contoso", &cart);
        created.push(cart.header.id);
    }
    created.reverse();
    let list =
        |query: CartQuery| ask(&place.store, move |view| view.carts(&customer("contoso"), &query));
    let first = list(CartQuery { limit: 2, ..all_carts() });
    assert_eq!((first.total, ids(&first)), (5, created[..2].to_vec()));
    let second = list(CartQuery { limit: 2, after: first.after, ..all_carts() });
    assert_eq!(ids(&second), created[2..4]);
    let third = list(CartQuery { limit: 2, after: second.after, ..all_carts() });
    assert_eq!((ids(&third), third.after), (created[4..].to_vec(), None));
    let exact = list(CartQuery { limit: 5, ..all_carts() });
    assert_eq!((exact.items.len(), exact.after), (5, None));
    let ordered = list(CartQuery { status: Some(CartStatus::Ordered), ..all_carts() });
    assert_eq!((ordered.total, ids(&ordered)), (1, vec![created[1]]));
    // The two oldest have expired; the ordered one never does.
    let later = list(CartQuery { now: at(1_001), ..all_carts() });
    assert_eq!((later.total, ids(&later)), (3, created[..3].to_vec()));
    let end_of_time = list(CartQuery { now: Timestamp::LAST, ..all_carts() });
    assert_eq!(ids(&end_of_time), [created[1]]);
}

#[test]
fn a_purge_takes_the_oldest_and_tells_whether_there_is_more() {
    let place = Place::new();
    for number in 0..3 {
        let mut cart = cart_of(vec![line(0, 0), line(1, 1)]);
        cart.header.expires = at(1_000 + number);
        create(&place.store, "contoso", &cart);
        cart.header.id = Uuid::now_v7();
        cart.header.status = CartStatus::Ordered;
        cart.header.modified = at(2_000 + number);
        create(&place.store, "contoso", &cart);
    }
    let purge = |expired_at, ordered_before: Option<i64>, limit| {
        let query = PurgeQuery {
            expired_at: at(expired_at),
            ordered_before: ordered_before.map(at),
            answered_before: at(0),
            limit,
        };
        let (sender, receiver) = std::sync::mpsc::channel();
        let work: crate::store::Work = Box::new(move |unit| {
            sender.send(unit.purge(&query)?).unwrap();
            Ok(())
        });
        place.store.write(Weight::Edit, work).unwrap();
        receiver.recv().unwrap()
    };
    assert_eq!(purge(999, None, 10), Purged::default());
    let first = Purged { expired_carts: 1, more: true, ..Purged::default() };
    assert_eq!(purge(1_000, None, 1), Purged { more: false, ..first });
    let mut again = cart_of(vec![line(0, 0)]);
    again.header.expires = at(1_000);
    create(&place.store, "contoso", &again);
    assert_eq!(purge(1_001, None, 1), first);
    let second = Purged { expired_carts: 1, ordered_carts: 2, ..Purged::default() };
    assert_eq!(purge(1_001, Some(2_002), 10), second);
    let left = ask(&place.store, |view| view.carts(&customer("contoso"), &all_carts()));
    assert_eq!(left.total, 2);
    let stats = place.store.stats().unwrap();
    assert!(stats.counts.contains(&("lines", 4)));
    assert_eq!(place.store.check(&mut |_, _| true).unwrap(), Vec::<String>::new());
}

/// A step of a random life of a cart.
#[derive(Debug, Clone)]
enum Step {
    PutRoot(LineId, i64),
    PutAddon(LineId, LineId, i64),
    Alter(LineId, i64),
    Remove(LineId),
}

fn step() -> impl Strategy<Value = Step> {
    // Some ids are no places of lines.
    let id = (0..10_i64).prop_map(|id| if id < 7 { id } else { (1 << 23) - 8 + id });
    let quantity = 1..100_i64;
    prop_oneof![
        3 => (id.clone(), quantity.clone()).prop_map(|(id, quantity)| Step::PutRoot(id, quantity)),
        2 => (id.clone(), id.clone(), quantity.clone())
            .prop_map(|(id, parent, quantity)| Step::PutAddon(id, parent, quantity)),
        2 => (id.clone(), quantity).prop_map(|(id, quantity)| Step::Alter(id, quantity)),
        1 => id.prop_map(Step::Remove),
    ]
}

/// What a cart of these lines is: the lines by id, without any order but that of positions.
#[derive(Default)]
struct Model(BTreeMap<LineId, Line>);

impl Model {
    /// Takes a step; answers what becomes of the lines.
    fn take(&mut self, step: &Step, position: i64) -> Edits {
        let is_root = |id| self.0.get(&id).is_some_and(|line: &Line| line.parent.is_none());
        let has_addons = |id| self.0.values().any(|line| line.parent == Some(id));
        let mut written = match *step {
            Step::PutRoot(id, _) => line(id, position),
            Step::PutAddon(id, parent, _) if id != parent && is_root(parent) && !has_addons(id) => {
                addon(id, parent, position)
            }
            Step::PutAddon(..) => return Edits::default(),
            Step::Remove(id) => {
                let goes = |line: &Line| line.id == id || line.parent == Some(id);
                let gone: Vec<_> = self.0.values().filter(|line| goes(line)).collect();
                let gone: Vec<_> = gone.iter().map(|line| line.id).collect();
                self.0.retain(|_, line| !goes(line));
                return Edits { removed: gone, ..Edits::default() };
            }
            Step::Alter(id, quantity) => {
                let Some(line) = self.0.get_mut(&id) else { return Edits::default() };
                line.input.quantity = Some(quantity);
                return Edits { altered: vec![line.clone()], ..Edits::default() };
            }
        };
        if let Step::PutRoot(_, quantity) | Step::PutAddon(_, _, quantity) = *step {
            written.input.quantity = Some(quantity);
        }
        self.0.insert(written.id, written.clone());
        Edits { written: vec![written], ..Edits::default() }
    }

    fn in_order(&self) -> Vec<Line> {
        let children = |parent| {
            let mut lines: Vec<_> =
                self.0.values().filter(|line| line.parent == parent).cloned().collect();
            lines.sort_by_key(|line| line.position);
            lines
        };
        let with_addons = |root: Line| {
            let addons = children(Some(root.id));
            std::iter::once(root).chain(addons)
        };
        children(None).into_iter().flat_map(with_addons).collect()
    }
}

#[test]
fn a_cart_written_and_changed_in_any_way_reads_back_equal() {
    let place = Place::new();
    let mut runner = TestRunner::new(Config { cases: 64, ..Config::default() });
    let life = proptest::collection::vec(step(), 1..20);
    let outcome = runner.run(&life, |steps| {
        let (mut model, mut cart) = (Model::default(), cart_of(Vec::new()));
        create(&place.store, "contoso", &cart);
        for (position, step) in (0..).zip(&steps) {
            let edits = model.take(step, position);
            cart.header.version += 1;
            cart.lines = model.in_order();
            cart.header.line_count = i64::try_from(cart.lines.len()).unwrap();
            cart.header.next_line_id = 1 << 24;
            apply(&place.store, edits.with(&cart.header));
            let read = ask(&place.store, |view| view.cart(&customer("contoso"), cart.header.id));
            prop_assert_eq!(read.as_ref(), Some(&cart));
        }
        Ok(())
    });
    outcome.unwrap();
    assert!(place.store.check(&mut |_, _| true).unwrap().is_empty());
}
