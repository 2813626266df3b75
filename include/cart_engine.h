/*
 * cart_engine.h - an embedded cart engine: carts, rules, prices, order groups and checkout in one
 * database.
 *
 * Link with -lcart_engine. What holds for every function, so that the comments below need not
 * repeat it:
 *
 * Inputs are NUL-terminated UTF-8. The engine copies what it keeps, so they may be released after
 * the call. NULL means absent where a parameter is optional. Elsewhere NULL, and everywhere a text
 * that is empty, over-long or not UTF-8, is CART_STATUS_INVALID_ARGUMENT, and the error document
 * names the parameter. Over-long is an id or an etag of more than 128 bytes and a path of 4096 and
 * more. A document longer than the engine's limit "requestBytes" is CART_STATUS_LIMIT_EXCEEDED.
 *
 * Outputs. A function that can fail returns a cart_status and takes `char **out` as its last
 * parameter. On entry *out is set to NULL, whatever it was. On CART_STATUS_OK it receives the
 * result document, on any other status the error document; where there is nothing to say it stays
 * NULL. The document belongs to the host, which releases it with cart_string_free(), never with
 * free(). Pass NULL for `out` when no document is wanted.
 *
 * Write a call and the look at its document as two statements: in f(cart_get(e, &r, id, &out),
 * out) C may read `out` before the call has set it.
 *
 *     char *out = NULL;
 *     cart_status status = cart_get(engine, &request, cart_id, &out);
 *     if (status != CART_STATUS_OK)
 *         fprintf(stderr, "%s: %s\n", cart_status_name(status), out ? out : "");
 *     cart_string_free(out);
 *
 * Documents are JSON objects. Carts are written in the dialect of cart_engine_open(); everything
 * else is the same in all dialects. Input may have any spelling of any dialect: names match without
 * regard to case, names that are not known are passed over, null equals absent. Only in options and
 * queries an unknown name is an error. Times are UTC, "2026-03-10T12:00:00.0000000Z", durations
 * ISO 8601, "P1M" or "P1Y". Amounts are JSON numbers with all their digits: a reader that makes
 * binary fractions of them loses what the engine keeps.
 *
 * A cart, as a host writes it; only what a line buys is needed:
 *
 *     {"lineItems":[{"catalogItemId":"CFQ7TTC0LCHC:0002:CFQ7TTC0K971","quantity":3,
 *                    "billingCycle":"monthly","termDuration":"P1Y","currencyCode":"USD",
 *                    "friendlyName":"...","promotionId":"...","customTermEndDate":"2026-09-30",
 *                    "renewsTo":{"termDuration":"P1Y"},"attestationAccepted":true,
 *                    "participants":[{"key":"transaction_reseller","value":"..."}],
 *                    "provisioningContext":{"subscriptionId":"..."},"addonItems":[lines]}],
 *      "partnerOnRecordAttestationAccepted":true}
 *
 * The engine answers it with "id", "status" ("Active" or "Ordered"), the times of creation, last
 * change and expiration, "lastModifiedUser" and "attributes":{"etag":"..."}; and each line with
 * "id", "orderGroup", and either "pricing" or what is wrong with it:
 *
 *     "pricing":{"listPrice":10,"discountedPrice":10,"proratedPrice":10,"price":10,
 *                "extendedPrice":360}
 *     "error":{"errorCode":10015,"errorDescription":"...",
 *              "additionalInformation":{"availableQuantity":2,"purchasedQuantity":3}}
 *
 * A line in error does not fail a call: the cart is stored, and cannot be checked out until the
 * line is changed or removed. What a host reads, it may change and send back as it is. A cart
 * expires 7 days after its creation, or as the option "cartLifetime" says, unless it is ordered.
 *
 * The errors of lines; "errorDescription" names the property, its value and what is allowed:
 *
 *      10000 currency not supported        10014 promotion unknown, or of another item
 *      10001 catalogItemId not known       10015 more seats than a subscription may have
 *      10002 ownership limit used up       10016 no custom term end for this item
 *      10003 not enough in stock           10017 custom term end not allowed
 *      10004 participants not supported    10018 base has too few seats for the add-on
 *      10006 any other failure             10019 fewer add-on seats than the base demands
 *      10007 subscription not valid       400041 add-on without its base
 *      10008 not enabled for reservations 400072 item cannot be bought now
 *      10009 limit of a sandbox           500600 legacy offer no longer for sale
 *      10010 property absent, malformed or out of range
 *      10011 subscription not registered
 *      10012 attestation not accepted
 *      10013 billing cycle or term not offered
 *
 * The error document: {"code":"800008","name":"CartNotFound","description":"...","data":[...],
 * "source":"cart_engine","retryable":false,"correlationId":"..."}. "code" is the commerce
 * service's code where it has one, else the status; "description" says what was expected and what
 * came; "data" names the properties at fault, or holds the current etag of a conflict. A call that
 * fails changes nothing.
 *
 * Threads. Any thread may call any function at any time with the same engine; calls run in
 * parallel. Only cart_engine_close() must come last. Nothing is kept between calls: there is no
 * "last error". From its first change until it is closed an engine has a thread of its own, which
 * blocks the signals that the thread of that change blocked.
 *
 * Forks. In the child of a fork every call with an engine of the parent is CART_STATUS_MISUSE;
 * only cart_engine_close() is allowed and forgets the engine. The child may open engines of its
 * own, but not on a file that the parent has open: it could not lock it, and gets MISUSE. A
 * program that is started anew (exec) is free of all this.
 *
 * Callbacks run on the thread of the call. They must not call the engine, throw, or jump out.
 *
 * In the list of statuses of a function the prefix CART_STATUS_ is left out, and "a STORE_ status"
 * is any of CART_STATUS_STORE_BUSY to CART_STATUS_STORE_UNAVAILABLE. CART_STATUS_PANIC, a defect of
 * the engine, can come from any function.
 *
 * Generated from the source by cbindgen: change src/capi, not this file.
 */

