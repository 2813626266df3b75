/*
 * fork.c - in the child of a fork every call with the parent's engine is refused, and closing it
 * forgets it. The child may open an engine of its own on another file; on the parent's it could
 * not hold a lock, and is refused. The parent's engine is as it was.
 */
#define _POSIX_C_SOURCE 200809L
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "called.h"

static cart_engine *opened(const char *path, const char *suffix, cart_status expected)
{
    char options[4200];
    snprintf(options, sizeof options, "{\"database\":\"%s%s\"}", path, suffix);
    cart_engine *engine = NULL;
    char *out = NULL;
    cart_status status = cart_engine_open(options, &engine, &out);
    if (status != expected) {
        failures++;
        fprintf(stderr, "open: %s %s\n", cart_status_name(status), out);
    }
    cart_string_free(out);
    return engine;
}

static bool works(cart_engine *engine)
{
    char *out = NULL;
    cart_status status = cart_customer_put(engine, "{\"customerId\":\"forked\"}", &out);
    if (status != CART_STATUS_OK)
        fprintf(stderr, "put: %s %s\n", cart_status_name(status), out);
    cart_string_free(out);
    return status == CART_STATUS_OK;
}

static int child(cart_engine *engine, const char *path)
{
    cart_request request = CART_REQUEST_INIT;
    request.customer_id = "forked";
    request.user = "fork";
    for (int i = 0; i < FUNCTIONS; i++) {
        const struct arguments given = good_arguments(&functions[i], engine, &request);
        called(&functions[i], given, CART_STATUS_MISUSE, "engine");
    }
    char *out = NULL;
    if (cart_engine_close(engine, &out) != CART_STATUS_OK || out != NULL)
        return 3;
    if (opened(path, "", CART_STATUS_MISUSE) != NULL)
        return 5;
    cart_engine *own = opened(path, "-of-the-child", CART_STATUS_OK);
    if (own == NULL || !works(own) || cart_engine_close(own, NULL) != CART_STATUS_OK)
        return 4;
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int count, char **values)
{
    cart_engine *engine = count == 2 ? opened(values[1], "", CART_STATUS_OK) : NULL;
    if (engine == NULL || !works(engine))
        return 2;

    fflush(NULL);
    const pid_t process = fork();
    if (process == 0)
        _exit(child(engine, values[1]));
    int result = -1;
    if (process < 0 || waitpid(process, &result, 0) != process || result != 0) {
        fprintf(stderr, "the child ended with %d\n", result);
        return 1;
    }
    const bool is_sound = works(engine);
    const bool is_closed = cart_engine_close(engine, NULL) == CART_STATUS_OK;
    return is_closed && is_sound ? EXIT_SUCCESS : EXIT_FAILURE;
}
