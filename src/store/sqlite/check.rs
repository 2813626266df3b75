//! Looks through the whole database for damage: what the database library can tell, and what only
//! this room knows.

use std::collections::BTreeMap;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::facts::for_each;
use super::readers::Snapshot;
use super::schema;
use super::watch::StepDone;
use crate::error::{Error, ErrorKind, Result};

/// The most findings told of one kind: the first ones say what is wrong, thousands more say nothing
/// new.
const FINDINGS_MAX: i64 = 100;

/// What must hold between rows: a name, and a query for what breaks it. (The keys of lines are
/// taken apart as in `line_keys`.)
const INVARIANTS: &[(&str, &str)] = &[
    (
        "a document cannot be read",
        "SELECT 'groups of cart ' || hex(id) FROM cart WHERE NOT json_valid(groups)
         UNION ALL SELECT 'cart number ' || (key >> 24) || ' line '
         || ifnull(wide_id, key & 8388607) FROM cart_line
         WHERE NOT (json_valid(ifnull(more, '0')) AND json_valid(ifnull(error, '0'))
         AND json_array_length(ifnull(pricing, '[0,0,0,0,0]')) IS 5)
         UNION ALL SELECT 'order ' || hex(id) FROM orders WHERE NOT json_valid(body)
         UNION ALL SELECT 'product ' || key FROM product WHERE NOT json_valid(body)
         UNION ALL SELECT 'sku ' || item FROM sku WHERE NOT json_valid(body)
         UNION ALL SELECT 'availability of ' || item FROM availability WHERE NOT json_valid(body)
         UNION ALL SELECT 'offer ' || item FROM offer WHERE NOT json_valid(body)
         UNION ALL SELECT 'promotion ' || key FROM promotion WHERE NOT json_valid(body)
         LIMIT ?1",
    ),
    (
        "the line count of a cart differs from its lines",
        "SELECT 'cart ' || hex(c.id) FROM cart AS c WHERE c.line_count <>
         (SELECT count(*) FROM cart_line
         WHERE key BETWEEN c.seq << 24 AND c.seq << 24 | 16777215) LIMIT ?1",
    ),
    (
        "a line belongs to no cart",
        "SELECT 'cart number ' || (key >> 24) FROM cart_line
         WHERE NOT EXISTS (SELECT 1 FROM cart WHERE seq = key >> 24) LIMIT ?1",
    ),
    (
        "a line is not at the place of its id",
        "SELECT 'cart number ' || (key >> 24) || ' place ' || (key & 16777215) FROM cart_line
         WHERE (wide_id IS NULL) <> (key & 8388608 = 0)
         OR wide_id BETWEEN 0 AND 8388607 LIMIT ?1",
    ),
    (
        "a line is in a group that its cart does not have",
        "SELECT 'cart ' || hex(c.id) || ' line ' || ifnull(l.wide_id, l.key & 8388607)
         FROM cart_line AS l JOIN cart AS c ON c.seq = l.key >> 24
         WHERE l.group_slot IS NOT NULL AND l.group_slot NOT IN
         (SELECT json_extract(g.value, '$[0]')
          FROM json_each(iif(json_valid(c.groups), c.groups, '[]')) AS g) LIMIT ?1",
    ),
    (
        // Lines nested deeper than one level are in error, and stored all the same.
        "an add-on belongs to no line",
        "SELECT 'cart ' || hex(c.id) || ' line ' || ifnull(l.wide_id, l.key & 8388607)
         FROM cart_line AS l JOIN cart AS c ON c.seq = l.key >> 24
         WHERE l.parent IS NOT NULL AND NOT iif(l.parent BETWEEN 0 AND 8388607,
         EXISTS (SELECT 1 FROM cart_line WHERE key = c.seq << 24 | l.parent),
         EXISTS (SELECT 1 FROM cart_line INDEXED BY cart_line_by_wide_id
         WHERE key >> 24 = l.key >> 24 AND wide_id = l.parent)) LIMIT ?1",
    ),
    (
        "a line has an id that the cart has still to give",
        "SELECT 'cart ' || hex(c.id) || ' line ' || ifnull(l.wide_id, l.key & 8388607)
         FROM cart_line AS l JOIN cart AS c ON c.seq = l.key >> 24
         WHERE ifnull(l.wide_id, l.key & 8388607) >= c.next_line_id LIMIT ?1",
    ),
    (
        "a line of a cart that stands is not found by its item",
        "SELECT 'cart ' || hex(c.id) || ' line ' || ifnull(l.wide_id, l.key & 8388607)
         FROM cart AS c CROSS JOIN cart_line AS l
         ON l.key BETWEEN c.seq << 24 AND c.seq << 24 | 16777215
         WHERE c.standing IS NOT NULL AND l.item IS NULL LIMIT ?1",
    ),
    (
        // Lines without a quantity, and of ids that cannot be read, are not counted.
        "a cart adds up to more than its lines",
        "SELECT 'cart ' || hex(c.id) || ' item ' || t.item
         FROM cart_item AS t JOIN cart AS c ON c.seq = t.cart
         WHERE c.standing IS NULL OR t.lines > (SELECT count(*) FROM cart_line AS l
         INDEXED BY cart_line_by_item WHERE l.key >> 24 = t.cart AND l.item = t.item) LIMIT ?1",
    ),
    (
        "a subscription is of a generation that its customer has still to have",
        "SELECT 'customer ' || ifnull(c.key, s.customer) || ' subscription ' || s.id
         FROM subscription AS s LEFT JOIN customer AS c ON c.number = s.customer
         WHERE s.made > ifnull(c.generation, 0) LIMIT ?1",
    ),
    (
        "what a customer owns differs from its subscriptions",
        "SELECT 'customer ' || ifnull((SELECT key FROM customer WHERE number = customer), customer)
         || ' item ' || item FROM
         (SELECT customer, item, seats, active, concurrent, ever FROM owned
         UNION ALL SELECT customer, item, -quantity * (status IN ('active', 'suspended')),
         -(status IN ('active', 'suspended')),
         -(status IN ('active', 'suspended', 'deleted', 'cancelled')), -1 FROM subscription)
         GROUP BY customer, item
         HAVING sum(seats) OR sum(active) OR sum(concurrent) OR sum(ever) LIMIT ?1",
    ),
    (
        "what a customer has redeemed differs from its subscriptions",
        "SELECT 'customer ' || ifnull((SELECT key FROM customer WHERE number = customer), customer)
         || ' promotion ' || promotion FROM
         (SELECT customer, promotion, count, seats FROM redeemed
         UNION ALL SELECT customer, promotion, -1, -quantity FROM subscription
         WHERE promotion IS NOT NULL)
         GROUP BY customer, promotion HAVING sum(count) OR sum(seats) LIMIT ?1",
    ),
    (
        "a price sheet counts that was not brought in to its end",
        "SELECT 'sheet ' || number FROM sheet WHERE is_active = 0
         AND EXISTS (SELECT 1 FROM sheet_market WHERE sheet = number) LIMIT ?1",
    ),
    ("a stock is below zero", "SELECT 'item ' || item FROM inventory WHERE available < 0 LIMIT ?1"),
];

