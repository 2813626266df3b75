/*
 * story.c - the shortest way from an empty database to an order.
 *
 *     cc -std=c11 bindings/c/story.c $(pkg-config --cflags --libs cart_engine) -o story
 *     ./story
 *
 * It runs in the folder of the project, makes shop.db there, and prints the answer of the checkout.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "cart_engine.h"

/* Reads a whole file as text; the caller frees it. */
static char *read_file(const char *path)
{
    enum { SIZE = 1 << 20 };
    FILE *file = fopen(path, "rb");
    char *text = file != NULL ? calloc(SIZE, 1) : NULL;
    if (text == NULL)
        perror(path);
    else if (fread(text, 1, SIZE - 1, file) == 0)
        fprintf(stderr, "%s: nothing was read\n", path);
    if (file != NULL)
        fclose(file);
    return text;
}

int main(void)
{
    char *catalog = read_file("tests/fixtures/catalog.json");

    /* snippet: story */
    const char *lines = "{\"lineItems\":[{\"catalogItemId\":\"DZH318Z0BXWC:0002:DZH318Z0BMRV\","
                        "\"quantity\":3,\"billingCycle\":\"monthly\",\"termDuration\":\"P1M\"}]}";
    cart_request request = CART_REQUEST_INIT;
    request.customer_id = "customer-1";
    request.user = "ada";

    cart_engine *engine = NULL;
    char *cart = NULL, *answer = NULL, cart_id[37];
    bool ok = cart_engine_open("{\"database\":\"shop.db\"}", &engine, NULL) == CART_STATUS_OK
        && cart_catalog_put(engine, catalog, NULL) == CART_STATUS_OK
        && cart_create(engine, &request, lines, &cart) == CART_STATUS_OK
        && sscanf(cart, "{\"id\":\"%36[^\"]", cart_id) == 1
        && cart_checkout(engine, &request, cart_id, &answer) == CART_STATUS_OK;
    puts(ok ? answer : "no order: errors.c shows how to tell why");
    /* end of snippet */

    cart_string_free(answer);
    cart_string_free(cart);
    free(catalog);
    ok = cart_engine_close(engine, NULL) == CART_STATUS_OK && ok;
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
