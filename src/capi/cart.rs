//! The functions of carts and orders.

use std::ffi::c_char;

use super::{call, cart_engine, cart_request, cart_status, input};

/// Answers a cart as cart_create() would, and stores nothing.
///
/// @param engine  the engine.
/// @param request who asks: customer_id is required, if_match must be NULL.
/// @param cart    JSON object: the cart to price.
/// @param out     receives the cart, or the error document; release it with cart_string_free().
///                NULL: no document.
/// @return        CART_STATUS_OK also when lines are in error; INVALID_ARGUMENT, INVALID_JSON,
///                INVALID_REQUEST, MISUSE, LIMIT_EXCEEDED or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_price(
    engine: *mut cart_engine,
    request: *const cart_request,
    cart: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_request(engine, request, out, |engine, request| {
            engine.price(request, input::text("cart", cart)?)
        })
    }
}

/// Creates a cart: lines are checked, priced and put into order groups, and nothing is reserved.
///
/// What is wrong with a single line does not fail the call: it is told as "error" on that line.
///
/// @param engine  the engine.
/// @param request who asks: customer_id and user are required, if_match must be NULL.
/// @param cart    JSON object: the cart, with at least one entry in "lineItems".
/// @param out     receives the cart, or the error document; release it with cart_string_free().
///                NULL: no document.
/// @return        CART_STATUS_OK also when lines are in error; INVALID_ARGUMENT, INVALID_JSON,
///                INVALID_REQUEST, MISUSE, LIMIT_EXCEEDED, REQUEST_ID_REUSED or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_create(
    engine: *mut cart_engine,
    request: *const cart_request,
    cart: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_request(engine, request, out, |engine, request| {
            engine.create(request, input::text("cart", cart)?)
        })
    }
}

/// Reads a cart as its last change left it: prices and errors are those of then.
///
/// @param engine  the engine.
/// @param request who asks: customer_id is required, if_match must be NULL.
/// @param cart_id the cart.
/// @param out     receives the cart, or the error document; release it with cart_string_free().
///                NULL: no document.
/// @return        CART_STATUS_OK, INVALID_ARGUMENT, NOT_FOUND, MISUSE or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_get(
    engine: *mut cart_engine,
    request: *const cart_request,
    cart_id: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_request(engine, request, out, |engine, request| {
            engine.get(request, input::text("cart_id", cart_id)?)
        })
    }
}

/// Lists the customer's carts, newest first, without their lines.
///
/// @param engine  the engine.
/// @param request who asks: customer_id is required, if_match must be NULL.
/// @param query   JSON object: "status" is "Active" or "Ordered"; "createdAfter" and
///                "createdBefore" are timestamps, of which the first belongs to the period and the
///                second does not; "limit" from 1 to 1000, default 100; "after" is that of the
///                page before. NULL: {}.
/// @param out     receives {"totalCount":n,"items":[...],"after":"..."}, where "after" is absent on
///                the last page, or the error document; release it with cart_string_free().
///                NULL: no document.
/// @return        CART_STATUS_OK, INVALID_ARGUMENT, INVALID_JSON, MISUSE, LIMIT_EXCEEDED or a
///                STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_list(
    engine: *mut cart_engine,
    request: *const cart_request,
    query: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_request(engine, request, out, |engine, request| {
            engine.list(request, input::optional("query", query)?)
        })
    }
}

/// Replaces a cart's lines by those of the document. A line with the "id" of one that is there
/// takes its place; one without gets a new id; lines that are not in the document go.
///
/// @param engine  the engine.
/// @param request who asks: customer_id and user are required.
/// @param cart_id the cart.
/// @param cart    JSON object: the whole cart, with at least one entry in "lineItems".
/// @param out     receives the cart, or the error document; release it with cart_string_free().
///                NULL: no document.
/// @return        CART_STATUS_OK also when lines are in error; INVALID_ARGUMENT, INVALID_JSON,
///                INVALID_REQUEST, NOT_FOUND, CONFLICT, CART_ORDERED, MISUSE, LIMIT_EXCEEDED,
///                REQUEST_ID_REUSED or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_update(
    engine: *mut cart_engine,
    request: *const cart_request,
    cart_id: *const c_char,
    cart: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_request(engine, request, out, |engine, request| {
            let cart_id = input::text("cart_id", cart_id)?;
            engine.update(request, cart_id, input::text("cart", cart)?)
        })
    }
}

/// Deletes a cart. Orders made from it stay.
///
/// @param engine  the engine.
/// @param request who asks: customer_id and user are required.
/// @param cart_id the cart.
/// @param out     receives NULL, or the error document; release it with cart_string_free().
///                NULL: no document.
/// @return        CART_STATUS_OK, INVALID_ARGUMENT, NOT_FOUND, CONFLICT, MISUSE, REQUEST_ID_REUSED
///                or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_delete(
    engine: *mut cart_engine,
    request: *const cart_request,
    cart_id: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_request(engine, request, out, |engine, request| {
            engine.delete(request, input::text("cart_id", cart_id)?)
        })
    }
}

