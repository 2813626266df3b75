//! The functions of what the host loads: the catalog and the customers.

use std::ffi::{c_char, c_void};

use super::{call, cart_engine, cart_progress, cart_status, input};

/// Loads what is for sale, in the shape of the service's own catalog answers. A document replaces
/// the one with the same key; documents that cannot be used are told and the others are stored.
/// What is not said restricts nothing: an item without a maximum has none, a market without any
/// price has carts without "pricing".
///
/// The lists, with what each of their documents needs at least:
///
/// - "products": "id".
/// - "skus": "productId", "id".
/// - "availabilities": "productId", "skuId", "id". What a cart buys is "productId:skuId:id".
/// - "offers", of the older system: "id".
/// - "prices", of one unit for the whole term: "productId" and "skuId", or "offerId"; "market",
///   "currency", "unitPrice"; for what has terms also "termDuration" and "billingPlan".
/// - "promotions": "id", "requiredProducts".
/// - "inventory": "productId", "skuId", and "availableQuantity", where null is unlimited, or
///   "restrictions".
///
/// @param engine  the engine.
/// @param catalog JSON object with any of "products", "skus", "availabilities", "offers", "prices",
///                "promotions" and "inventory": each one document, a list, or {"items":[...]}.
/// @param out     receives {"stored":n,"rejected":[{"list":"skus","position":3,"reason":"..."}]},
///                or the error document; release it with cart_string_free(). NULL: no document.
/// @return        CART_STATUS_OK also when documents were rejected; INVALID_ARGUMENT, INVALID_JSON,
///                INVALID_REQUEST, MISUSE, LIMIT_EXCEEDED or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_catalog_put(
    engine: *mut cart_engine,
    catalog: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_engine(engine, out, |engine| engine.catalog_put(input::text("catalog", catalog)?))
    }
}

/// Imports a price sheet of the service: a CSV file, or a ZIP file that holds one. Its rows replace
/// those that an earlier import of the same source brought for the markets it holds. It also makes
/// products and SKUs known that were not. All or nothing, and other calls go on meanwhile.
///
/// @param engine   the engine.
/// @param path     the file.
/// @param options  JSON object: "source" names the kind of sheet, default "license"; "onBadRow" is
///                 "fail" (default) or "skip". NULL: {}.
/// @param progress called now and then with the bytes read; NULL: not called.
/// @param context  handed to progress as it is; may be NULL.
/// @param out      receives {"stored":n,"rejectedCount":n,"rejected":[{"line":n,"reason":"..."}]},
///                 where the first 100 bad rows are named, or the error document; release it with
///                 cart_string_free(). NULL: no document.
/// @return         CART_STATUS_OK, INVALID_ARGUMENT also for a file that cannot be opened,
///                 INVALID_JSON, INVALID_REQUEST for a file that is no price sheet or has a bad
///                 row, MISUSE, LIMIT_EXCEEDED, CANCELLED or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_catalog_import(
    engine: *mut cart_engine,
    path: *const c_char,
    options: *const c_char,
    progress: cart_progress,
    context: *mut c_void,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_engine(engine, out, |engine| {
            let path = input::path("path", path)?;
            let options = input::optional("options", options)?;
            engine.catalog_import(path, options, &mut input::progress(progress, context))
        })
    }
}

/// Finds items of the catalog, with the terms and prices in force.
///
/// @param engine the engine.
/// @param query  JSON object: {"catalogItemId":"P:S:A"} for one item, or {"text":"...","limit":n,
///               "after":"..."} for those whose titles hold all the words; "limit" from 1 to 1000,
///               default 100; "after" is that of the page before. Both take "country", "currency"
///               and "segment", for whom prices are told.
/// @param out    receives {"items":[...],"after":"..."}, where "after" is absent on the last page,
///               or the error document; release it with cart_string_free(). NULL: no document. An
///               item has "productId" and "skuId", or "offerId"; "title", "catalogItems" with the
///               ids that carts buy it under, and "terms" with "unitPrice".
/// @return       CART_STATUS_OK also when nothing was found; INVALID_ARGUMENT, INVALID_JSON,
///               MISUSE, LIMIT_EXCEEDED or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_catalog_find(
    engine: *mut cart_engine,
    query: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_engine(engine, out, |engine| engine.catalog_find(input::text("query", query)?))
    }
}

/// Removes catalog documents.
///
/// @param engine the engine.
/// @param keys   JSON object of the lists of cart_catalog_put(), holding keys:
///               {"skus":[{"productId":"P","id":"S"}]}. Parts of a key that are left out fit every
///               value.
/// @param out    receives {"removed":n}, or the error document; release it with cart_string_free().
///               NULL: no document.
/// @return       CART_STATUS_OK also when a key is not there; INVALID_ARGUMENT, INVALID_JSON,
///               INVALID_REQUEST, MISUSE, LIMIT_EXCEEDED or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_catalog_remove(
    engine: *mut cart_engine,
    keys: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_engine(engine, out, |engine| engine.catalog_remove(input::text("keys", keys)?))
    }
}

/// Stores facts about a customer. It replaces the fields it names; subscriptions are stored by id,
/// none is dropped. A customer of whom nothing is stored buys in the partner's country and currency
/// and in the segment "commercial".
///
/// @param engine   the engine.
/// @param customer JSON object: "customerId" is required; "country", "currency", "segment";
///                 "subscriptions", a list of what he owns already, each with "id", "offerId"
///                 (the catalogItemId) and "quantity" at least.
/// @param out      receives {"stored":n,"rejected":[...]} as cart_catalog_put() does, or the error
///                 document; release it with cart_string_free(). NULL: no document.
/// @return         CART_STATUS_OK also when subscriptions were rejected; INVALID_ARGUMENT,
///                 INVALID_JSON, INVALID_REQUEST, MISUSE, LIMIT_EXCEEDED or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_customer_put(
    engine: *mut cart_engine,
    customer: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_engine(engine, out, |engine| {
            engine.customer_put(input::text("customer", customer)?)
        })
    }
}

/// Reads a customer, with his subscriptions: those that were put and those that orders made.
///
/// @param engine      the engine.
/// @param customer_id the customer.
/// @param out         receives the customer, in the shape of cart_customer_put(), or the error
///                    document; release it with cart_string_free(). NULL: no document.
/// @return            CART_STATUS_OK, INVALID_ARGUMENT, NOT_FOUND, MISUSE or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_customer_get(
    engine: *mut cart_engine,
    customer_id: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_engine(engine, out, |engine| {
            engine.customer_get(input::text("customer_id", customer_id)?)
        })
    }
}

/// Erases a customer with his carts and subscriptions. His orders stay, without his id.
///
/// What is erased is overwritten in the database file. Its log, the file beside it that ends in
/// -wal, may hold some of it until the last engine on the database closes.
///
/// @param engine      the engine.
/// @param customer_id the customer.
/// @param out         receives NULL, or the error document; release it with cart_string_free().
///                    NULL: no document.
/// @return            CART_STATUS_OK, INVALID_ARGUMENT, NOT_FOUND, MISUSE or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_customer_delete(
    engine: *mut cart_engine,
    customer_id: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_engine(engine, out, |engine| {
            engine.customer_delete(input::text("customer_id", customer_id)?)
        })
    }
}
