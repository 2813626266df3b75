/*
 * functions.h - every function that takes an engine, in one table, so that a test can hand each of
 * them the same things. A Rust test compares the names with those of the header.
 */
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cart_engine.h"

enum { TEXTS_MAX = 3 };

/* What a text parameter is, and so what is wrong with it. */
enum kind { NONE, DOCUMENT, OPTIONAL_DOCUMENT, WORD, OPTIONAL_WORD, TOKEN, PATH };

struct text {
    const char *name;
    enum kind kind;
    const char *good; /* what the boundary lets through; the engine may still find fault with it */
};

struct arguments {
    cart_engine *engine;
    const cart_request *request;
    const char *texts[TEXTS_MAX];
    char **out;
};

struct function {
    const char *name;
    cart_status (*call)(const struct arguments *given);
    bool takes_request;
    struct text texts[TEXTS_MAX];
};

#define ON_ENGINE(name, ...)                                     \
    static cart_status call_##name(const struct arguments *a)    \
    {                                                            \
        return cart_##name(a->engine, __VA_ARGS__);              \
    }
#define ON_REQUEST(name, ...) ON_ENGINE(name, a->request, __VA_ARGS__)

ON_ENGINE(engine_set_clock, a->texts[0], a->out)
ON_ENGINE(engine_stats, a->out)
ON_ENGINE(engine_check, NULL, NULL, a->out)
ON_ENGINE(engine_purge, a->texts[0], a->out)
ON_ENGINE(engine_backup, a->texts[0], NULL, NULL, a->out)
ON_ENGINE(catalog_put, a->texts[0], a->out)
ON_ENGINE(catalog_import, a->texts[0], a->texts[1], NULL, NULL, a->out)
ON_ENGINE(catalog_find, a->texts[0], a->out)
ON_ENGINE(catalog_remove, a->texts[0], a->out)
ON_ENGINE(customer_put, a->texts[0], a->out)
ON_ENGINE(customer_get, a->texts[0], a->out)
ON_ENGINE(customer_delete, a->texts[0], a->out)
ON_REQUEST(price, a->texts[0], a->out)
ON_REQUEST(create, a->texts[0], a->out)
ON_REQUEST(get, a->texts[0], a->out)
ON_REQUEST(list, a->texts[0], a->out)
ON_REQUEST(update, a->texts[0], a->texts[1], a->out)
ON_REQUEST(delete, a->texts[0], a->out)
ON_REQUEST(line_add, a->texts[0], a->texts[1], a->out)
ON_REQUEST(line_change, a->texts[0], a->texts[1], a->texts[2], a->out)
ON_REQUEST(line_remove, a->texts[0], a->texts[1], a->out)
ON_REQUEST(checkout, a->texts[0], a->out)
ON_REQUEST(order_get, a->texts[0], a->out)
ON_REQUEST(order_list, a->texts[0], a->out)

#define TIMESTAMP { "timestamp", OPTIONAL_WORD, "2026-03-10T12:00:00Z" }
#define OPTIONS { "options", OPTIONAL_DOCUMENT, "{}" }
#define QUERY { "query", OPTIONAL_DOCUMENT, "{}" }
#define CART_ID { "cart_id", WORD, "00000000-0000-4000-8000-000000000001" }
#define LINE_ID { "line_id", WORD, "0" }
#define ORDER_ID { "order_id", WORD, "00000000-0000-4000-8000-000000000002" }
#define CUSTOMER_ID { "customer_id", TOKEN, "no-such-customer" }
#define CATALOG { "catalog", DOCUMENT, "{}" }
#define NEEDED_QUERY { "query", DOCUMENT, "{}" }
#define KEYS { "keys", DOCUMENT, "{}" }
#define CUSTOMER { "customer", DOCUMENT, "{}" }
#define CART { "cart", DOCUMENT, "{}" }
#define LINES { "lines", DOCUMENT, "{}" }
#define PATCH { "patch", DOCUMENT, "{}" }
#define NOTHING { NULL, NONE, NULL }
#define NO_FOLDER { "path", PATH, "/nonexistent/file" }

/* In the order of the header. */
#define ROW(name, takes_request, ...) \
    { "cart_" #name, call_##name, takes_request, { __VA_ARGS__ } }
static const struct function functions[] = {
    ROW(engine_set_clock, false, TIMESTAMP, NOTHING, NOTHING),
    ROW(engine_stats, false, NOTHING, NOTHING, NOTHING),
    ROW(engine_check, false, NOTHING, NOTHING, NOTHING),
    ROW(engine_purge, false, OPTIONS, NOTHING, NOTHING),
    ROW(engine_backup, false, NO_FOLDER, NOTHING, NOTHING),
    ROW(catalog_put, false, CATALOG, NOTHING, NOTHING),
    ROW(catalog_import, false, NO_FOLDER, OPTIONS, NOTHING),
    ROW(catalog_find, false, NEEDED_QUERY, NOTHING, NOTHING),
    ROW(catalog_remove, false, KEYS, NOTHING, NOTHING),
    ROW(customer_put, false, CUSTOMER, NOTHING, NOTHING),
    ROW(customer_get, false, CUSTOMER_ID, NOTHING, NOTHING),
    ROW(customer_delete, false, CUSTOMER_ID, NOTHING, NOTHING),
    ROW(price, true, CART, NOTHING, NOTHING),
    ROW(create, true, CART, NOTHING, NOTHING),
    ROW(get, true, CART_ID, NOTHING, NOTHING),
    ROW(list, true, QUERY, NOTHING, NOTHING),
    ROW(update, true, CART_ID, CART, NOTHING),
    ROW(delete, true, CART_ID, NOTHING, NOTHING),
    ROW(line_add, true, CART_ID, LINES, NOTHING),
    ROW(line_change, true, CART_ID, LINE_ID, PATCH),
    ROW(line_remove, true, CART_ID, LINE_ID, NOTHING),
    ROW(checkout, true, CART_ID, NOTHING, NOTHING),
    ROW(order_get, true, ORDER_ID, NOTHING, NOTHING),
    ROW(order_list, true, QUERY, NOTHING, NOTHING),
};

enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

#endif
