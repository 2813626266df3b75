/*
 * conventions.c - the promises that hold for every function: what `out` holds, who owns what, how a
 * request is taken, how a callback is called.
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cart_engine.h"

static int failures = 0;

#define EXPECT(condition) expect((condition), #condition, __LINE__)

static void expect(bool holds, const char *condition, int line)
{
    if (!holds) {
        failures++;
        fprintf(stderr, "line %d: %s\n", line, condition);
    }
}

#define CART "{\"lineItems\":[{\"catalogItemId\":\"P:S:A\",\"quantity\":1}]}"
#define OTHER_CART "{\"lineItems\":[{\"catalogItemId\":\"P:S:A\",\"quantity\":2}]}"

static char garbage;

/* The text of a property, in a buffer that is used again. */
static const char *value_of(const char *document, const char *property)
{
    static char value[256];
    char name[64];
    snprintf(name, sizeof name, "\"%s\":\"", property);
    const char *start = document != NULL ? strstr(document, name) : NULL;
    if (start == NULL)
        return "";
    start += strlen(name);
    snprintf(value, sizeof value, "%.*s", (int)strcspn(start, "\""), start);
    return value;
}

static cart_request request_of(const char *customer_id)
{
    cart_request request = CART_REQUEST_INIT;
    request.customer_id = customer_id;
    request.user = "conventions";
    return request;
}

static char *created(cart_engine *engine, const cart_request *request, char id[64])
{
    char *out = NULL;
    cart_status status = cart_create(engine, request, CART, &out);
    EXPECT(status == CART_STATUS_OK);
    snprintf(id, 64, "%s", value_of(out, "id"));
    return out;
}

static void static_texts(void)
{
    EXPECT(cart_abi_version() == CART_ABI_VERSION);
    EXPECT(strcmp(cart_version(), CART_ENGINE_VERSION) == 0);
    EXPECT(strcmp(cart_status_name(CART_STATUS_OK), "CART_STATUS_OK") == 0);
    EXPECT(strcmp(cart_status_name(CART_STATUS_PANIC), "CART_STATUS_PANIC") == 0);
    EXPECT(strcmp(cart_status_name(-1), "CART_STATUS_UNKNOWN") == 0);
}

static void nothing_to_say_is_null(cart_engine *engine)
{
    const cart_request request = request_of("quiet");
    char id[64];
    cart_string_free(created(engine, &request, id));

    char *out = &garbage;
    EXPECT(cart_delete(engine, &request, id, &out) == CART_STATUS_OK && out == NULL);
    out = &garbage;
    EXPECT(cart_engine_set_clock(engine, "2026-03-10T12:00:00Z", &out) == CART_STATUS_OK);
    EXPECT(out == NULL);
    EXPECT(cart_engine_set_clock(engine, NULL, NULL) == CART_STATUS_OK);
    EXPECT(cart_customer_put(engine, "{\"customerId\":\"quiet\"}", NULL) == CART_STATUS_OK);
    out = &garbage;
    EXPECT(cart_customer_delete(engine, "quiet", &out) == CART_STATUS_OK && out == NULL);
}

/* What a host hands in is its own again after the call; what it gets, it may change and keep. */
static void memory_is_not_shared(cart_engine *engine)
{
    char customer[] = "borrowed", user[] = "someone", id[64];
    cart_request request = request_of(customer);
    request.user = user;
    char *cart = created(engine, &request, id);
    EXPECT(strcmp(value_of(cart, "lastModifiedUser"), "someone") == 0);
    memset(user, 'x', sizeof user - 1);
    memset(cart, '\0', strlen(cart));
    cart_string_free(cart);

    char *out = NULL;
    EXPECT(cart_get(engine, &request, id, &out) == CART_STATUS_OK);
    EXPECT(strcmp(value_of(out, "lastModifiedUser"), "someone") == 0);
    cart_string_free(out);
}

static void etags_guard_changes(cart_engine *engine)
{
    char id[64], etag[64];
    cart_request request = request_of("guarded");
    char *out = created(engine, &request, id);
    snprintf(etag, sizeof etag, "%s", value_of(out, "etag"));
    cart_string_free(out);

    request.if_match = "another";
    EXPECT(cart_update(engine, &request, id, CART, &out) == CART_STATUS_CONFLICT);
    char current[96];
    snprintf(current, sizeof current, "\"data\":[\"%s\"]", etag);
    EXPECT(strstr(out, current) != NULL && strcmp(value_of(out, "code"), "2055") == 0);
    cart_string_free(out);
    EXPECT(cart_get(engine, &request, id, NULL) == CART_STATUS_INVALID_ARGUMENT);

    request.if_match = etag;
    EXPECT(cart_update(engine, &request, id, CART, NULL) == CART_STATUS_OK);
}

static void request_ids_make_repeating_safe(cart_engine *engine)
{
    cart_request request = request_of("repeating");
    request.request_id = "once";
    char *first = NULL, *second = NULL;
    EXPECT(cart_create(engine, &request, CART, &first) == CART_STATUS_OK);
    EXPECT(cart_create(engine, &request, CART, &second) == CART_STATUS_OK);
    EXPECT(strcmp(first, second) == 0);
    cart_string_free(first);
    cart_string_free(second);
    EXPECT(cart_create(engine, &request, OTHER_CART, NULL) == CART_STATUS_REQUEST_ID_REUSED);
}

