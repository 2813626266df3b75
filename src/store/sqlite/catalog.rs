//! Puts catalog documents. Each replaces the one with its key.

use rusqlite::{Connection, params};

use super::connection::{change, run};
use super::error::to_json;
use crate::catalog::item_id::ItemKey;
use crate::catalog::model::{
    Availability, CatalogChange, Inventory, Offer, Price, Product, Promotion, Sku, StockChange,
};
use crate::error::Result;
use crate::money::push_amount;

/// The number under which prices stand that the host has put.
pub(super) const PUT_BY_HOST: i64 = 0;

/// The tier of prices that the host puts: they have no other.
const ONLY_TIER: i64 = 0;

/// Puts documents; answers how many.
pub(super) fn put(connection: &Connection, documents: &CatalogChange) -> Result<u64> {
    let CatalogChange { products, skus, availabilities, offers, prices, promotions, inventory } =
        documents;
    let count = put_each(connection, products, put_product)?
        + put_each(connection, skus, put_sku)?
        + put_each(connection, availabilities, put_availability)?
        + put_each(connection, offers, put_offer)?
        + put_prices(connection, PUT_BY_HOST, prices.iter().map(|price| (ONLY_TIER, price)))?
        + put_each(connection, promotions, put_promotion)?
        + put_each(connection, inventory, put_inventory)?;
    if count > 0 {
        move_generation(connection)?;
    }
    Ok(count)
}

/// Tells everyone who remembers something of the catalog that it has changed.
pub(super) fn move_generation(connection: &Connection) -> Result<()> {
    run(connection, "UPDATE meta SET catalog_generation = catalog_generation + 1")
}

fn put_each<T>(
    connection: &Connection,
    documents: &[T],
    put: impl Fn(&Connection, &T) -> Result<()>,
) -> Result<u64> {
    documents.iter().try_for_each(|document| put(connection, document))?;
    Ok(documents.len() as u64)
}

fn put_product(connection: &Connection, product: &Product) -> Result<()> {
    const PUT: &str = "INSERT INTO product (key, product_type, search_text, body)
        VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (key) DO UPDATE SET product_type = excluded.product_type,
        search_text = excluded.search_text, body = excluded.body";
    let key = product.id.to_ascii_uppercase();
    let text = search_text([product.title.as_deref()]);
    change(connection, PUT, params![key, product.product_type, text, to_json(product)?])?;
    Ok(())
}

fn put_sku(connection: &Connection, sku: &Sku) -> Result<()> {
    const PUT: &str = "INSERT INTO sku (item, product, search_text, body)
        VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (item) DO UPDATE SET search_text = excluded.search_text, body = excluded.body";
    let item = ItemKey::sku(&sku.product_id, &sku.id);
    let product = sku.product_id.to_ascii_uppercase();
    let text = search_text([sku.title.as_deref()]);
    change(connection, PUT, params![item.as_str(), product, text, to_json(sku)?])?;
    Ok(())
}

fn put_availability(connection: &Connection, availability: &Availability) -> Result<()> {
    const PUT: &str = "INSERT INTO availability (item, id, country, segment, body)
        VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (item, id, country, segment) DO UPDATE SET body = excluded.body";
    let item = ItemKey::sku(&availability.product_id, &availability.sku_id);
    let params = params![
        item.as_str(),
        availability.id.to_ascii_uppercase(),
        part(availability.country.as_deref()),
        part(availability.segment.as_deref()),
        to_json(availability)?,
    ];
    change(connection, PUT, params)?;
    Ok(())
}

fn put_offer(connection: &Connection, offer: &Offer) -> Result<()> {
    const PUT: &str = "INSERT INTO offer (item, country, search_text, body)
        VALUES (?1, ?2, ?3, ?4) ON CONFLICT (item, country) DO UPDATE SET
        search_text = excluded.search_text, body = excluded.body";
    let item = ItemKey::offer(&offer.id);
    let country = part(offer.country.as_deref());
    let text = search_text([offer.name.as_deref()]);
    change(connection, PUT, params![item.as_str(), country, text, to_json(offer)?])?;
    Ok(())
}

