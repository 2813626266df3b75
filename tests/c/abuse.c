/*
 * abuse.c - hands every function every argument that a careless host may hand it: NULL, text that
 * is not UTF-8, empty, ten megabytes long, a request of a wrong size. Every call answers with a
 * status, names the parameter, and leaves the engine as it was.
 */
#include "called.h"

enum { LONG = 10 * 1024 * 1024 };

static char *long_text;

typedef struct later_request { /* a request of a later version: it has one more member */
    cart_request known;
    void *unknown;
} later_request;

static bool is_optional(enum kind kind)
{
    return kind == OPTIONAL_DOCUMENT || kind == OPTIONAL_WORD;
}

static bool is_document(enum kind kind)
{
    return kind == DOCUMENT || kind == OPTIONAL_DOCUMENT;
}

static void abuse_text(const struct function *function, struct arguments good, int position)
{
    const struct text *text = &function->texts[position];
    struct arguments given = good;

    given.texts[position] = "";
    called(function, given, CART_STATUS_INVALID_ARGUMENT, text->name);
    given.texts[position] = "\"\xC3\x28\"";
    called(function, given, CART_STATUS_INVALID_ARGUMENT, text->name);
    given.texts[position] = "\xED\xA0\x80"; /* half a surrogate pair */
    called(function, given, CART_STATUS_INVALID_ARGUMENT, text->name);
    if (!is_optional(text->kind)) {
        given.texts[position] = NULL;
        called(function, given, CART_STATUS_INVALID_ARGUMENT, text->name);
    }
    given.texts[position] = long_text;
    if (is_document(text->kind))
        called(function, given, CART_STATUS_LIMIT_EXCEEDED, NULL);
    else
        called(function, given, CART_STATUS_INVALID_ARGUMENT, text->name);
}

static void abuse_member(const struct function *function, struct arguments given, const char *name,
                         size_t offset)
{
    cart_request request = *given.request;
    given.request = &request;
    const char *bad[] = { "", "\xFF\xFE", "two words", "tab\t", long_text };
    const bool is_etag = strcmp(name, "if_match") == 0; /* any text may be an etag */
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (is_etag && (i == 2 || i == 3))
            continue;
        memcpy((char *)&request + offset, &bad[i], sizeof bad[i]);
        called(function, given, CART_STATUS_INVALID_ARGUMENT, name);
    }
}

static void abuse_request_size(const struct function *function, struct arguments given)
{
    const size_t wrong[] = { 0, 1, sizeof(cart_request) - 1, SIZE_MAX };
    cart_request request = *given.request;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        request.struct_size = wrong[i];
        given.request = &request;
        called(function, given, CART_STATUS_MISUSE, "struct_size");
    }
    later_request later = { request, NULL };
    later.known.struct_size = sizeof later;
    later.unknown = &later;
    given.request = &later.known;
    called(function, given, CART_STATUS_MISUSE, "struct_size");

    /* With zero in the unknown member the call goes on to the next fault. */
    later.unknown = NULL;
    later.known.customer_id = NULL;
    called(function, given, CART_STATUS_INVALID_ARGUMENT, "customer_id");
}

static void abuse_request(const struct function *function, struct arguments good)
{
    struct arguments given = good;
    given.request = NULL;
    called(function, given, CART_STATUS_INVALID_ARGUMENT, "request");

    cart_request request = *good.request;
    request.customer_id = NULL;
    given.request = &request;
    called(function, given, CART_STATUS_INVALID_ARGUMENT, "customer_id");

    abuse_request_size(function, good);
    abuse_member(function, good, "customer_id", offsetof(cart_request, customer_id));
    abuse_member(function, good, "user", offsetof(cart_request, user));
    abuse_member(function, good, "request_id", offsetof(cart_request, request_id));
    abuse_member(function, good, "correlation_id", offsetof(cart_request, correlation_id));
    abuse_member(function, good, "if_match", offsetof(cart_request, if_match));
}

