/*
 * quickstart.c - a host in C: it loads a catalog and a customer, creates a cart of six lines, shows
 * its order groups, changes a line, checks out, and shows the orders.
 *
 *     cc -std=c11 quickstart.c $(pkg-config --cflags --libs cart_engine) -o quickstart
 *     ./quickstart shop.db ../../tests/fixtures
 *
 * Answers are JSON. A host of some size reads them with its JSON library; this one looks for the
 * few values it shows, so that it needs nothing but the engine.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cart_engine.h"

#define CUSTOMER_ID "28045616-f6b9-462f-9701-0d89b5e65c44"

enum { VALUE_SIZE = 256 };

/* Tells whether a call succeeded, and on stderr why not. */
static bool succeeded(const char *what, cart_status status, const char *document)
{
    if (status == CART_STATUS_OK)
        return true;
    const char *reason = document != NULL ? document : "";
    fprintf(stderr, "%s: %s %s\n", what, cart_status_name(status), reason);
    return false;
}

/* Copies the next value of a property, text or number, that stands before `end` (NULL: anywhere).
 * Returns where the value ends; where there is none, NULL and an empty value. */
static const char *next_value(const char *json, const char *end, const char *property,
                              char value[VALUE_SIZE])
{
    char name[64];
    snprintf(name, sizeof name, "\"%s\":", property);
    const char *start = json != NULL ? strstr(json, name) : NULL;
    value[0] = '\0';
    if (start == NULL || (end != NULL && start >= end))
        return NULL;
    start += strlen(name);
    const bool is_text = *start == '"';
    start += is_text;
    const size_t length = strcspn(start, is_text ? "\"" : ",}]");
    snprintf(value, VALUE_SIZE, "%.*s", (int)length, start);
    return start + length;
}

/* Reads a whole file as text; the caller frees it. */
static char *read_file(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return NULL;
    }
    char *text = NULL;
    if (fseek(file, 0, SEEK_END) == 0) {
        const long size = ftell(file);
        rewind(file);
        text = size >= 0 ? malloc((size_t)size + 1) : NULL;
        if (text != NULL)
            text[fread(text, 1, (size_t)size, file)] = '\0';
    }
    fclose(file);
    return text;
}

static bool load_catalog(cart_engine *engine, const char *folder)
{
    char *catalog = read_file(folder, "catalog.json");
    char *out = NULL;
    cart_status status = cart_catalog_put(engine, catalog, &out);
    const bool ok = succeeded("load the catalog", status, out);
    if (ok)
        printf("catalog: %s\n", out);
    cart_string_free(out);
    free(catalog);
    return ok;
}

static bool load_customer(cart_engine *engine, const char *folder)
{
    char *customer = read_file(folder, "customer.json");
    char *out = NULL;
    cart_status status = cart_customer_put(engine, customer, &out);
    const bool ok = succeeded("load the customer", status, out);
    cart_string_free(out);
    free(customer);
    return ok;
}

static void print_lines(const char *cart)
{
    char item[VALUE_SIZE], group[VALUE_SIZE], total[VALUE_SIZE], error[VALUE_SIZE];
    while ((cart = next_value(cart, NULL, "catalogItemId", item)) != NULL) {
        const char *end = strstr(cart, "\"catalogItemId\":");
        next_value(cart, end, "orderGroup", group);
        next_value(cart, end, "extendedPrice", total);
        next_value(cart, end, "errorDescription", error);
        printf("  %-31s group %-6s %s\n", item, group, *error != '\0' ? error : total);
    }
}

static bool create_cart(cart_engine *engine, const char *folder, char cart_id[VALUE_SIZE])
{
    cart_request request = CART_REQUEST_INIT;
    request.customer_id = CUSTOMER_ID;
    request.user = "quickstart";

    char *cart = read_file(folder, "cart.json");
    char *out = NULL;
    cart_status status = cart_create(engine, &request, cart, &out);
    const bool ok = succeeded("create the cart", status, out);
    if (ok) {
        next_value(out, NULL, "id", cart_id);
        printf("cart %s\n", cart_id);
        print_lines(out);
    }
    cart_string_free(out);
    free(cart);
    return ok;
}

static bool change_line(cart_engine *engine, const char *cart_id)
{
    cart_request request = CART_REQUEST_INIT;
    request.customer_id = CUSTOMER_ID;
    request.user = "quickstart";

    char *out = NULL;
    cart_status status = cart_line_change(engine, &request, cart_id, "4", "{\"quantity\":3}", &out);
    const bool ok = succeeded("change line 4", status, out);
    if (ok) {
        puts("line 4 with quantity 3:");
        print_lines(out);
    }
    cart_string_free(out);
    return ok;
}

static bool check_out(cart_engine *engine, const char *cart_id)
{
    /* With a request id the call may be sent again after a time-out or a crash: it orders once. */
    cart_request request = CART_REQUEST_INIT;
    request.customer_id = CUSTOMER_ID;
    request.user = "quickstart";
    request.request_id = cart_id;

    char *out = NULL;
    cart_status status = cart_checkout(engine, &request, cart_id, &out);
    const bool ok = succeeded("check out", status, out);
    char id[VALUE_SIZE], total[VALUE_SIZE];
    const char *rest = out;
    /* Every order begins with its id and its alternateId, and ends with its totalPrice. */
    while (ok && (rest = next_value(rest, NULL, "alternateId", id)) != NULL) {
        next_value(rest, NULL, "totalPrice", total);
        printf("order %s total %s\n", id, total);
    }
    cart_string_free(out);
    return ok;
}

static bool buy(cart_engine *engine, const char *folder)
{
    char cart_id[VALUE_SIZE] = "";
    return load_catalog(engine, folder) && load_customer(engine, folder)
        && create_cart(engine, folder, cart_id) && change_line(engine, cart_id)
        && check_out(engine, cart_id);
}

int main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "usage: %s DATABASE FOLDER-OF-FIXTURES\n", arguments[0]);
        return 2;
    }
    if (cart_abi_version() != CART_ABI_VERSION) {
        fprintf(stderr, "the library speaks another ABI than %d\n", CART_ABI_VERSION);
        return 2;
    }
    /* A path with a quote or a backslash in it would have to be escaped here. */
    char options[4200];
    snprintf(options, sizeof options, "{\"database\":\"%s\"}", arguments[1]);

    cart_engine *engine = NULL;
    char *out = NULL;
    cart_status status = cart_engine_open(options, &engine, &out);
    bool ok = succeeded("open the database", status, out);
    cart_string_free(out);

    ok = ok && buy(engine, arguments[2]);

    status = cart_engine_close(engine, &out);
    ok = succeeded("close the engine", status, out) && ok;
    cart_string_free(out);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
