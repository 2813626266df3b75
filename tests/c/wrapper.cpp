/*
 * wrapper.cpp - the promises of cart_engine.hpp: what fails throws with what the error document
 * says, whatever is thrown comes out, and what is opened is closed once.
 */
#include <cstdlib>
#include <iostream>
#include <string>
#include <type_traits>
#include <vector>

#include "cart_engine.hpp"

namespace {

int failures = 0;

void expect(bool holds, const char *condition, int line)
{
    if (!holds) {
        failures++;
        std::cerr << "line " << line << ": " << condition << '\n';
    }
}

#define EXPECT(condition) expect((condition), #condition, __LINE__)

const char memory[] = R"({"database": ":memory:"})";
const char one_line[] =
    R"({"lineItems": [{"catalogItemId": "P:S:A", "quantity": 1, "billingCycle": "monthly"}]})";

template <typename Call>
cart::error failure_of(const Call &call)
{
    try {
        call();
    } catch (const cart::error &error) {
        return error;
    }
    expect(false, "the call succeeded", __LINE__);
    return cart::error(CART_STATUS_OK, nullptr);
}

std::string text_of(const std::string &document, const std::string &property)
{
    const std::string name = "\"" + property + "\":\"";
    const std::size_t from = document.find(name) + name.size();
    return document.substr(from, document.find('"', from) - from);
}

void error_documents_are_read()
{
    const cart::error error(CART_STATUS_CONFLICT, R"({"code":"2055","name":"Conflict",
        "description":"quote \" slash \/ \\ \b\f\n\r\t \u00e9 \u20AC \ud83d\uded2 \ud83d é",
        "data":["a\"b", 7, "c"],"later":{"x":[1,"}",{"y":null}],"z":-1.5e3},"source":"cart_engine",
        "retryable":true,"more":false,"correlationId":"trace-1"})");
    EXPECT(error.status() == CART_STATUS_CONFLICT);
    EXPECT(error.code() == "2055" && error.name() == "Conflict");
    EXPECT(error.description()
           == "quote \" slash / \\ \b\f\n\r\t \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x9B\x92 "
              "\xEF\xBF\xBD \xC3\xA9");
    EXPECT((error.data() == std::vector<std::string>{"a\"b", "", "c"}));
    EXPECT(error.is_retryable() && error.correlation_id() == "trace-1");
    EXPECT(std::string(error.what()).rfind("CART_STATUS_CONFLICT (2055): quote", 0) == 0);
}

/* Whatever is cut off of a document, the reader stays within it. */
void broken_error_documents_are_survived()
{
    const std::string whole =
        R"({"code":"1","data":["x","y"],"o":{"a":[1,2]},"retryable":true,"description":"\ud83d\u00"})";
    for (std::size_t length = 0; length <= whole.size(); length++)
        cart::error(CART_STATUS_PANIC, whole.substr(0, length).c_str());
    for (const char *odd : { "", "[]", "7", "{", "{}", "{\"a\"", "{\"code\":7}", "{\"data\":\"x\"}",
                             "{\"data\":[[1],{}]}", "{\"code\":\"\\", "null" })
        EXPECT(cart::error(CART_STATUS_PANIC, odd).code().empty());
    EXPECT(cart::error(CART_STATUS_PANIC, nullptr).description().empty());
}

void failures_throw()
{
    const cart::error error = failure_of([] { cart::engine(R"({"databse": "x"})"); });
    EXPECT(error.status() == CART_STATUS_INVALID_ARGUMENT && error.code() == "100");
    EXPECT(error.data() == std::vector<std::string>{"databse"});

    cart::engine engine(memory);
    cart::request request{"customer-1"};
    request.correlation_id = "trace-1";
    const cart::error absent = failure_of([&] { engine.get(request, "no-such-cart"); });
    EXPECT(absent.status() == CART_STATUS_NOT_FOUND && absent.code() == "800008");
    EXPECT(absent.name() == "CartNotFound" && absent.correlation_id() == "trace-1");
    EXPECT(!absent.is_retryable());
    const cart::error nobody = failure_of([&] { engine.create(request, one_line); });
    EXPECT(nobody.data() == std::vector<std::string>{"user"});
}

/* C would take such a text up to the NUL, and so another one. */
void texts_with_a_nul_are_refused()
{
    using namespace std::string_literals;
    cart::engine engine(memory);
    const cart::error path = failure_of([&] { engine.backup("a\0b"s); });
    EXPECT(path.status() == CART_STATUS_INVALID_ARGUMENT && path.code() == "100");
    EXPECT(path.data() == std::vector<std::string>{"path"});
    const cart::error user = failure_of([&] { engine.create({"c", "a\0b"s}, one_line); });
    EXPECT(user.description() == "user: a NUL character at byte 1");
}

