/*
 * statuses.c - makes every status that can be made, and tells of the others why not. A Rust test
 * compares the names with those of the header.
 *
 *     statuses FOLDER
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cart_engine.h"

enum { PATH_SIZE = 4096, ID_SIZE = 64, WRITE_LOCK_OFFSET = 120, VERSION_OFFSET = 60 };

#define LINE "{\"catalogItemId\":\"P:S:A\",\"quantity\":1,\"billingCycle\":\"monthly\"}"
#define CART "{\"lineItems\":[" LINE "]}"
#define SKU "{\"skus\":{\"productId\":\"P\",\"id\":\"S\"}}"

static const char *folder;
static bool disk_is_full = false;

/* Stands before that of the system, for the library, too: a full disk without filling one. */
ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t offset)
{
    if (disk_is_full) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_pwrite64, file, bytes, size, offset);
}

static void path_of(const char *name, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/%s", folder, name);
}

static cart_status open_with(const char *name, const char *more, cart_engine **engine)
{
    char options[PATH_SIZE + 256];
    snprintf(options, sizeof options, "{\"database\":\"%s/%s\"%s}", folder, name, more);
    return cart_engine_open(options, engine, NULL);
}

static cart_engine *opened(const char *name, const char *more)
{
    cart_engine *engine = NULL;
    cart_status status = open_with(name, more, &engine);
    if (status != CART_STATUS_OK) {
        fprintf(stderr, "%s: %s\n", name, cart_status_name(status));
        exit(EXIT_FAILURE);
    }
    return engine;
}

static cart_request ada(void)
{
    cart_request request = CART_REQUEST_INIT;
    request.customer_id = "customer-1";
    request.user = "ada";
    return request;
}

/* Creates a cart of one line, good or not in the catalog, in a database in memory. */
static cart_engine *with_cart(bool is_good, char id[ID_SIZE])
{
    cart_engine *engine = NULL;
    const cart_request request = ada();
    char *cart = NULL;
    if (cart_engine_open("{\"database\":\":memory:\"}", &engine, NULL) != CART_STATUS_OK
        || (is_good && cart_catalog_put(engine, SKU, NULL) != CART_STATUS_OK)
        || cart_create(engine, &request, CART, &cart) != CART_STATUS_OK
        || sscanf(cart, "{\"id\":\"%63[^\"]", id) != 1)
        exit(EXIT_FAILURE);
    cart_string_free(cart);
    return engine;
}

static cart_status closed(cart_engine *engine, cart_status status)
{
    cart_engine_close(engine, NULL);
    return status;
}

static cart_status make_ok(void)
{
    char id[ID_SIZE];
    return closed(with_cart(true, id), CART_STATUS_OK);
}

static cart_status make_invalid_argument(void)
{
    return cart_engine_stats(NULL, NULL);
}

static cart_status create_of(const char *cart, const char *more)
{
    cart_engine *engine = opened("create.db", more);
    const cart_request request = ada();
    return closed(engine, cart_create(engine, &request, cart, NULL));
}

static cart_status make_invalid_json(void) { return create_of("{", ""); }
static cart_status make_invalid_request(void) { return create_of("{}", ""); }

static cart_status make_limit_exceeded(void)
{
    return create_of(CART, ",\"limits\":{\"requestBytes\":8}");
}

static cart_status make_misuse(void)
{
    char id[ID_SIZE];
    cart_engine *engine = with_cart(true, id);
    cart_request request = ada();
    request.struct_size = 1;
    return closed(engine, cart_get(engine, &request, id, NULL));
}

static cart_status make_not_found(void)
{
    char id[ID_SIZE];
    cart_engine *engine = with_cart(true, id);
    const cart_request request = ada();
    return closed(engine, cart_get(engine, &request, "no-such-cart", NULL));
}

static cart_status make_conflict(void)
{
    char id[ID_SIZE];
    cart_engine *engine = with_cart(true, id);
    cart_request request = ada();
    request.if_match = "another";
    return closed(engine, cart_update(engine, &request, id, CART, NULL));
}

static cart_status make_cart_ordered(void)
{
    char id[ID_SIZE];
    cart_engine *engine = with_cart(true, id);
    const cart_request request = ada();
    cart_checkout(engine, &request, id, NULL);
    return closed(engine, cart_update(engine, &request, id, CART, NULL));
}

static cart_status make_cart_has_errors(void)
{
    char id[ID_SIZE];
    cart_engine *engine = with_cart(false, id);
    const cart_request request = ada();
    return closed(engine, cart_checkout(engine, &request, id, NULL));
}

static cart_status make_request_id_reused(void)
{
    char id[ID_SIZE];
    cart_engine *engine = with_cart(true, id);
    cart_request request = ada();
    request.request_id = "once";
    cart_delete(engine, &request, id, NULL);
    return closed(engine, cart_create(engine, &request, CART, NULL));
}

static int32_t no(void *context, uint64_t done, uint64_t total)
{
    (void)context, (void)done, (void)total;
    return 0;
}

static cart_status make_cancelled(void)
{
    char id[ID_SIZE];
    cart_engine *engine = with_cart(true, id);
    return closed(engine, cart_engine_check(engine, no, NULL, NULL));
}

/* Holds the lock of writers, as another process does whose change takes long, until it is told to
 * end. */