/// Puts prices of the host's, or of a sheet, each with its tier: of a key the lowest tier stays.
/// Answers how many prices came.
pub(super) fn put_prices<'a>(
    connection: &Connection,
    sheet: i64,
    prices: impl IntoIterator<Item = (i64, &'a Price)>,
) -> Result<u64> {
    const PUT: &str = "INSERT INTO price (sheet, item, market, term, plan, currency, segment,
        start_at, end_at, tier, unit_price, erp_price)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        ON CONFLICT DO UPDATE SET end_at = excluded.end_at, tier = excluded.tier,
        unit_price = excluded.unit_price, erp_price = excluded.erp_price
        WHERE excluded.tier <= price.tier";
    // A sheet brings millions: the statement is looked up once.
    let mut statement = connection.prepare_cached(PUT)?;
    let [mut unit_price, mut erp_price] = [String::new(), String::new()];
    let mut count = 0;
    for (tier, price) in prices {
        unit_price.clear();
        push_amount(&mut unit_price, price.unit_price);
        erp_price.clear();
        if let Some(amount) = price.erp_price {
            push_amount(&mut erp_price, amount);
        }
        statement.execute(params![
            sheet,
            price.item.as_str(),
            price.market,
            price.term.map(|term| term.to_string()).unwrap_or_default(),
            price.plan.name(),
            price.currency,
            part(price.segment.as_deref()),
            price.start.ticks(),
            price.end.ticks(),
            tier,
            unit_price,
            price.erp_price.is_some().then_some(&erp_price),
        ])?;
        count += 1;
    }
    Ok(count)
}

fn put_promotion(connection: &Connection, promotion: &Promotion) -> Result<()> {
    const PUT: &str = "INSERT INTO promotion (key, body) VALUES (?1, ?2)
        ON CONFLICT (key) DO UPDATE SET body = excluded.body";
    const CLEAR_ITEMS: &str = "DELETE FROM promotion_item WHERE promotion = ?1";
    const PUT_ITEM: &str = "INSERT OR IGNORE INTO promotion_item (item, promotion) VALUES (?1, ?2)";
    let key = Promotion::key_of(&promotion.id);
    change(connection, PUT, [&key, &to_json(promotion)?])?;
    change(connection, CLEAR_ITEMS, [&key])?;
    for product in &promotion.products {
        change(connection, PUT_ITEM, [product.item.as_str(), &key])?;
    }
    Ok(())
}

/// What the document does not speak of stays as it was.
fn put_inventory(connection: &Connection, inventory: &Inventory) -> Result<()> {
    const ENSURE: &str = "INSERT OR IGNORE INTO inventory (item) VALUES (?1)";
    const SET_STOCK: &str = "UPDATE inventory SET available = ?2 WHERE item = ?1";
    const SET_RESTRICTIONS: &str = "UPDATE inventory SET restrictions = ?2 WHERE item = ?1";
    let item = inventory.item.as_str();
    change(connection, ENSURE, [item])?;
    match inventory.stock {
        StockChange::Keep => 0,
        StockChange::Unlimited => change(connection, SET_STOCK, params![item, None::<i64>])?,
        StockChange::Set(stock) => change(connection, SET_STOCK, params![item, stock])?,
    };
    if let Some(restrictions) = &inventory.restrictions {
        change(connection, SET_RESTRICTIONS, params![item, to_json(restrictions)?])?;
    }
    Ok(())
}

/// A part of a key; absent ones stand as an empty text.
fn part(value: Option<&str>) -> &str {
    value.unwrap_or_default()
}

/// Titles as `search` compares them.
pub(super) fn search_text<'a>(titles: impl IntoIterator<Item = Option<&'a str>>) -> String {
    let titles: Vec<_> = titles.into_iter().flatten().map(str::to_lowercase).collect();
    titles.join("\n")
}