#ifndef CART_ENGINE_H
#define CART_ENGINE_H

#include <stddef.h>
#include <stdint.h>

/** The version of the library that this header came with, as text and in parts. */
#define CART_ENGINE_VERSION "0.1.0"
#define CART_ENGINE_VERSION_MAJOR 0
#define CART_ENGINE_VERSION_MINOR 1
#define CART_ENGINE_VERSION_PATCH 0

/** The initial value of every cart_request: its size, and nothing set. */
#define CART_REQUEST_INIT { sizeof(cart_request), NULL, NULL, NULL, NULL, NULL }

/**
 * The version of the ABI that this header describes; compare it with cart_abi_version() when the
 * library is loaded at run time. Within a version functions and status values are only added,
 * never changed or reused.
 */
#define CART_ABI_VERSION 1

/**
 * An open engine: carts, customers, orders and a catalog in one database. It is made by
 * cart_engine_open() and released by cart_engine_close(). Any thread may use it at any time; calls
 * run in parallel.
 */
typedef struct cart_engine cart_engine;

/**
 * What became of a call: one of the CART_STATUS_ values. Later versions may add values; treat an
 * unknown one as a failure.
 */
typedef int32_t cart_status;

/**
 * Called now and then during long work, on the thread of the call.
 *
 * It must not call the engine, throw, or jump out.
 *
 * @param context what the host passed along with the callback.
 * @param done    the work done so far, in a unit of the call's choice.
 * @param total   the whole work in the same unit; 0 while it is not known. It may grow.
 * @return        0 to cancel: the call undoes its work and returns CART_STATUS_CANCELLED. Anything
 *                else goes on.
 */
typedef int32_t (*cart_progress)(void *context, uint64_t done, uint64_t total);

/**
 * Who asks, and how a call is to be taken. Begin with CART_REQUEST_INIT and set what is needed:
 *
 * - cart_request request = CART_REQUEST_INIT;
 * - request.customer_id = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
 * - request.user = "someone@example.com";
 *
 * The engine reads struct and texts during the call only, so one request may serve many calls, and
 * many threads that do not change it. Ids and user are at most 128 bytes of printable ASCII
 * without spaces.
 */
typedef struct cart_request {
    /**
     * sizeof(cart_request), so that the library knows which members the host knows.
     */
    size_t struct_size;
    /**
     * The customer whose cart or order it is. Required.
     */
    const char *customer_id;
    /**
     * Who acts. Required on changes: becomes the cart's lastModifiedUser.
     */
    const char *user;
    /**
     * Makes a change safe to repeat: the same request with the same id gets the stored answer of
     * the first and changes nothing. Kept for 7 days at least. NULL: none.
     */
    const char *request_id;
    /**
     * Comes back as correlationId in the error document. NULL: none.
     */
    const char *correlation_id;
    /**
     * The etag (attributes.etag, or quoted as in a header of HTTP) that the cart must have for the
     * change to happen, else CART_STATUS_CONFLICT. NULL: the last writer wins. Only for update,
     * delete, line operations and checkout.
     */
    const char *if_match;
} cart_request;

