use uuid::Uuid;

use super::{ORDER_FAILED, order_error_code};
use crate::cart;
use crate::cart::model::{Cart, CartHeader, CartStatus, Given};
use crate::cart::rules::RULES;
use crate::cart::testing::{World, amount, check_out, licence_input, licence_key, line};
use crate::catalog::item_id::ItemKey;
use crate::term::{BillingCycle, Duration};

fn cart_of(world: &World) -> Cart {
    let header = CartHeader {
        id: Uuid::nil(),
        customer_id: "c".into(),
        created: world.now,
        modified: world.now,
        expires: world.now.plus(Duration::days(7)),
        user: None,
        status: CartStatus::Active,
        attestation_accepted: None,
        version: 1,
        next_line_id: 0,
        errors_left_by_checkout: false,
        groups: Vec::new(),
        line_count: 0,
        standing: None,
    };
    let mut cart = Cart { header, lines: world.lines.clone() };
    cart::evaluate(&mut cart, &world.facts, world.now);
    cart
}

/// A line of ten licences by the month, one by the year, and a reservation.
fn three_groups() -> World {
    let mut world = World::new();
    let mut annual = licence_input(5);
    annual.billing_cycle = Some(Given::Value(BillingCycle::Annual));
    let mut other = World::new();
    let reservation = other.buy_reservation().lines.swap_remove(0).input;
    world.lines = vec![line(0, licence_input(10)), line(1, annual), line(2, reservation)];
    world
}

#[test]
fn every_group_becomes_one_order() {
    let world = three_groups();
    let mut cart = cart_of(&world);
    let (done, orders) = check_out(&mut cart, &world);
    assert_eq!(done.errors, []);
    assert_eq!(cart.header.status, CartStatus::Ordered);
    let totals: Vec<_> = orders.iter().map(|order| order.total_price.unwrap()).collect();
    assert_eq!(totals, [amount("1200"), amount("576"), amount("6000")]);
    // A reservation makes no subscription.
    let items: Vec<_> = done.subscriptions.iter().map(|(item, _)| item.as_str()).collect();
    assert_eq!(items, ["CFQ7TTC0LCHC:0002", "CFQ7TTC0LCHC:0002"]);
    let first = &done.subscriptions[0].1;
    assert_eq!(first.commitment_end.unwrap().to_string(), "2027-03-09T00:00:00.0000000Z");
    assert_eq!(first.order_id.as_deref(), Some(orders[0].id.to_string().as_str()));
}

#[test]
fn a_group_that_falls_gives_room_to_the_others() {
    let mut world = three_groups();
    let mut cart = cart_of(&world);
    // Fourteen are left of fifteen: the second line is too many, and falls with its group.
    world.facts.stock.insert(licence_key(), 14);
    let (done, orders) = check_out(&mut cart, &world);
    assert_eq!(orders.len(), 2);
    assert_eq!(done.errors.len(), 1);
    let error = &done.errors[0];
    assert_eq!((error.group.as_str(), error.code), ("1", 800_010));
    assert_eq!(error.description, "line 1: quantity 5: 4 of CFQ7TTC0LCHC:0002 are left in stock");
    assert_eq!(done.sold.get(&licence_key()), Some(&10));
    assert_eq!(cart.header.status, CartStatus::Active);
    assert!(cart.header.errors_left_by_checkout);
    assert_eq!(cart.lines[1].error.as_ref().map(|error| error.code), Some(10003));
    // Put the stock right: only the rest is ordered, in its own group.
    world.facts.stock.insert(licence_key(), 5);
    let (_, rest) = check_out(&mut cart, &world);
    assert_eq!(rest.len(), 1);
    assert_eq!(cart.header.status, CartStatus::Ordered);
    let names: Vec<_> = cart.header.groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["0", "1", "2"]);
}

#[test]
fn a_line_whose_item_is_gone_fells_the_group_it_was_in() {
    let mut world = three_groups();
    let mut cart = cart_of(&world);
    world.facts.items.remove(&licence_key());
    let (done, orders) = check_out(&mut cart, &world);
    let errors: Vec<_> =
        done.errors.iter().map(|error| (error.group.as_str(), error.code)).collect();
    assert_eq!(errors, [("0", 400_019), ("1", 400_019)]);
    assert_eq!(orders.len(), 1);
    // The lines know their group still, so the next checkout tells the same.
    assert_eq!(check_out(&mut cart, &world).0.errors, done.errors);
}

#[test]
fn a_failing_addon_fells_its_root_with_the_group() {
    let mut world = World::new();
    let mut addon = line(1, licence_input(1));
    addon.parent = Some(0);
    world.lines.push(addon);
    let mut cart = cart_of(&world);
    world.facts.stock.insert(licence_key(), 10);
    let (done, orders) = check_out(&mut cart, &world);
    assert_eq!(orders, []);
    assert_eq!(done.errors.len(), 1);
    assert_eq!(done.errors[0].code, ORDER_FAILED);
}

#[test]
fn an_addon_belongs_to_the_subscription_of_its_root() {
    let mut world = World::new();
    let mut addon = line(1, licence_input(1));
    addon.parent = Some(0);
    world.lines.push(addon);
    let mut cart = cart_of(&world);
    let (done, orders) = check_out(&mut cart, &world);
    let lines = &orders[0].lines;
    assert_eq!(lines[0].parent_subscription_id, None);
    assert_eq!(lines[1].parent_subscription_id, lines[0].subscription_id.map(|id| id.to_string()));
    assert_eq!(done.subscriptions[1].1.parent_id, lines[1].parent_subscription_id);
}

#[test]
fn every_line_error_has_its_order_error_code() {
    let table = [
        (10001, 400_019),
        (400_072, 800_020),
        (500_600, 800_020),
        (10000, 900_169),
        (10002, 27006),
        (10003, 800_010),
        (10007, 800_021),
        (10008, 800_013),
        (10009, 800_018),
        (10011, 800_030),
        (10012, 900_203),
        (10013, 900_270),
        (10015, 800_088),
        (10016, 900_242),
        (10017, 900_242),
        (400_041, 400_041),
    ];
    for rule in &RULES {
        let expected =
            table.iter().find(|(code, _)| *code == rule.code).map_or(800_087, |(_, it)| *it);
        assert_eq!(order_error_code(rule.code), expected, "{}", rule.name);
    }
}

#[test]
fn a_good_line_that_falls_with_its_group_is_no_base_for_the_others() {
    let mut other = World::new();
    let reservation = other.buy_reservation().lines.swap_remove(0).input;
    let mut world = World::new();
    world.lines = vec![line(0, licence_input(10)), line(1, reservation)];
    let sku = world.item(&ItemKey::sku("DZH318Z0BQ36", "004G")).sku.as_mut().unwrap();
    (sku.is_addon, sku.prerequisite_skus) = (true, vec![licence_key()]);
    let mut cart = cart_of(&world);
    assert_eq!(check_out(&mut cart, &world).1.len(), 2);
    // The licences are good, and yet not bought, as the line beside them is bad.
    world.lines.insert(1, line(2, licence_input(301)));
    let mut cart = cart_of(&world);
    let (done, orders) = check_out(&mut cart, &world);
    assert_eq!(orders, []);
    let errors: Vec<_> = done.errors.iter().map(|error| (&*error.group, error.code)).collect();
    assert_eq!(errors, [("0", 800_087), ("1", 400_041)]);
    let codes: Vec<_> = cart.lines.iter().map(|line| line.error.as_ref().map(|e| e.code)).collect();
    assert_eq!(codes, [None, Some(10010), Some(400_041)]);
}