/* A fault in a text is told with the correlation id of the request. */
static void expect_correlation(const struct function *function, struct arguments given)
{
    char *out = NULL;
    given.out = &out;
    given.texts[0] = "";
    cart_status status = function->call(&given);
    expect(status != CART_STATUS_OK, function, "an empty text was taken", out);
    const bool is_told = out != NULL && strstr(out, "\"correlationId\":\"trace-1\"") != NULL;
    expect(is_told, function, "no correlation id", out);
    cart_string_free(out);
}

static void abuse_function(const struct function *function, cart_engine *engine)
{
    cart_request request = CART_REQUEST_INIT;
    request.customer_id = "no-such-customer";
    request.user = "abuse";
    request.correlation_id = "trace-1";

    const struct arguments good = good_arguments(function, engine, &request);
    struct arguments given = good;
    given.engine = NULL;
    called(function, given, CART_STATUS_INVALID_ARGUMENT, "engine");
    if (function->takes_request) {
        abuse_request(function, good);
        expect_correlation(function, good);
    }
    for (int i = 0; i < TEXTS_MAX && function->texts[i].kind != NONE; i++)
        abuse_text(function, good, i);
}

static void abuse_open(void)
{
    static const struct function open = { "cart_engine_open", NULL, false, { NOTHING } };
    const char *bad[] = { NULL, "", "\xFF" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char garbage = 'x';
        char *out = &garbage;
        cart_engine *engine = (cart_engine *)(void *)&garbage;
        cart_status status = cart_engine_open(bad[i], &engine, &out);
        expect(status == CART_STATUS_INVALID_ARGUMENT, &open, "bad options were taken", out);
        expect(engine == NULL, &open, "engine is not NULL after a failure", out);
        cart_string_free(out);
    }
    char *out = NULL;
    cart_status status = cart_engine_open("{\"database\":\":memory:\"}", NULL, &out);
    expect(status == CART_STATUS_INVALID_ARGUMENT, &open, "no place for the engine", out);
    cart_string_free(out);

    cart_engine *engine = NULL;
    status = cart_engine_open(long_text, &engine, &out);
    expect(status != CART_STATUS_OK && engine == NULL, &open, "long options were taken", out);
    cart_string_free(out);
    expect(cart_engine_open(NULL, NULL, NULL) == CART_STATUS_INVALID_ARGUMENT, &open, "no out", "");
}

static void abuse_close(void)
{
    static const struct function close = { "cart_engine_close", NULL, false, { NOTHING } };
    char garbage = 'x';
    char *out = &garbage;
    expect(cart_engine_close(NULL, &out) == CART_STATUS_OK, &close, "NULL was not taken", "");
    expect(out == NULL, &close, "out was not cleared", out);
    expect(cart_engine_close(NULL, NULL) == CART_STATUS_OK, &close, "NULL was not taken", "");
    cart_string_free(NULL);
}

static void expect_unchanged(cart_engine *engine)
{
    static const struct function list = { "cart_list", NULL, true, { NOTHING } };
    cart_request request = CART_REQUEST_INIT;
    request.customer_id = "no-such-customer";
    char *out = NULL;
    cart_status status = cart_list(engine, &request, NULL, &out);
    const bool is_empty = status == CART_STATUS_OK && strstr(out, "\"totalCount\":0") != NULL;
    expect(is_empty, &list, "a refused call changed something", out);
    cart_string_free(out);
}

int main(void)
{
    long_text = malloc(LONG + 1);
    if (long_text == NULL)
        return 2;
    memset(long_text, 'x', LONG);
    long_text[LONG] = '\0';

    cart_engine *engine = NULL;
    char *out = NULL;
    cart_status status = cart_engine_open("{\"database\":\":memory:\"}", &engine, &out);
    if (status != CART_STATUS_OK) {
        fprintf(stderr, "open: %s %s\n", cart_status_name(status), out);
        return 2;
    }
    cart_string_free(out);

    abuse_open();
    abuse_close();
    for (int i = 0; i < FUNCTIONS; i++) {
        puts(functions[i].name);
        abuse_function(&functions[i], engine);
    }
    expect_unchanged(engine);

    status = cart_engine_close(engine, NULL);
    free(long_text);
    return failures == 0 && status == CART_STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