/**
 * The call succeeded.
 */
#define CART_STATUS_OK 0

/**
 * An argument is NULL, not UTF-8, empty or over-long, or an option is unknown.
 */
#define CART_STATUS_INVALID_ARGUMENT 100

/**
 * A document is not JSON, or nested deeper than 128. Its code is 800002.
 */
#define CART_STATUS_INVALID_JSON 101

/**
 * A document is JSON that the operation cannot use: code 800002, or 900206 when the cart lacks the
 * attestation that the option "partnerAttestation" asks for.
 */
#define CART_STATUS_INVALID_REQUEST 102

/**
 * The engine was used after a fork, or struct_size is smaller than that of version 1, or what the
 * library does not know of a larger struct is not zero.
 */
#define CART_STATUS_MISUSE 103

/**
 * A document is larger, or a cart longer, than the engine's limits.
 */
#define CART_STATUS_LIMIT_EXCEEDED 104

/**
 * The cart, order, line or customer is not there; an expired cart is not there either. The code is
 * 800008 for a cart, 20000 for an order and 200 for a line or customer.
 */
#define CART_STATUS_NOT_FOUND 200

/**
 * The cart does not have the etag that if_match demands; data of the error document holds the
 * current one. Its code is 2055.
 */
#define CART_STATUS_CONFLICT 201

/**
 * The cart, or a line of it, has been ordered and can no longer change. Its code is 800065.
 */
#define CART_STATUS_CART_ORDERED 202

/**
 * The cart cannot be checked out while lines are in error. Its code is 800009; data of the error
 * document names the properties at fault.
 */
#define CART_STATUS_CART_HAS_ERRORS 203

/**
 * The request_id was used before for another request.
 */
#define CART_STATUS_REQUEST_ID_REUSED 204

/**
 * Another process held the database longer than the busy time-out; the call may be repeated.
 */
#define CART_STATUS_STORE_BUSY 300

/**
 * The database could not be read or written.
 */
#define CART_STATUS_STORE_IO 301

/**
 * The disk, or the database, is full.
 */
#define CART_STATUS_STORE_FULL 302

/**
 * The file is not an engine's database, or it is damaged.
 */
#define CART_STATUS_STORE_CORRUPT 303

/**
 * The database was written by a newer engine.
 */
#define CART_STATUS_STORE_VERSION 304

/**
 * The database can only be read.
 */
#define CART_STATUS_STORE_READ_ONLY 305

/**
 * A remote store cannot be reached; the call may be repeated.
 */
#define CART_STATUS_STORE_UNAVAILABLE 306

/**
 * The progress callback returned 0.
 */
#define CART_STATUS_CANCELLED 400

/**
 * A defect of the engine. It stays usable, and the call changed nothing.
 */
#define CART_STATUS_PANIC 900

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Tells the version of the ABI that the library speaks.
 *
 * @return CART_ABI_VERSION of the header that the library was built with.
 */
uint32_t cart_abi_version(void);

/**
 * Tells the version of the library.
 *
 * @return a static text such as "0.1.0"; not to be released.
 */
const char *cart_version(void);

/**
 * Tells the name of a status.
 *
 * @param status any number.
 * @return       a static text such as "CART_STATUS_OK", or "CART_STATUS_UNKNOWN" for a number that
 *               is no status; never NULL, not to be released.
 */
const char *cart_status_name(cart_status status);

/**
 * Releases a document that a call has put into its `out`. Each document is released once, by any
 * thread.
 *
 * @param string the document; NULL is allowed.
 */
void cart_string_free(char *string);