void every_function_is_called(const std::string &folder)
{
    cart::engine engine(R"({"database": ")" + folder + R"(/wrapper.db", "durability": "normal"})");
    EXPECT(engine.options().find(R"("durability":"normal")") != std::string::npos);
    engine.set_clock("2026-03-10T12:00:00Z");
    EXPECT(engine.catalog_put(R"({"skus": {"productId": "P", "id": "S"}})")
           == R"({"stored":1,"rejected":[]})");
    EXPECT(engine.catalog_find(R"({"catalogItemId": "P:S:A"})").find("P:S:*") != std::string::npos);
    engine.customer_put(R"({"customerId": "customer-1"})");
    EXPECT(engine.customer_get("customer-1").find("customer-1") != std::string::npos);

    const cart::request request{"customer-1", "ada"};
    engine.price(request, one_line);
    const std::string id = text_of(engine.create(request, one_line), "id");
    EXPECT(text_of(engine.get(request, id), "id") == id);
    engine.update(request, id, one_line);
    engine.line_add(request, id, R"({"catalogItemId": "P:S:A", "quantity": 2, "id": 7})");
    engine.line_change(request, id, "7", R"({"billingCycle": "monthly"})");
    engine.line_remove(request, id, "7");
    EXPECT(engine.list(request).find(R"("totalCount":1)") != std::string::npos);
    EXPECT(engine.list(request, R"({"status": "Ordered"})") == R"({"totalCount":0,"items":[]})");
    const std::string order = text_of(engine.checkout(request, id), "id");
    EXPECT(text_of(engine.order_get(request, order), "id") == order);
    EXPECT(engine.order_list(request).find(order) != std::string::npos);
    engine.remove(request, id);

    engine.catalog_remove(R"({"skus": [{"productId": "P", "id": "S"}]})");
    EXPECT(engine.stats().find(R"("carts":0)") != std::string::npos);
    EXPECT(engine.check() == R"({"ok":true})");
    EXPECT(engine.purge().find(R"("more":false)") != std::string::npos);
    engine.customer_delete("customer-1");
    engine.set_clock(std::nullopt);
    failure_of([&] { engine.catalog_import(folder + "/no-such-sheet.csv"); });
    engine.backup(folder + "/backup.db");
    engine.close();
}

void progress_watches_cancels_and_throws(const std::string &folder)
{
    const cart::engine engine(memory);
    int calls = 0;
    engine.check([&](std::uint64_t, std::uint64_t) { return ++calls > 0; });
    EXPECT(calls > 0);

    const auto cancel = [](std::uint64_t, std::uint64_t) { return false; };
    const std::string path = folder + "/cancelled.db";
    EXPECT(failure_of([&] { engine.backup(path, cancel); }).status() == CART_STATUS_CANCELLED);

    const auto stumble = [](std::uint64_t, std::uint64_t) -> bool { throw 7; };
    int thrown = 0;
    try {
        engine.backup(path, stumble);
    } catch (int number) {
        thrown = number;
    }
    EXPECT(thrown == 7);
    engine.backup(path);
}

void engines_move_and_close_once()
{
    static_assert(!std::is_copy_constructible_v<cart::engine>);
    static_assert(std::is_nothrow_move_constructible_v<cart::engine>);
    static_assert(std::is_nothrow_copy_constructible_v<cart::error>);
    cart::engine first(memory);
    cart::engine second(std::move(first));
    EXPECT(first.get() == nullptr && second.get() != nullptr);
    second.stats();
    first = std::move(second);
    first.stats();
    first = cart::engine(memory);
    first.close();
    first.close();
    const cart::error closed = failure_of([&] { first.stats(); });
    EXPECT(closed.status() == CART_STATUS_INVALID_ARGUMENT);
    EXPECT(closed.data() == std::vector<std::string>{"engine"});
}

} // namespace

int main(int count, char **arguments)
{
    if (count != 2)
        return 2;
    error_documents_are_read();
    broken_error_documents_are_survived();
    failures_throw();
    texts_with_a_nul_are_refused();
    every_function_is_called(arguments[1]);
    progress_watches_cancels_and_throws(arguments[1]);
    engines_move_and_close_once();
    EXPECT(cart::version() == CART_ENGINE_VERSION);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
