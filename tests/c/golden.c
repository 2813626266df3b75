/*
 * golden.c - runs files of the golden suite through the C functions, and stops at the first
 * difference. tests/golden/README.md tells what the files say.
 *
 *     golden tests/golden/carts.golden ...
 */
#define _POSIX_C_SOURCE 200809L
#include <stdarg.h>
#include <sys/types.h>

#include "functions.h"

enum { PATH_SIZE = 4096 };

/* What is read of a file: the call to come, and what it has to give. The texts are those of the
 * lines, which are kept until the call has been made. */
struct step {
    int line; /* of the call; 0 while there is none */
    const struct function *function;
    cart_request request;
    const char *texts[TEXTS_MAX];
    int texts_count;
    const char *status;
    const char *answer;
};

struct runner {
    const char *path;
    int line;
    int calls;
    cart_engine *engine;
    struct step step;
    char **kept; /* lines and paths that the step points into */
    size_t kept_count;
};

static void fail(const struct runner *runner, int line, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    fprintf(stderr, "%s:%d: ", runner->path, line);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
    va_end(values);
    exit(EXIT_FAILURE);
}

static const char *or_nothing(const char *text)
{
    return text != NULL ? text : "(NULL)";
}

/* Remembers a text that has to be freed after the call. */
static char *keep(struct runner *runner, char *text)
{
    char **kept = realloc(runner->kept, (runner->kept_count + 1) * sizeof *kept);
    if (kept == NULL || text == NULL)
        fail(runner, runner->line, "no memory");
    kept[runner->kept_count++] = text;
    runner->kept = kept;
    return text;
}

static const struct function *function_of(const struct runner *runner, const char *name)
{
    for (int i = 0; i < FUNCTIONS; i++)
        if (strcmp(functions[i].name, name) == 0)
            return &functions[i];
    fail(runner, runner->line, "no function is called %s", name);
    return NULL;
}

static void set_field(struct runner *runner, char *field)
{
    cart_request *request = &runner->step.request;
    char *value = strchr(field, '=');
    if (value == NULL)
        fail(runner, runner->line, "%s has no value", field);
    *value++ = '\0';
    if (strcmp(field, "customer_id") == 0)
        request->customer_id = value;
    else if (strcmp(field, "user") == 0)
        request->user = value;
    else if (strcmp(field, "request_id") == 0)
        request->request_id = value;
    else if (strcmp(field, "correlation_id") == 0)
        request->correlation_id = value;
    else if (strcmp(field, "if_match") == 0)
        request->if_match = value;
    else
        fail(runner, runner->line, "a request has no %s", field);
}

static void begin(struct runner *runner, char *text)
{
    const cart_request empty = CART_REQUEST_INIT;
    runner->step = (struct step){ .line = runner->line, .request = empty };
    char *rest = NULL;
    const char *name = strtok_r(text, " ", &rest);
    if (name == NULL)
        fail(runner, runner->line, "a call of what?");
    runner->step.function = function_of(runner, name);
    for (char *field = NULL; (field = strtok_r(NULL, " ", &rest)) != NULL;)
        set_field(runner, field);
}

static void add_text(struct runner *runner, const char *text)
{
    struct step *step = &runner->step;
    if (step->line == 0 || step->texts_count == TEXTS_MAX)
        fail(runner, runner->line, "an argument too many");
    step->texts[step->texts_count++] = text;
}

/* The path of a file that lies beside the one that is run. */
static char *beside(struct runner *runner, const char *name)
{
    const char *end = strrchr(runner->path, '/');
    const int folder = end != NULL ? (int)(end - runner->path + 1) : 0;
    char *path = keep(runner, malloc(PATH_SIZE));
    snprintf(path, PATH_SIZE, "%.*s%s", folder, runner->path, name);
    return path;
}

static bool is_same(const char *expected, const char *came)
{
    return expected == NULL || came == NULL ? expected == came : strcmp(expected, came) == 0;
}

/* Makes the call that has been read, and compares what came of it. */
static void finish(struct runner *runner)
{
    const struct step *step = &runner->step;
    if (step->line != 0) {
        char *out = NULL;
        struct arguments given = { runner->engine, &step->request, { NULL, NULL, NULL }, &out };
        memcpy(given.texts, step->texts, sizeof given.texts);
        cart_status status = step->function->call(&given);
        const char *name = cart_status_name(status);
        if (!is_same(step->status, name) || !is_same(step->answer, out))
            fail(runner, step->line, "%s\nexpected %s %s\ncame     %s %s", step->function->name,
                 or_nothing(step->status), or_nothing(step->answer), name, or_nothing(out));
        cart_string_free(out);
        runner->calls++;
    }
    runner->step.line = 0;
    while (runner->kept_count > 0)
        free(runner->kept[--runner->kept_count]);
}

static void close_engine(struct runner *runner)
{
    if (cart_engine_close(runner->engine, NULL) != CART_STATUS_OK)
        fail(runner, runner->line, "the engine does not close");
    runner->engine = NULL;
}

static void open_engine(struct runner *runner, const char *options)
{
    close_engine(runner);
    char *out = NULL;
    cart_status status = cart_engine_open(options, &runner->engine, &out);
    if (status != CART_STATUS_OK)
        fail(runner, runner->line, "open: %s", or_nothing(out));
    cart_string_free(out);
}

static void follow(struct runner *runner, char *line)
{
    char *rest = strchr(line, ' ');
    if (rest != NULL)
        *rest++ = '\0';
    else
        rest = line + strlen(line);
    const bool is_open = strcmp(line, "open") == 0;
    if (is_open || strcmp(line, "call") == 0) {
        /* The line of this step is not one of those that belong to the step before. */
        char *own = runner->kept[--runner->kept_count];
        finish(runner);
        keep(runner, own);
    }
    if (is_open)
        open_engine(runner, rest);
    else if (strcmp(line, "call") == 0)
        begin(runner, rest);
    else if (strcmp(line, "argument") == 0)
        add_text(runner, rest);
    else if (strcmp(line, "null") == 0)
        add_text(runner, NULL);
    else if (strcmp(line, "file") == 0)
        add_text(runner, beside(runner, rest));
    else if (strcmp(line, "status") == 0)
        runner->step.status = rest;
    else if (strcmp(line, "answer") == 0)
        runner->step.answer = rest;
    else
        fail(runner, runner->line, "what is %s?", line);
}

static void run_file(const char *path)
{
    struct runner runner = { .path = path };
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail(&runner, 0, "cannot be opened");
    for (;;) {
        char *line = NULL;
        size_t size = 0;
        const ssize_t length = getline(&line, &size, file);
        keep(&runner, line);
        if (length < 0)
            break;
        runner.line++;
        line[strcspn(line, "\n")] = '\0';
        if (*line != '\0' && *line != '#')
            follow(&runner, line);
    }
    fclose(file);
    finish(&runner);
    close_engine(&runner);
    free(runner.kept);
    if (runner.calls == 0)
        fail(&runner, runner.line, "calls nothing");
    printf("%s: %d calls\n", path, runner.calls);
}

int main(int count, char **paths)
{
    for (int i = 1; i < count; i++)
        run_file(paths[i]);
    return count > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