/**
 * Opens an engine on a database; a file that is not there is made. Several engines and processes
 * may have one file open.
 *
 * The options; an unknown name is an error:
 *
 * - "database": file path, or ":memory:" for one that is gone with the engine. Required.
 * - "durability": what an answered change survives. "full" (default): every change survives a
 *   power loss; "checkout": every checkout does, with all changes before it; "normal": the last
 *   changes may be lost. None ever damages the database.
 * - "readOnly": true or false (default). With true the file has to be there, and changes are
 *   CART_STATUS_STORE_READ_ONLY.
 * - "busyTimeoutMs": how long a call waits for another process that changes the database before
 *   it is CART_STATUS_STORE_BUSY, default 5000.
 * - "dialect": how carts are written. "2023" (default) or "2018": the tables of the service's
 *   documents of that year; "wire": as the live service writes them.
 * - "partner": who sells. {"model":"direct" (default) or "indirect_provider", which may have
 *   participants, "country":"US", "currency":"USD", "sandbox":false, "resellers":[partner ids]}
 * - "cartLifetime": how long after its creation a cart expires, default "P7D".
 * - "partnerAttestation": "optional" (default), or "required": a cart with participants needs
 *   "partnerOnRecordAttestationAccepted", else CART_STATUS_INVALID_REQUEST with code 900206.
 * - "rounding": of a line's "extendedPrice" to the smallest coin, "half_up" (default) or
 *   "truncate".
 * - "limits": {"requestBytes":8388608, "lineItemsPerCart":10000, "addonItemsPerLine":100}; what
 *   exceeds them is CART_STATUS_LIMIT_EXCEEDED.
 * - "idSeed": a number that makes ids repeat from run to run, for tests with
 *   cart_engine_set_clock(). Never for a database with carts that matter.
 *
 * @param options JSON object.
 * @param engine  receives the engine, or NULL when opening fails; release it with
 *                cart_engine_close().
 * @param out     receives the options in force, or the error document; release it with
 *                cart_string_free(). NULL: no document.
 * @return        CART_STATUS_OK; INVALID_ARGUMENT, INVALID_JSON or LIMIT_EXCEEDED for the
 *                options; MISUSE for a file that the parent of this fork has open; STORE_IO for a
 *                path that cannot be opened, STORE_CORRUPT for a file that is no engine's,
 *                STORE_VERSION for one that a newer engine wrote, or another STORE_ status.
 */
cart_status cart_engine_open(const char *options, cart_engine **engine, char **out);

/**
 * Closes an engine. It must be the last call with it: no other call may be under way or follow.
 * The engine is gone whatever the status is.
 *
 * In a fork of the process that opened the engine it forgets the engine, touches no file and
 * returns OK.
 *
 * @param engine the engine; NULL is allowed.
 * @param out    receives NULL, or the error document; release it with cart_string_free().
 *               NULL: no document.
 * @return       CART_STATUS_OK or a STORE_ status.
 */
cart_status cart_engine_close(cart_engine *engine, char **out);

/**
 * Fixes the engine's "now", so that tests repeat: it stands still until it is set again. It
 * decides what has expired, which prices and promotions are in force, and the times in answers.
 *
 * @param engine    the engine.
 * @param timestamp ISO 8601, such as "2026-03-10T12:00:00Z"; NULL: real time from now on.
 * @param out       receives NULL, or the error document; release it with cart_string_free().
 *                  NULL: no document.
 * @return          CART_STATUS_OK, INVALID_ARGUMENT or MISUSE.
 */
cart_status cart_engine_set_clock(cart_engine *engine, const char *timestamp, char **out);

/**
 * Tells counts, sizes and versions, for monitoring: {"counts":{...},"sizes":{"databaseBytes":n,
 * "walBytes":n},"versions":{"engine":"...","schema":n,"sqlite":"..."}}. Counted are "carts",
 * "lines", "orders", "customers", "subscriptions", "requests" (stored answers), "products",
 * "skus", "availabilities", "offers", "prices", "promotions", "inventory" and "sheets".
 *
 * @param engine the engine.
 * @param out    receives the figures, or the error document; release it with cart_string_free().
 *               NULL: no document.
 * @return       CART_STATUS_OK, INVALID_ARGUMENT, MISUSE or a STORE_ status.
 */
cart_status cart_engine_stats(cart_engine *engine, char **out);

/**
 * Checks the database: its pages and indexes, and whether its documents agree with each other. It
 * reads everything; other calls go on meanwhile.
 *
 * @param engine   the engine.
 * @param progress called now and then; NULL: not called.
 * @param context  handed to progress as it is; may be NULL.
 * @param out      receives {"ok":true}, or {"ok":false,"findings":[texts]}, or the error document;
 *                 release it with cart_string_free(). NULL: no document.
 * @return         CART_STATUS_OK also when something was found; INVALID_ARGUMENT, MISUSE,
 *                 CANCELLED or a STORE_ status.
 */
cart_status cart_engine_check(cart_engine *engine,
                              cart_progress progress,
                              void *context,
                              char **out);

