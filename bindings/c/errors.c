/*
 * errors.c - what can go wrong, and what a host does about it: a line in error, a call that fails,
 * a change that somebody else has overtaken, an answer that got lost, a checkout that succeeds in
 * part.
 *
 *     cc -std=c11 errors.c $(pkg-config --cflags --libs cart_engine) -o errors
 *     ./errors
 *
 * Answers are JSON. A host of some size reads them with its JSON library; this one looks for the
 * few texts it shows, so that it needs nothing but the engine.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cart_engine.h"

enum { TEXT_SIZE = 256, ATTEMPTS = 3 };

#define OFFICE "{\"productId\":\"CFQ7TTC0LCHC\",\"id\":\"0002\",\"maximumQuantity\":300}"
#define SERVER "{\"productId\":\"DG7GMGF0DWTL\",\"id\":\"0001\"}"
#define STOCK "{\"productId\":\"DG7GMGF0DWTL\",\"skuId\":\"0001\",\"availableQuantity\":1}"
#define CATALOG "{\"skus\":[" OFFICE "," SERVER "],\"inventory\":[" STOCK "]}"

#define SEATS(quantity)                                          \
    "{\"catalogItemId\":\"CFQ7TTC0LCHC:0002:CFQ7TTC0K971\","     \
    "\"quantity\":" quantity ",\"billingCycle\":\"monthly\",\"termDuration\":\"P1Y\"}"
#define SERVERS(quantity)                                        \
    "{\"catalogItemId\":\"DG7GMGF0DWTL:0001:DG7GMGF0DSFM\","     \
    "\"quantity\":" quantity ",\"billingCycle\":\"one_time\"}"
#define CART(lines) "{\"lineItems\":[" lines "]}"

/* Copies the text or number that follows a property, or the first of a list; empty when there is
 * none. */
static void copy_value(const char *json, const char *property, char value[TEXT_SIZE])
{
    char name[64];
    snprintf(name, sizeof name, "\"%s\":", property);
    const char *start = json != NULL ? strstr(json, name) : NULL;
    value[0] = '\0';
    if (start == NULL)
        return;
    start += strlen(name);
    start += *start == '[';
    const bool is_text = *start == '"';
    start += is_text;
    snprintf(value, TEXT_SIZE, "%.*s", (int)strcspn(start, is_text ? "\"" : ",}]"), start);
}

static cart_request request_of(const char *customer_id)
{
    cart_request request = CART_REQUEST_INIT;
    request.customer_id = customer_id;
    request.user = "ada";
    return request;
}

/* snippet: failed */
/* Tells what the error document says. The status is for the program, the description for people;
 * `retryable` says whether the same call may succeed later. Takes the document over. */
static bool failed(const char *what, cart_status status, char *document)
{
    char code[TEXT_SIZE], description[TEXT_SIZE], retryable[TEXT_SIZE];
    copy_value(document, "code", code);
    copy_value(document, "description", description);
    copy_value(document, "retryable", retryable);
    if (status != CART_STATUS_OK)
        printf("%s: %s, code %s, retryable %s: %s\n", what, cart_status_name(status), code,
               retryable, description);
    cart_string_free(document);
    return status != CART_STATUS_OK;
}
/* end of snippet */

/* A bad line does not fail the call: the cart is stored, and the line says what is wrong. */
static bool create(cart_engine *engine, const cart_request *request, const char *cart,
                   char cart_id[TEXT_SIZE])
{
    char *out = NULL;
    cart_status status = cart_create(engine, request, cart, &out);
    if (status == CART_STATUS_OK) {
        char problem[TEXT_SIZE];
        copy_value(out, "id", cart_id);
        copy_value(out, "errorDescription", problem);
        if (*problem != '\0')
            printf("created with a line in error: %s\n", problem);
    }
    return !failed("create", status, out);
}

/* A call fails when it is unusable as a whole, and has changed nothing then. */
static void fail_on_purpose(cart_engine *engine, const cart_request *request, const char *cart_id)
{
    char *out = NULL;
    cart_status status = cart_create(engine, request, "{\"lineItems\":[", &out);
    failed("no JSON", status, out);

    status = cart_create(engine, request, CART(SEATS("true")), &out);
    failed("a wrong type", status, out);

    status = cart_get(engine, request, "no-such-cart", &out);
    failed("not there", status, out);

    status = cart_checkout(engine, request, cart_id, &out);
    failed("a line in error", status, out);
}

