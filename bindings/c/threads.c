/*
 * threads.c - one engine, many threads: each thread works for a customer of its own, and all of
 * them add lines to one shared cart, none of which gets lost.
 *
 *     cc -std=c11 -pthread threads.c $(pkg-config --cflags --libs cart_engine) -o threads
 *     ./threads shop.db 20
 *
 * An engine needs no lock around it. Each thread has its own cart_request and its own `out`.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cart_engine.h"

enum { THREADS = 16, ID_SIZE = 64 };

#define SKU "{\"productId\":\"DG7GMGF0DWTL\",\"id\":\"0001\"}"
#define ITEM "DG7GMGF0DWTL:0001:DG7GMGF0DSFM"
#define LINE "{\"catalogItemId\":\"" ITEM "\",\"quantity\":1,\"billingCycle\":\"one_time\"}"
#define CART "{\"lineItems\":[" LINE "]}"

typedef struct worker {
    pthread_t thread;
    cart_engine *engine;
    const char *shared_cart_id;
    int number;
    int rounds;
    bool ok;
} worker;

/* Tells on stderr why a call did not succeed, and releases its document. */
static bool finish(const char *what, cart_status status, char *document)
{
    const char *reason = document != NULL ? document : "";
    if (status != CART_STATUS_OK)
        fprintf(stderr, "%s: %s %s\n", what, cart_status_name(status), reason);
    cart_string_free(document);
    return status == CART_STATUS_OK;
}

/* The first "id" of a cart is its own. */
static bool copy_id(const char *cart, char id[ID_SIZE])
{
    static const char name[] = "\"id\":\"";
    const char *start = strstr(cart, name);
    if (start == NULL)
        return false;
    start += strlen(name);
    snprintf(id, ID_SIZE, "%.*s", (int)strcspn(start, "\""), start);
    return true;
}

static bool create(cart_engine *engine, const cart_request *request, char cart_id[ID_SIZE])
{
    char *out = NULL;
    cart_status status = cart_create(engine, request, CART, &out);
    const bool has_id = status == CART_STATUS_OK && copy_id(out, cart_id);
    return finish("create", status, out) && has_id;
}

/* A cart's whole life: created, read, changed, ordered. */
static bool buy(cart_engine *engine, const cart_request *request)
{
    char cart_id[ID_SIZE];
    if (!create(engine, request, cart_id))
        return false;

    char *out = NULL;
    cart_status status = cart_get(engine, request, cart_id, &out);
    bool ok = finish("get", status, out);

    status = cart_line_change(engine, request, cart_id, "0", "{\"quantity\":2}", &out);
    ok = finish("change", status, out) && ok;

    status = cart_checkout(engine, request, cart_id, &out);
    return finish("check out", status, out) && ok;
}

static bool add_to_shared(cart_engine *engine, const char *cart_id)
{
    cart_request request = CART_REQUEST_INIT;
    request.customer_id = "shared";
    request.user = "threads";

    char *out = NULL;
    cart_status status = cart_line_add(engine, &request, cart_id, LINE, &out);
    return finish("add a line", status, out);
}

/* What is not there is an error for this thread alone. */
static bool ask_in_vain(cart_engine *engine, const cart_request *request)
{
    char *out = NULL;
    cart_status status = cart_get(engine, request, "no-such-cart", &out);
    const bool told = out != NULL && strstr(out, request->correlation_id) != NULL;
    cart_string_free(out);
    return status == CART_STATUS_NOT_FOUND && told;
}

static void *work(void *context)
{
    worker *self = context;
    char name[32];
    snprintf(name, sizeof name, "thread-%d", self->number);

    cart_request request = CART_REQUEST_INIT;
    request.customer_id = name;
    request.user = "threads";
    request.correlation_id = name;

    self->ok = true;
    for (int round = 0; round < self->rounds && self->ok; round++)
        self->ok = buy(self->engine, &request) && add_to_shared(self->engine, self->shared_cart_id)
            && ask_in_vain(self->engine, &request);
    return NULL;
}

static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (const char *found = text; (found = strstr(found, part)) != NULL; found++)
        count++;
    return count;
}

static bool shared_cart_has(cart_engine *engine, const cart_request *request,
                            const char *cart_id, int lines)
{
    char *out = NULL;
    cart_status status = cart_get(engine, request, cart_id, &out);
    const int found = status == CART_STATUS_OK ? count_of(out, "\"catalogItemId\":") : 0;
    printf("%d threads, %d lines in the shared cart, %d expected\n", THREADS, found, lines);
    return finish("get the shared cart", status, out) && found == lines;
}

static bool run(cart_engine *engine, int rounds)
{
    cart_request request = CART_REQUEST_INIT;
    request.customer_id = "shared";
    request.user = "threads";
    char cart_id[ID_SIZE];
    if (!create(engine, &request, cart_id))
        return false;

    worker workers[THREADS];
    int started = 0;
    for (; started < THREADS; started++) {
        worker *next = &workers[started];
        *next = (worker){ .engine = engine, .shared_cart_id = cart_id };
        next->number = started;
        next->rounds = rounds;
        if (pthread_create(&next->thread, NULL, work, next) != 0)
            break;
    }
    bool ok = started == THREADS;
    for (int i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        ok = ok && workers[i].ok;
    }
    return ok && shared_cart_has(engine, &request, cart_id, THREADS * rounds + 1);
}

/* The one thing that is sold here; what is not said of it restricts nothing. */
static bool load(cart_engine *engine)
{
    char *out = NULL;
    cart_status status = cart_catalog_put(engine, "{\"skus\":" SKU "}", &out);
    return finish("load the catalog", status, out);
}

int main(int count, char **arguments)
{
    const int rounds = count == 3 ? atoi(arguments[2]) : 0;
    if (rounds < 1) {
        fprintf(stderr, "usage: %s DATABASE ROUNDS\n", arguments[0]);
        return 2;
    }
    char options[4200];
    snprintf(options, sizeof options, "{\"database\":\"%s\"}", arguments[1]);

    cart_engine *engine = NULL;
    char *out = NULL;
    cart_status status = cart_engine_open(options, &engine, &out);
    bool ok = finish("open", status, out) && load(engine) && run(engine, rounds);

    /* The last call: every thread has been joined. */
    status = cart_engine_close(engine, &out);
    ok = finish("close", status, out) && ok;
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