/**
 * Removes what is no longer needed: expired carts, old request ids and, when asked, old ordered
 * carts. It removes a bounded number, so that no other call waits long; repeat it while the answer
 * has "more":true.
 *
 * @param engine  the engine.
 * @param options JSON object: "limit" the most rows of each kind that this call removes, default
 *                1000; "orderedOlderThan" ISO 8601 duration, such as "P90D", removes also carts
 *                that were ordered longer ago. Orders stay. NULL: {}.
 * @param out     receives {"expiredCarts":n,"orderedCarts":n,"requests":n,"more":false}, or the
 *                error document; release it with cart_string_free(). NULL: no document.
 * @return        CART_STATUS_OK, INVALID_ARGUMENT, INVALID_JSON, MISUSE, LIMIT_EXCEEDED or a
 *                STORE_ status.
 */
cart_status cart_engine_purge(cart_engine *engine, const char *options, char **out);

/**
 * Copies the database, as it is at one moment, into a new file. Other calls go on meanwhile.
 *
 * @param engine   the engine.
 * @param path     the file to make; one that is already there is INVALID_ARGUMENT. A call that
 *                 fails leaves none.
 * @param progress called now and then; NULL: not called.
 * @param context  handed to progress as it is; may be NULL.
 * @param out      receives {"path":"..."}, or the error document; release it with
 *                 cart_string_free(). NULL: no document.
 * @return         CART_STATUS_OK, INVALID_ARGUMENT, MISUSE, CANCELLED or a STORE_ status.
 */
cart_status cart_engine_backup(cart_engine *engine,
                               const char *path,
                               cart_progress progress,
                               void *context,
                               char **out);

/**
 * Loads what is for sale, in the shape of the service's own catalog answers. A document replaces
 * the one with the same key; documents that cannot be used are told and the others are stored.
 * What is not said restricts nothing: an item without a maximum has none, a market without any
 * price has carts without "pricing".
 *
 * The lists, with what each of their documents needs at least:
 *
 * - "products": "id".
 * - "skus": "productId", "id".
 * - "availabilities": "productId", "skuId", "id". What a cart buys is "productId:skuId:id".
 * - "offers", of the older system: "id".
 * - "prices", of one unit for the whole term: "productId" and "skuId", or "offerId"; "market",
 *   "currency", "unitPrice"; for what has terms also "termDuration" and "billingPlan".
 * - "promotions": "id", "requiredProducts".
 * - "inventory": "productId", "skuId", and "availableQuantity", where null is unlimited, or
 *   "restrictions".
 *
 * @param engine  the engine.
 * @param catalog JSON object with any of "products", "skus", "availabilities", "offers", "prices",
 *                "promotions" and "inventory": each one document, a list, or {"items":[...]}.
 * @param out     receives {"stored":n,"rejected":[{"list":"skus","position":3,"reason":"..."}]},
 *                or the error document; release it with cart_string_free(). NULL: no document.
 * @return        CART_STATUS_OK also when documents were rejected; INVALID_ARGUMENT, INVALID_JSON,
 *                INVALID_REQUEST, MISUSE, LIMIT_EXCEEDED or a STORE_ status.
 */
cart_status cart_catalog_put(cart_engine *engine, const char *catalog, char **out);

/**
 * Imports a price sheet of the service: a CSV file, or a ZIP file that holds one. Its rows replace
 * those that an earlier import of the same source brought for the markets it holds. It also makes
 * products and SKUs known that were not. All or nothing, and other calls go on meanwhile.
 *
 * @param engine   the engine.
 * @param path     the file.
 * @param options  JSON object: "source" names the kind of sheet, default "license"; "onBadRow" is
 *                 "fail" (default) or "skip". NULL: {}.
 * @param progress called now and then with the bytes read; NULL: not called.
 * @param context  handed to progress as it is; may be NULL.
 * @param out      receives {"stored":n,"rejectedCount":n,"rejected":[{"line":n,"reason":"..."}]},
 *                 where the first 100 bad rows are named, or the error document; release it with
 *                 cart_string_free(). NULL: no document.
 * @return         CART_STATUS_OK, INVALID_ARGUMENT also for a file that cannot be opened,
 *                 INVALID_JSON, INVALID_REQUEST for a file that is no price sheet or has a bad
 *                 row, MISUSE, LIMIT_EXCEEDED, CANCELLED or a STORE_ status.
 */
cart_status cart_catalog_import(cart_engine *engine,
                                const char *path,
                                const char *options,
                                cart_progress progress,
                                void *context,
                                char **out);