/// Adds lines at the end of a cart.
///
/// Line operations mean the same as cart_update() with the whole resulting cart, but answer only
/// what changed, so that their cost does not grow with the cart.
///
/// @param engine  the engine.
/// @param request who asks: customer_id and user are required.
/// @param cart_id the cart.
/// @param lines   JSON: one line, or an array of lines.
/// @param out     receives {"cart":{the cart without lines},"lineItems":[the lines named, and those
///                whose error, pricing or promotion changed],"removed":[ids],"orderGroups":{"old
///                name":"new name"}}, or the error document; release it with cart_string_free().
///                NULL: no document.
/// @return        CART_STATUS_OK also when lines are in error; INVALID_ARGUMENT, INVALID_JSON,
///                INVALID_REQUEST, NOT_FOUND, CONFLICT, CART_ORDERED, MISUSE, LIMIT_EXCEEDED,
///                REQUEST_ID_REUSED or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_line_add(
    engine: *mut cart_engine,
    request: *const cart_request,
    cart_id: *const c_char,
    lines: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_request(engine, request, out, |engine, request| {
            let cart_id = input::text("cart_id", cart_id)?;
            engine.line_add(request, cart_id, input::text("lines", lines)?)
        })
    }
}

/// Changes a line or an add-on. Add-ons are added by changing the "addonItems" of their line.
///
/// @param engine  the engine.
/// @param request who asks: customer_id and user are required.
/// @param cart_id the cart.
/// @param line_id the "id" of the line or add-on, as text: "0".
/// @param patch   JSON merge patch (RFC 7396) on the line, such as {"quantity":5}: what it names is
///                replaced, null removes; lists are replaced whole, "id" is ignored.
/// @param out     receives what changed, as for cart_line_add(), or the error document; release it
///                with cart_string_free(). NULL: no document.
/// @return        as cart_line_add(); NOT_FOUND also when the cart has no such line.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_line_change(
    engine: *mut cart_engine,
    request: *const cart_request,
    cart_id: *const c_char,
    line_id: *const c_char,
    patch: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_request(engine, request, out, |engine, request| {
            let cart_id = input::text("cart_id", cart_id)?;
            let line_id = input::text("line_id", line_id)?;
            engine.line_change(request, cart_id, line_id, input::text("patch", patch)?)
        })
    }
}

/// Removes a line with its add-ons, or an add-on. A cart keeps at least one line.
///
/// @param engine  the engine.
/// @param request who asks: customer_id and user are required.
/// @param cart_id the cart.
/// @param line_id the "id" of the line or add-on, as text: "0".
/// @param out     receives what changed, as for cart_line_add(), or the error document; release it
///                with cart_string_free(). NULL: no document.
/// @return        as cart_line_add(); NOT_FOUND also when the cart has no such line,
///                INVALID_REQUEST for the last line.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_line_remove(
    engine: *mut cart_engine,
    request: *const cart_request,
    cart_id: *const c_char,
    line_id: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_request(engine, request, out, |engine, request| {
            let cart_id = input::text("cart_id", cart_id)?;
            engine.line_remove(request, cart_id, input::text("line_id", line_id)?)
        })
    }
}

/// Orders what is in a cart: one order for each of its order groups.
///
/// Lines are checked and priced once more. A group with a line in error is not ordered, the others
/// are; a later call orders what is left and answers all orders. It is safe to repeat after any
/// failure: nothing is ordered twice, and of a cart that is wholly ordered the answer that
/// completed it is given again.
///
/// @param engine  the engine.
/// @param request who asks: customer_id and user are required.
/// @param cart_id the cart.
/// @param out     receives {"orders":[...],"orderErrors":[{"orderGroupId":"...","code":800010,
///                "description":"..."}]}, where "orderErrors" is absent when all is ordered, or the
///                error document; release it with cart_string_free(). NULL: no document.
/// @return        CART_STATUS_OK also when groups failed, each told in "orderErrors";
///                INVALID_ARGUMENT, NOT_FOUND, CONFLICT, CART_HAS_ERRORS, MISUSE, REQUEST_ID_REUSED
///                or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_checkout(
    engine: *mut cart_engine,
    request: *const cart_request,
    cart_id: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_request(engine, request, out, |engine, request| {
            engine.checkout(request, input::text("cart_id", cart_id)?)
        })
    }
}

/// Reads an order: "id", "referenceCustomerId" (the customer), "billingCycle", "currencyCode",
/// "lineItems", "creationDate", "status", "totalPrice". A line has "offerId" (the catalogItemId),
/// "quantity", "pricing", and "subscriptionId" when it made a subscription.
///
/// @param engine   the engine.
/// @param request  who asks: customer_id is required, if_match must be NULL.
/// @param order_id the order.
/// @param out      receives the order, or the error document; release it with cart_string_free().
///                 NULL: no document.
/// @return         CART_STATUS_OK, INVALID_ARGUMENT, NOT_FOUND, MISUSE or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_order_get(
    engine: *mut cart_engine,
    request: *const cart_request,
    order_id: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_request(engine, request, out, |engine, request| {
            engine.order_get(request, input::text("order_id", order_id)?)
        })
    }
}

/// Lists the customer's orders, newest first, as cart_order_get() reads them.
///
/// @param engine  the engine.
/// @param request who asks: customer_id is required, if_match must be NULL.
/// @param query   JSON object: "cartId" for the orders of one cart; "status" is "completed";
///                "createdAfter" and "createdBefore" are timestamps, of which the first belongs to
///                the period and the second does not; "limit" from 1 to 1000, default 100; "after"
///                is that of the page before. NULL: {}.
/// @param out     receives {"totalCount":n,"items":[...],"after":"..."}, where "after" is absent on
///                the last page, or the error document; release it with cart_string_free().
///                NULL: no document.
/// @return        CART_STATUS_OK, INVALID_ARGUMENT, INVALID_JSON, MISUSE, LIMIT_EXCEEDED or a
///                STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_order_list(
    engine: *mut cart_engine,
    request: *const cart_request,
    query: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_request(engine, request, out, |engine, request| {
            let query = input::optional("query", query)?;
            engine.order_list(request, query)
        })
    }
}