/* A host that was compiled against a later header sends a longer request. */
static void later_requests_are_taken(cart_engine *engine)
{
    struct {
        cart_request known;
        const char *unknown;
    } later = { request_of("later"), NULL };
    later.known.struct_size = sizeof later;
    EXPECT(cart_create(engine, &later.known, CART, NULL) == CART_STATUS_OK);
    EXPECT(cart_list(engine, &later.known, NULL, NULL) == CART_STATUS_OK);
}

struct calls {
    pthread_t thread;
    int count;
    int answer;
    bool is_sound;
};

static int32_t count_call(void *context, uint64_t done, uint64_t total)
{
    struct calls *calls = context;
    calls->count++;
    calls->is_sound = calls->is_sound && pthread_equal(calls->thread, pthread_self()) != 0
        && (total == 0 || done <= total);
    return calls->answer;
}

static void callbacks_watch_and_cancel(cart_engine *engine, const char *folder)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/backup.db", folder);

    struct calls cancelling = { pthread_self(), 0, 0, true };
    char *out = NULL;
    cart_status status = cart_engine_backup(engine, path, count_call, &cancelling, &out);
    EXPECT(status == CART_STATUS_CANCELLED && cancelling.count == 1 && cancelling.is_sound);
    EXPECT(strcmp(value_of(out, "name"), "Cancelled") == 0);
    EXPECT(access(path, F_OK) != 0);
    cart_string_free(out);

    struct calls watching = { pthread_self(), 0, 1, true };
    status = cart_engine_backup(engine, path, count_call, &watching, NULL);
    EXPECT(status == CART_STATUS_OK && watching.count > 0 && watching.is_sound);
    EXPECT(access(path, F_OK) == 0);
    EXPECT(cart_engine_backup(engine, path, NULL, NULL, NULL) != CART_STATUS_OK);

    EXPECT(cart_engine_check(engine, count_call, &watching, &out) == CART_STATUS_OK);
    EXPECT(out != NULL && strstr(out, "\"ok\":true") != NULL);
    cart_string_free(out);
}

static bool write_sheet(const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return false;
    fputs("ProductTitle,ProductId,SkuId,SkuTitle,TermDuration,BillingPlan,Market,Currency,"
          "UnitPrice,EffectiveStartDate,EffectiveEndDate,Tags,Segment\n"
          "Sample Office,CFQ7TTC0LH18,0001,Basic,P1Y,Monthly,US,USD,72,"
          "2025-04-01T00:00:00Z,9999-12-31T00:00:00Z,License,Commercial\n"
          "Sample Office,CFQ7TTC0LH18,0002,Plus,P1Y,Monthly,US,USD,not a price,"
          "2025-04-01T00:00:00Z,9999-12-31T00:00:00Z,License,Commercial\n",
          file);
    return fclose(file) == 0;
}

static void imports_tell_bad_rows(cart_engine *engine, const char *folder)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/sheet.csv", folder);
    EXPECT(write_sheet(path));

    char *out = NULL;
    cart_status status = cart_catalog_import(engine, path, NULL, NULL, NULL, &out);
    EXPECT(status == CART_STATUS_INVALID_REQUEST && strstr(out, "not a price") != NULL);
    cart_string_free(out);

    struct calls cancelling = { pthread_self(), 0, 0, true };
    const char *skip = "{\"onBadRow\":\"skip\"}";
    status = cart_catalog_import(engine, path, skip, count_call, &cancelling, &out);
    EXPECT(status == CART_STATUS_CANCELLED && cancelling.is_sound);
    cart_string_free(out);

    struct calls watching = { pthread_self(), 0, 1, true };
    status = cart_catalog_import(engine, path, skip, count_call, &watching, &out);
    EXPECT(status == CART_STATUS_OK && watching.count > 0 && watching.is_sound);
    EXPECT(strstr(out, "\"rejected\":[{\"line\":3,") != NULL);
    cart_string_free(out);
}

int main(int count, char **values)
{
    if (count != 2)
        return 2;
    char options[4200];
    snprintf(options, sizeof options, "{\"database\":\"%s/shop.db\"}", values[1]);
    cart_engine *engine = NULL;
    char *in_force = &garbage;
    EXPECT(cart_engine_open(options, &engine, &in_force) == CART_STATUS_OK);
    EXPECT(strcmp(value_of(in_force, "dialect"), "2023") == 0);

    static_texts();
    nothing_to_say_is_null(engine);
    memory_is_not_shared(engine);
    etags_guard_changes(engine);
    request_ids_make_repeating_safe(engine);
    later_requests_are_taken(engine);
    callbacks_watch_and_cancel(engine, values[1]);
    imports_tell_bad_rows(engine, values[1]);

    char *out = &garbage;
    EXPECT(cart_engine_close(engine, &out) == CART_STATUS_OK && out == NULL);
    /* A document outlives the engine that made it. */
    EXPECT(strcmp(value_of(in_force, "durability"), "full") == 0);
    cart_string_free(in_force);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