/**
 * Finds items of the catalog, with the terms and prices in force.
 *
 * @param engine the engine.
 * @param query  JSON object: {"catalogItemId":"P:S:A"} for one item, or {"text":"...","limit":n,
 *               "after":"..."} for those whose titles hold all the words; "limit" from 1 to 1000,
 *               default 100; "after" is that of the page before. Both take "country", "currency"
 *               and "segment", for whom prices are told.
 * @param out    receives {"items":[...],"after":"..."}, where "after" is absent on the last page,
 *               or the error document; release it with cart_string_free(). NULL: no document. An
 *               item has "productId" and "skuId", or "offerId"; "title", "catalogItems" with the
 *               ids that carts buy it under, and "terms" with "unitPrice".
 * @return       CART_STATUS_OK also when nothing was found; INVALID_ARGUMENT, INVALID_JSON,
 *               MISUSE, LIMIT_EXCEEDED or a STORE_ status.
 */
cart_status cart_catalog_find(cart_engine *engine, const char *query, char **out);

/**
 * Removes catalog documents.
 *
 * @param engine the engine.
 * @param keys   JSON object of the lists of cart_catalog_put(), holding keys:
 *               {"skus":[{"productId":"P","id":"S"}]}. Parts of a key that are left out fit every
 *               value.
 * @param out    receives {"removed":n}, or the error document; release it with cart_string_free().
 *               NULL: no document.
 * @return       CART_STATUS_OK also when a key is not there; INVALID_ARGUMENT, INVALID_JSON,
 *               INVALID_REQUEST, MISUSE, LIMIT_EXCEEDED or a STORE_ status.
 */
cart_status cart_catalog_remove(cart_engine *engine, const char *keys, char **out);

/**
 * Stores facts about a customer. It replaces the fields it names; subscriptions are stored by id,
 * none is dropped. A customer of whom nothing is stored buys in the partner's country and currency
 * and in the segment "commercial".
 *
 * @param engine   the engine.
 * @param customer JSON object: "customerId" is required; "country", "currency", "segment";
 *                 "subscriptions", a list of what he owns already, each with "id", "offerId"
 *                 (the catalogItemId) and "quantity" at least.
 * @param out      receives {"stored":n,"rejected":[...]} as cart_catalog_put() does, or the error
 *                 document; release it with cart_string_free(). NULL: no document.
 * @return         CART_STATUS_OK also when subscriptions were rejected; INVALID_ARGUMENT,
 *                 INVALID_JSON, INVALID_REQUEST, MISUSE, LIMIT_EXCEEDED or a STORE_ status.
 */
cart_status cart_customer_put(cart_engine *engine, const char *customer, char **out);

/**
 * Reads a customer, with his subscriptions: those that were put and those that orders made.
 *
 * @param engine      the engine.
 * @param customer_id the customer.
 * @param out         receives the customer, in the shape of cart_customer_put(), or the error
 *                    document; release it with cart_string_free(). NULL: no document.
 * @return            CART_STATUS_OK, INVALID_ARGUMENT, NOT_FOUND, MISUSE or a STORE_ status.
 */
cart_status cart_customer_get(cart_engine *engine, const char *customer_id, char **out);

/**
 * Erases a customer with his carts and subscriptions. His orders stay, without his id.
 *
 * What is erased is overwritten in the database file. Its log, the file beside it that ends in
 * -wal, may hold some of it until the last engine on the database closes.
 *
 * @param engine      the engine.
 * @param customer_id the customer.
 * @param out         receives NULL, or the error document; release it with cart_string_free().
 *                    NULL: no document.
 * @return            CART_STATUS_OK, INVALID_ARGUMENT, NOT_FOUND, MISUSE or a STORE_ status.
 */
cart_status cart_customer_delete(cart_engine *engine, const char *customer_id, char **out);

/**
 * Answers a cart as cart_create() would, and stores nothing.
 *
 * @param engine  the engine.
 * @param request who asks: customer_id is required, if_match must be NULL.
 * @param cart    JSON object: the cart to price.
 * @param out     receives the cart, or the error document; release it with cart_string_free().
 *                NULL: no document.
 * @return        CART_STATUS_OK also when lines are in error; INVALID_ARGUMENT, INVALID_JSON,
 *                INVALID_REQUEST, MISUSE, LIMIT_EXCEEDED or a STORE_ status.
 */
cart_status cart_price(cart_engine *engine,
                       const cart_request *request,
                       const char *cart,
                       char **out);

/**
 * Creates a cart: lines are checked, priced and put into order groups, and nothing is reserved.
 *
 * What is wrong with a single line does not fail the call: it is told as "error" on that line.
 *
 * @param engine  the engine.
 * @param request who asks: customer_id and user are required, if_match must be NULL.
 * @param cart    JSON object: the cart, with at least one entry in "lineItems".
 * @param out     receives the cart, or the error document; release it with cart_string_free().
 *                NULL: no document.
 * @return        CART_STATUS_OK also when lines are in error; INVALID_ARGUMENT, INVALID_JSON,
 *                INVALID_REQUEST, MISUSE, LIMIT_EXCEEDED, REQUEST_ID_REUSED or a STORE_ status.
 */
