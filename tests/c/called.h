/*
 * called.h - calls any function of the table, and says what is wrong with what came of it.
 */
#ifndef CALLED_H
#define CALLED_H

#include "functions.h"

static int failures = 0;

/* Says what was seen, and goes on: one run shows everything that is wrong. */
static void expect(bool holds, const struct function *function, const char *what,
                   const char *seen)
{
    if (!holds) {
        failures++;
        fprintf(stderr, "%s: %s: %s\n", function->name, what, seen != NULL ? seen : "(NULL)");
    }
}

static struct arguments good_arguments(const struct function *function, cart_engine *engine,
                                       const cart_request *request)
{
    struct arguments given = { engine, request, { NULL, NULL, NULL }, NULL };
    for (int i = 0; i < TEXTS_MAX; i++)
        given.texts[i] = function->texts[i].good;
    return given;
}

/* Calls with an `out` that holds garbage, and without one: the status is the same, a failure has a
 * document, and the document names what is at fault (NULL: nothing in particular). */
static cart_status called(const struct function *function, struct arguments given,
                          cart_status expected, const char *fault)
{
    char garbage = 'x';
    char *out = &garbage;
    given.out = &out;
    cart_status status = function->call(&given);
    char what[128];
    snprintf(what, sizeof what, "with a bad %s: expected %d, got %d",
             fault != NULL ? fault : "(nothing)", (int)expected, (int)status);
    expect(status == expected, function, what, out);
    expect(out != &garbage, function, "out was not set", what);
    if (out == &garbage)
        return status;
    if (status != CART_STATUS_OK) {
        const bool is_told = out != NULL && strncmp(out, "{\"code\":\"", 9) == 0
            && strstr(out, "\"source\":\"cart_engine\"") != NULL;
        expect(is_told, function, "no error document", out);
    }
    if (fault != NULL && out != NULL) {
        char data[96];
        snprintf(data, sizeof data, "\"data\":[\"%s\"]", fault);
        expect(strstr(out, data) != NULL, function, "data does not name the parameter", out);
    }
    cart_string_free(out);

    given.out = NULL;
    expect(function->call(&given) == status, function, what, "another status without out");
    return status;
}

#endif