static void hold_lock(const char *path, int ready, int end)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };
    lock.l_start = WRITE_LOCK_OFFSET;
    const int file = open(path, O_RDWR);
    char byte = file >= 0 && fcntl(file, F_SETLK, &lock) == 0 ? 'y' : 'n';
    if (write(ready, &byte, 1) == 1)
        (void)!read(end, &byte, 1);
    _exit(0);
}

static cart_status make_store_busy(void)
{
    cart_engine *engine = opened("busy.db", ",\"busyTimeoutMs\":1");
    const cart_request request = ada();
    char path[PATH_SIZE], byte = 'n';
    path_of("busy.db-shm", path);
    int ready[2], end[2];
    if (pipe(ready) != 0 || pipe(end) != 0)
        return closed(engine, CART_STATUS_OK);
    const pid_t child = fork();
    if (child == 0) {
        close(end[1]);
        hold_lock(path, ready[1], end[0]);
    }
    cart_status status = CART_STATUS_OK;
    if (read(ready[0], &byte, 1) == 1 && byte == 'y')
        status = cart_create(engine, &request, CART, NULL);
    close(end[1]);
    waitpid(child, NULL, 0);
    close(end[0]);
    close(ready[0]);
    close(ready[1]);
    return closed(engine, status);
}

/* A file that may not grow can be written no further. */
static cart_status make_store_io(void)
{
    cart_engine *engine = opened("io.db", "");
    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    struct rlimit none = before;
    none.rlim_cur = 0;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
    const cart_request request = ada();
    cart_status status = cart_create(engine, &request, CART, NULL);
    setrlimit(RLIMIT_FSIZE, &before);
    return closed(engine, status);
}

static cart_status make_store_full(void)
{
    cart_engine *engine = opened("full.db", "");
    const cart_request request = ada();
    disk_is_full = true;
    cart_status status = cart_create(engine, &request, CART, NULL);
    disk_is_full = false;
    return closed(engine, status);
}

static cart_status make_store_corrupt(void)
{
    char path[PATH_SIZE];
    path_of("corrupt.db", path);
    FILE *file = fopen(path, "w");
    fputs("This is a letter to a friend, and no database.", file);
    fclose(file);
    cart_engine *engine = NULL;
    return open_with("corrupt.db", "", &engine);
}

/* The number of the schema stands in the head of the file. */
static cart_status make_store_version(void)
{
    cart_engine_close(opened("version.db", ""), NULL);
    char path[PATH_SIZE];
    path_of("version.db", path);
    FILE *file = fopen(path, "r+");
    fseek(file, VERSION_OFFSET, SEEK_SET);
    fputs("\x7f\xff\xff\xff", file);
    fclose(file);
    cart_engine *engine = NULL;
    return open_with("version.db", "", &engine);
}

static cart_status make_store_read_only(void)
{
    cart_engine_close(opened("read_only.db", ""), NULL);
    cart_engine *engine = opened("read_only.db", ",\"readOnly\":true");
    const cart_request request = ada();
    return closed(engine, cart_create(engine, &request, CART, NULL));
}

struct row {
    cart_status status;
    cart_status (*make)(void);
    const char *why_not;
};

static const struct row rows[] = {
    { CART_STATUS_OK, make_ok, NULL },
    { CART_STATUS_INVALID_ARGUMENT, make_invalid_argument, NULL },
    { CART_STATUS_INVALID_JSON, make_invalid_json, NULL },
    { CART_STATUS_INVALID_REQUEST, make_invalid_request, NULL },
    { CART_STATUS_MISUSE, make_misuse, NULL },
    { CART_STATUS_LIMIT_EXCEEDED, make_limit_exceeded, NULL },
    { CART_STATUS_NOT_FOUND, make_not_found, NULL },
    { CART_STATUS_CONFLICT, make_conflict, NULL },
    { CART_STATUS_CART_ORDERED, make_cart_ordered, NULL },
    { CART_STATUS_CART_HAS_ERRORS, make_cart_has_errors, NULL },
    { CART_STATUS_REQUEST_ID_REUSED, make_request_id_reused, NULL },
    { CART_STATUS_STORE_BUSY, make_store_busy, NULL },
    { CART_STATUS_STORE_IO, make_store_io, NULL },
    { CART_STATUS_STORE_FULL, make_store_full, NULL },
    { CART_STATUS_STORE_CORRUPT, make_store_corrupt, NULL },
    { CART_STATUS_STORE_VERSION, make_store_version, NULL },
    { CART_STATUS_STORE_READ_ONLY, make_store_read_only, NULL },
    { CART_STATUS_STORE_UNAVAILABLE, NULL, "no store of this version is remote" },
    { CART_STATUS_CANCELLED, make_cancelled, NULL },
    { CART_STATUS_PANIC, NULL, "a defect of the engine, of which none is known" },
};

int main(int count, char **values)
{
    if (count != 2)
        return 2;
    folder = values[1];
    bool is_good = true;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *name = cart_status_name(rows[i].status);
        if (rows[i].make == NULL) {
            printf("%s not made: %s\n", name, rows[i].why_not);
            continue;
        }
        cart_status status = rows[i].make();
        printf("%s made\n", name);
        if (status != rows[i].status) {
            fprintf(stderr, "%s expected, %s made\n", name, cart_status_name(status));
            is_good = false;
        }
    }
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