cart_status cart_create(cart_engine *engine,
                        const cart_request *request,
                        const char *cart,
                        char **out);

/**
 * Reads a cart as its last change left it: prices and errors are those of then.
 *
 * @param engine  the engine.
 * @param request who asks: customer_id is required, if_match must be NULL.
 * @param cart_id the cart.
 * @param out     receives the cart, or the error document; release it with cart_string_free().
 *                NULL: no document.
 * @return        CART_STATUS_OK, INVALID_ARGUMENT, NOT_FOUND, MISUSE or a STORE_ status.
 */
cart_status cart_get(cart_engine *engine,
                     const cart_request *request,
                     const char *cart_id,
                     char **out);

/**
 * Lists the customer's carts, newest first, without their lines.
 *
 * @param engine  the engine.
 * @param request who asks: customer_id is required, if_match must be NULL.
 * @param query   JSON object: "status" is "Active" or "Ordered"; "createdAfter" and
 *                "createdBefore" are timestamps, of which the first belongs to the period and the
 *                second does not; "limit" from 1 to 1000, default 100; "after" is that of the
 *                page before. NULL: {}.
 * @param out     receives {"totalCount":n,"items":[...],"after":"..."}, where "after" is absent on
 *                the last page, or the error document; release it with cart_string_free().
 *                NULL: no document.
 * @return        CART_STATUS_OK, INVALID_ARGUMENT, INVALID_JSON, MISUSE, LIMIT_EXCEEDED or a
 *                STORE_ status.
 */
cart_status cart_list(cart_engine *engine,
                      const cart_request *request,
                      const char *query,
                      char **out);

/**
 * Replaces a cart's lines by those of the document. A line with the "id" of one that is there
 * takes its place; one without gets a new id; lines that are not in the document go.
 *
 * @param engine  the engine.
 * @param request who asks: customer_id and user are required.
 * @param cart_id the cart.
 * @param cart    JSON object: the whole cart, with at least one entry in "lineItems".
 * @param out     receives the cart, or the error document; release it with cart_string_free().
 *                NULL: no document.
 * @return        CART_STATUS_OK also when lines are in error; INVALID_ARGUMENT, INVALID_JSON,
 *                INVALID_REQUEST, NOT_FOUND, CONFLICT, CART_ORDERED, MISUSE, LIMIT_EXCEEDED,
 *                REQUEST_ID_REUSED or a STORE_ status.
 */
cart_status cart_update(cart_engine *engine,
                        const cart_request *request,
                        const char *cart_id,
                        const char *cart,
                        char **out);

/**
 * Deletes a cart. Orders made from it stay.
 *
 * @param engine  the engine.
 * @param request who asks: customer_id and user are required.
 * @param cart_id the cart.
 * @param out     receives NULL, or the error document; release it with cart_string_free().
 *                NULL: no document.
 * @return        CART_STATUS_OK, INVALID_ARGUMENT, NOT_FOUND, CONFLICT, MISUSE, REQUEST_ID_REUSED
 *                or a STORE_ status.
 */
cart_status cart_delete(cart_engine *engine,
                        const cart_request *request,
                        const char *cart_id,
                        char **out);

/**
 * Adds lines at the end of a cart.
 *
 * Line operations mean the same as cart_update() with the whole resulting cart, but answer only
 * what changed, so that their cost does not grow with the cart.
 *
 * @param engine  the engine.
 * @param request who asks: customer_id and user are required.
 * @param cart_id the cart.
 * @param lines   JSON: one line, or an array of lines.
 * @param out     receives {"cart":{the cart without lines},"lineItems":[the lines named, and those
 *                whose error, pricing or promotion changed],"removed":[ids],"orderGroups":{"old
 *                name":"new name"}}, or the error document; release it with cart_string_free().
 *                NULL: no document.
 * @return        CART_STATUS_OK also when lines are in error; INVALID_ARGUMENT, INVALID_JSON,
 *                INVALID_REQUEST, NOT_FOUND, CONFLICT, CART_ORDERED, MISUSE, LIMIT_EXCEEDED,
 *                REQUEST_ID_REUSED or a STORE_ status.
 */