/* snippet: change */
/* Changes a line as the user saw it. When somebody was faster, the cart is read anew: a host shows
 * it to its user, this one tries again with the current etag. */
static bool change(cart_engine *engine, const char *customer_id, const char *cart_id,
                   const char *etag_seen, const char *patch)
{
    char etag[TEXT_SIZE];
    snprintf(etag, sizeof etag, "%s", etag_seen);
    cart_request request = request_of(customer_id);
    request.if_match = etag;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        char *out = NULL;
        cart_status status = cart_line_change(engine, &request, cart_id, "0", patch, &out);
        if (status != CART_STATUS_CONFLICT)
            return !failed("change", status, out);
        copy_value(out, "data", etag);
        failed("overtaken", status, out);
    }
    return false;
}
/* end of snippet */

/* With a request id a call may be sent again when its answer got lost: it happens once. */
static bool add_once(cart_engine *engine, const char *customer_id, const char *cart_id)
{
    cart_request request = request_of(customer_id);
    request.request_id = "add-a-server";
    char *first = NULL, *second = NULL;
    cart_status status = cart_line_add(engine, &request, cart_id, SERVERS("1"), &first);
    cart_status again = cart_line_add(engine, &request, cart_id, SERVERS("1"), &second);
    const bool is_same = first != NULL && second != NULL && strcmp(first, second) == 0;
    printf("sent twice, happened once: %s\n", is_same ? "yes" : "no");
    const bool has_failed = failed("add", status, first);
    return !failed("add again", again, second) && !has_failed && is_same;
}

/* A checkout is safe to repeat after any failure. It orders the groups that it can order, and tells
 * of each other why not. */
static bool check_out(cart_engine *engine, const cart_request *request, const char *cart_id)
{
    char *out = NULL;
    cart_status status = CART_STATUS_STORE_BUSY;
    for (int attempt = 0; attempt < ATTEMPTS && status == CART_STATUS_STORE_BUSY; attempt++) {
        cart_string_free(out);
        status = cart_checkout(engine, request, cart_id, &out);
    }
    if (status == CART_STATUS_OK) {
        const char *errors = strstr(out, "\"orderErrors\":");
        char order[TEXT_SIZE], problem[TEXT_SIZE];
        copy_value(out, "billingCycle", order);
        copy_value(errors, "description", problem);
        printf("ordered: %s; not ordered: %s\n", order, *problem != '\0' ? problem : "nothing");
    }
    return !failed("check out", status, out);
}

static bool buy(cart_engine *engine)
{
    const cart_request ada = request_of("customer-1"), bob = request_of("customer-2");
    char cart_id[TEXT_SIZE], other_id[TEXT_SIZE];
    char *out = NULL;
    cart_status status = cart_catalog_put(engine, CATALOG, &out);
    if (failed("load the catalog", status, out)
        || !create(engine, &ada, CART(SEATS("301")), cart_id))
        return false;

    fail_on_purpose(engine, &ada, cart_id);
    if (!change(engine, "customer-1", cart_id, "an-old-etag", "{\"quantity\":30}")
        || !add_once(engine, "customer-1", cart_id))
        return false;

    /* Somebody else buys the last server meanwhile: a cart reserves nothing. */
    return create(engine, &bob, CART(SERVERS("1")), other_id)
        && check_out(engine, &bob, other_id) && check_out(engine, &ada, cart_id);
}

int main(void)
{
    cart_engine *engine = NULL;
    char *out = NULL;
    cart_status status = cart_engine_open("{\"databse\":\":memory:\"}", &engine, &out);
    failed("a mistyped option", status, out);

    status = cart_engine_open("{\"database\":\":memory:\"}", &engine, &out);
    bool ok = !failed("open", status, out) && buy(engine);

    status = cart_engine_close(engine, &out);
    ok = !failed("close", status, out) && ok;
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