/// How many steps a check has.
pub(super) const STEPS: u64 = INVARIANTS.len() as u64 + 4;

/// Looks for damage in a snapshot; answers what it found.
pub(super) fn check(connection: &Connection, step_done: StepDone<'_>) -> Result<Vec<String>> {
    let _snapshot = Snapshot::begin(connection)?;
    let mut findings = check_pages(connection)?;
    step_done()?;
    for part in [check_schema, check_references, check_texts] {
        findings.extend(part(connection)?);
        step_done()?;
    }
    for (name, sql) in INVARIANTS {
        findings.extend(check_invariant(connection, name, sql)?);
        step_done()?;
    }
    Ok(findings)
}

/// A damage so great that the library gives up is a finding too.
fn findings_of(outcome: Result<Vec<String>>) -> Result<Vec<String>> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::StoreCorrupt => {
            Ok(vec![error.description().to_owned()])
        }
        other => other,
    }
}

/// One check of the whole file: only so does a page show that two tables claim.
fn check_pages(connection: &Connection) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let outcome = connection.pragma(None, "integrity_check", FINDINGS_MAX, |row| {
        found.push(row.get::<_, String>(0)?);
        Ok(())
    });
    found.retain(|line| line != "ok");
    findings_of(outcome.map(|()| found).map_err(Error::from))
}

/// Every table and index is as this engine makes it.
fn check_schema(connection: &Connection) -> Result<Vec<String>> {
    let model = Connection::open_in_memory()?;
    schema::migrate(&model)?;
    let made = statements_of(&model)?;
    let there = match statements_of(connection) {
        Ok(there) => there,
        Err(error) => return findings_of(Err(error)),
    };
    let differs = made.into_iter().filter(|(name, sql)| there.get(name) != Some(sql));
    Ok(differs.map(|(name, _)| format!("{name} is not as the engine makes it")).collect())
}

/// The tables and indexes by name, with the statements that make them.
fn statements_of(connection: &Connection) -> Result<BTreeMap<String, String>> {
    const STATEMENTS: &str = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL";
    let mut found = BTreeMap::new();
    for_each(connection, STATEMENTS, [], |row| {
        found.insert(row.get(0)?, row.get(1)?);
        Ok(())
    })?;
    Ok(found)
}

/// The library takes any bytes for a text.
fn check_texts(connection: &Connection) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for table in schema::TABLES {
        let mut left = FINDINGS_MAX;
        let outcome = for_each(connection, &format!("SELECT * FROM {table}"), [], |row| {
            for column in 0..row.as_ref().column_count() {
                if let ValueRef::Text(text) = row.get_ref(column)?
                    && std::str::from_utf8(text).is_err()
                    && left > 0
                {
                    left -= 1;
                    found.push(format!("table {table}: a text is not UTF-8"));
                }
            }
            Ok(())
        });
        found.extend(findings_of(outcome.map(|()| Vec::new()))?);
    }
    Ok(found)
}

fn check_references(connection: &Connection) -> Result<Vec<String>> {
    const BROKEN: &str = "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check LIMIT 100";
    let mut found = Vec::new();
    let outcome = for_each(connection, BROKEN, [], |row| {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        found.push(format!("table {table}: a row names a row of {parent} that is not there"));
        Ok(())
    });
    findings_of(outcome.map(|()| found))
}

fn check_invariant(connection: &Connection, name: &str, sql: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let outcome = for_each(connection, sql, [FINDINGS_MAX], |row| {
        found.push(format!("{name}: {}", row.get::<_, String>(0)?));
        Ok(())
    });
    findings_of(outcome.map(|()| found))
}