cart_status cart_line_add(cart_engine *engine,
                          const cart_request *request,
                          const char *cart_id,
                          const char *lines,
                          char **out);

/**
 * Changes a line or an add-on. Add-ons are added by changing the "addonItems" of their line.
 *
 * @param engine  the engine.
 * @param request who asks: customer_id and user are required.
 * @param cart_id the cart.
 * @param line_id the "id" of the line or add-on, as text: "0".
 * @param patch   JSON merge patch (RFC 7396) on the line, such as {"quantity":5}: what it names is
 *                replaced, null removes; lists are replaced whole, "id" is ignored.
 * @param out     receives what changed, as for cart_line_add(), or the error document; release it
 *                with cart_string_free(). NULL: no document.
 * @return        as cart_line_add(); NOT_FOUND also when the cart has no such line.
 */
cart_status cart_line_change(cart_engine *engine,
                             const cart_request *request,
                             const char *cart_id,
                             const char *line_id,
                             const char *patch,
                             char **out);

/**
 * Removes a line with its add-ons, or an add-on. A cart keeps at least one line.
 *
 * @param engine  the engine.
 * @param request who asks: customer_id and user are required.
 * @param cart_id the cart.
 * @param line_id the "id" of the line or add-on, as text: "0".
 * @param out     receives what changed, as for cart_line_add(), or the error document; release it
 *                with cart_string_free(). NULL: no document.
 * @return        as cart_line_add(); NOT_FOUND also when the cart has no such line,
 *                INVALID_REQUEST for the last line.
 */
cart_status cart_line_remove(cart_engine *engine,
                             const cart_request *request,
                             const char *cart_id,
                             const char *line_id,
                             char **out);

/**
 * Orders what is in a cart: one order for each of its order groups.
 *
 * Lines are checked and priced once more. A group with a line in error is not ordered, the others
 * are; a later call orders what is left and answers all orders. It is safe to repeat after any
 * failure: nothing is ordered twice, and of a cart that is wholly ordered the answer that
 * completed it is given again.
 *
 * @param engine  the engine.
 * @param request who asks: customer_id and user are required.
 * @param cart_id the cart.
 * @param out     receives {"orders":[...],"orderErrors":[{"orderGroupId":"...","code":800010,
 *                "description":"..."}]}, where "orderErrors" is absent when all is ordered, or the
 *                error document; release it with cart_string_free(). NULL: no document.
 * @return        CART_STATUS_OK also when groups failed, each told in "orderErrors";
 *                INVALID_ARGUMENT, NOT_FOUND, CONFLICT, CART_HAS_ERRORS, MISUSE, REQUEST_ID_REUSED
 *                or a STORE_ status.
 */
cart_status cart_checkout(cart_engine *engine,
                          const cart_request *request,
                          const char *cart_id,
                          char **out);

/**
 * Reads an order: "id", "referenceCustomerId" (the customer), "billingCycle", "currencyCode",
 * "lineItems", "creationDate", "status", "totalPrice". A line has "offerId" (the catalogItemId),
 * "quantity", "pricing", and "subscriptionId" when it made a subscription.
 *
 * @param engine   the engine.
 * @param request  who asks: customer_id is required, if_match must be NULL.
 * @param order_id the order.
 * @param out      receives the order, or the error document; release it with cart_string_free().
 *                 NULL: no document.
 * @return         CART_STATUS_OK, INVALID_ARGUMENT, NOT_FOUND, MISUSE or a STORE_ status.
 */
cart_status cart_order_get(cart_engine *engine,
                           const cart_request *request,
                           const char *order_id,
                           char **out);

/**
 * Lists the customer's orders, newest first, as cart_order_get() reads them.
 *
 * @param engine  the engine.
 * @param request who asks: customer_id is required, if_match must be NULL.
 * @param query   JSON object: "cartId" for the orders of one cart; "status" is "completed";
 *                "createdAfter" and "createdBefore" are timestamps, of which the first belongs to
 *                the period and the second does not; "limit" from 1 to 1000, default 100; "after"
 *                is that of the page before. NULL: {}.
 * @param out     receives {"totalCount":n,"items":[...],"after":"..."}, where "after" is absent on
 *                the last page, or the error document; release it with cart_string_free().
 *                NULL: no document.
 * @return        CART_STATUS_OK, INVALID_ARGUMENT, INVALID_JSON, MISUSE, LIMIT_EXCEEDED or a
 *                STORE_ status.
 */
cart_status cart_order_list(cart_engine *engine,
                            const cart_request *request,
                            const char *query,
                            char **out);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* CART_ENGINE_H */
