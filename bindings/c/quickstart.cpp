/*
 * quickstart.cpp - a host in C++: it loads a catalog, imports a price sheet under a progress that
 * may cancel, buys from many threads, and handles what goes wrong with exceptions.
 *
 *     c++ -std=c++17 -pthread quickstart.cpp $(pkg-config --cflags --libs cart_engine) -o quickstart
 *     ./quickstart shop.db ../../tests/golden/sheet_first.csv
 *
 * Answers are JSON. A host of some size reads them with its JSON library; this one looks for the
 * ids that it needs, so that it needs nothing but the engine.
 */
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "cart_engine.hpp"

namespace {

const std::string item = "CFQ7TTC0LH18:0001:CFQ7TTC0KAAA";

std::string cart_of(int quantity)
{
    return R"({"lineItems": [{"catalogItemId": ")" + item + R"(", "quantity": )"
        + std::to_string(quantity) + R"(, "billingCycle": "monthly", "termDuration": "P1Y"}]})";
}

/* The text that follows a property for the first time. */
std::string text_of(const std::string &document, const std::string &property)
{
    const std::string name = "\"" + property + "\":\"";
    const std::size_t start = document.find(name);
    if (start == std::string::npos)
        return {};
    const std::size_t from = start + name.size();
    return document.substr(from, document.find('"', from) - from);
}

/* snippet: import */
void import(cart::engine &engine, const std::string &sheet)
{
    const auto watch = [](std::uint64_t done, std::uint64_t total) {
        std::cout << "read " << done << " of " << total << " bytes\n";
        return true; /* false would cancel: cart::error with CART_STATUS_CANCELLED */
    };
    std::cout << engine.catalog_import(sheet, R"({"source": "license"})", watch) << '\n';
}
/* end of snippet */

/* snippet: buy */
std::string buy(cart::engine &engine, const std::string &customer_id, int quantity)
{
    cart::request request{customer_id, "ada"};
    const std::string cart = engine.create(request, cart_of(quantity));
    request.if_match = text_of(cart, "etag");
    return engine.checkout(request, text_of(cart, "id"));
}
/* end of snippet */

/* One engine for all threads, without a lock. */
void buy_at_once(cart::engine &engine)
{
    std::vector<std::string> answers(4);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < answers.size(); i++)
        threads.emplace_back([&engine, &answer = answers[i], i] {
            answer = buy(engine, "customer-" + std::to_string(i), static_cast<int>(i) + 1);
        });
    for (std::thread &thread : threads)
        thread.join();
    for (const std::string &answer : answers)
        std::cout << "order of " << text_of(answer, "referenceCustomerId") << '\n';
}

/* snippet: fail */
void fail(cart::engine &engine)
{
    try {
        engine.get({"customer-1"}, "no-such-cart");
    } catch (const cart::error &error) {
        std::cout << error.what() << '\n'; /* for logs; the parts are for the program: */
        if (error.status() != CART_STATUS_NOT_FOUND || error.code() != "800008")
            throw;
    }
}
/* end of snippet */

} // namespace

int main(int count, char **arguments)
{
    if (count != 3) {
        std::cerr << "usage: " << arguments[0] << " DATABASE PRICE-SHEET\n";
        return 2;
    }
    try {
        /* A path with a quote or a backslash in it would have to be escaped here. */
        cart::engine engine(R"({"database": ")" + std::string(arguments[1]) + R"("})");
        import(engine, arguments[2]);
        buy_at_once(engine);
        fail(engine);
        engine.close();
    } catch (const cart::error &error) {
        std::cerr << error.what() << '\n';
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
