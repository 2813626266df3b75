/*
 * cart_engine.hpp - the cart engine for C++17 and later: engines and documents that release
 * themselves, and exceptions in place of statuses. A header alone, over cart_engine.h.
 *
 *     cart::engine engine(R"({"database": "shop.db"})");
 *     const cart::request request{"customer-1", "ada"};
 *     std::string cart = engine.create(request, R"({"lineItems": [...]})");
 *
 * The functions are those of cart_engine.h, which says what each does, what it takes and how it
 * fails; here only what differs is told. Documents are JSON in UTF-8, as std::string; this header
 * reads none but the error document.
 *
 * Threads. Any thread may call any function of an engine at any time. Only what changes the object
 * itself, which is closing, moving and destroying, must not happen while a call is under way.
 */
#ifndef CART_ENGINE_HPP
#define CART_ENGINE_HPP

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "cart_engine.h"

namespace cart {

/** Who asks, and how a call is to be taken: cart_request. What is not set is absent. */
struct request {
    std::string customer_id;
    std::optional<std::string> user{};
    std::optional<std::string> request_id{};
    std::optional<std::string> correlation_id{};
    std::optional<std::string> if_match{};
};

/**
 * Called now and then during long work, on the thread of the call: cart_progress. Return false to
 * cancel. It must not call the engine. What it throws ends the work, and comes out of the call.
 */
using progress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

namespace detail {

struct releases_text {
    void operator()(char *text) const noexcept { cart_string_free(text); }
};

/** A document of the engine. */
using owned_text = std::unique_ptr<char, releases_text>;

/** What the error document says. */
struct fault {
    std::string code, name, description, correlation_id;
    std::vector<std::string> data;
    bool is_retryable = false;
};

/**
 * Reads the error document, whose shape is known: an object of texts, lists of texts and words.
 * Members that a later library adds are passed over, whatever they are.
 */
class fault_reader {
public:
    explicit fault_reader(const char *document) : at_(document) {}

    fault read()
    {
        fault found;
        if (!takes('{'))
            return found;
        do {
            const std::string name = text();
            if (!takes(':'))
                break;
            member(found, name);
        } while (takes(','));
        return found;
    }

private:
    void member(fault &found, const std::string &name)
    {
        if (name == "code")
            found.code = text();
        else if (name == "name")
            found.name = text();
        else if (name == "description")
            found.description = text();
        else if (name == "correlationId")
            found.correlation_id = text();
        else if (name == "data")
            found.data = texts();
        else if (name == "retryable")
            found.is_retryable = is_true();
        else
            pass_over();
    }

    bool is_true()
    {
        const bool begins_true = next() == 't';
        pass_over();
        return begins_true;
    }

    /** The next character that is no white space; 0 at the end. */
    char next()
    {
        while (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')
            ++at_;
        return *at_;
    }

    bool takes(char expected)
    {
        const bool is_there = next() == expected;
        at_ += is_there;
        return is_there;
    }

    /** Passes over a value of any kind. */
    void pass_over()
    {
        int depth = 0;
        do {
            const char first = next();
            if (first == '"') {
                text();
                continue;
            }
            if (first == '\0' || ((first == '}' || first == ']' || first == ',') && depth == 0))
                return;
            depth += first == '{' || first == '[';
            depth -= first == '}' || first == ']';
            ++at_;
        } while (depth > 0 || !ends_value());
    }

    bool ends_value()
    {
        const char after = next();
        return after == ',' || after == '}' || after == ']' || after == '\0';
    }

    std::vector<std::string> texts()
    {
        std::vector<std::string> found;
        if (next() != '[') {
            pass_over();
            return found;
        }
        ++at_;
        while (next() != ']' && next() != '\0') {
            found.push_back(text());
            takes(',');
        }
        takes(']');
        return found;
    }

    std::string text()
    {
        std::string found;
        if (!takes('"')) {
            pass_over();
            return found;
        }
        while (*at_ != '\0' && *at_ != '"') {
            if (*at_ != '\\')
                found += *at_++;
            else
                escape(found);
        }
        at_ += *at_ == '"';
        return found;
    }

    void escape(std::string &found)
    {
        ++at_;
        const char escaped = *at_;
        at_ += escaped != '\0';
        switch (escaped) {
        case 'b': found += '\b'; break;
        case 'f': found += '\f'; break;
        case 'n': found += '\n'; break;
        case 'r': found += '\r'; break;
        case 't': found += '\t'; break;
        case 'u': append(found, code_point()); break;
        case '\0': break;
        default: found += escaped;
        }
    }

    /** The code point of a \u escape, of which two make one beyond 16 bits. */
    std::uint32_t code_point()
    {
        const std::uint32_t first = four_digits();
        if (first < 0xD800 || first > 0xDFFF)
            return first;
        const char *behind = at_;
        if (first < 0xDC00 && at_[0] == '\\' && at_[1] == 'u') {
            at_ += 2;
            const std::uint32_t second = four_digits();
            if (second >= 0xDC00 && second <= 0xDFFF)
                return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        }
        at_ = behind;
        return replacement; /* half a pair is no character */
    }

    std::uint32_t four_digits()
    {
        std::uint32_t number = 0;
        for (int i = 0; i < 4; i++) {
            const char digit = *at_;
            const int value = digit >= '0' && digit <= '9' ? digit - '0'
                : digit >= 'a' && digit <= 'f'             ? digit - 'a' + 10
                : digit >= 'A' && digit <= 'F'             ? digit - 'A' + 10
                                                           : -1;
            if (value < 0)
                break;
            number = number * 16 + static_cast<std::uint32_t>(value);
            ++at_;
        }
        return number;
    }

    static void append(std::string &text, std::uint32_t point)
    {
        const auto add = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
        if (point < 0x80) {
            add(point);
        } else if (point < 0x800) {
            add(0xC0 | point >> 6);
            add(0x80 | (point & 0x3F));
        } else if (point < 0x10000) {
            add(0xE0 | point >> 12);
            add(0x80 | (point >> 6 & 0x3F));
            add(0x80 | (point & 0x3F));
        } else {
            add(0xF0 | (point >> 18 & 0x07));
            add(0x80 | (point >> 12 & 0x3F));
            add(0x80 | (point >> 6 & 0x3F));
            add(0x80 | (point & 0x3F));
        }
    }

    static constexpr std::uint32_t replacement = 0xFFFD;

    const char *at_;
};

} // namespace detail

/** A call that failed, and so has changed nothing. what() is for logs. */
class error : public std::runtime_error {
public:
    /** Takes what the error document says; NULL when there was no room for one. */
    error(cart_status status, const char *document)
        : error(status, detail::fault_reader(document != nullptr ? document : "").read())
    {
    }

    error(cart_status status, detail::fault fault)
        : std::runtime_error(cart_status_name(status) + (" (" + fault.code + "): ")
                             + fault.description),
          status_(status), fault_(std::make_shared<const detail::fault>(std::move(fault)))
    {
    }

    /** One of the CART_STATUS_ values. */
    cart_status status() const noexcept { return status_; }
    /** The commerce service's code where it has one, else the status. */
    const std::string &code() const noexcept { return fault_->code; }
    /** The name of the error, such as "CartNotFound". */
    const std::string &name() const noexcept { return fault_->name; }
    /** What was expected and what came, for people. */
    const std::string &description() const noexcept { return fault_->description; }
    /** The properties at fault, or the current etag of a conflict. */
    const std::vector<std::string> &data() const noexcept { return fault_->data; }
    /** Whether the same call may succeed later. */
    bool is_retryable() const noexcept { return fault_->is_retryable; }
    /** That of the request; empty when it had none. */
    const std::string &correlation_id() const noexcept { return fault_->correlation_id; }

private:
    cart_status status_;
    /** Shared, because copying an exception must not throw. */
    std::shared_ptr<const detail::fault> fault_;
};

namespace detail {

using optional_text = std::optional<std::string>;

/** A text as C takes it. One with a NUL inside would be cut short in silence. */
inline const char *to_c(const char *name, const std::string &value)
{
    const std::size_t position = value.find('\0');
    if (position == std::string::npos)
        return value.c_str();
    const std::string problem = ": a NUL character at byte " + std::to_string(position);
    throw error(CART_STATUS_INVALID_ARGUMENT,
                fault{ "100", "InvalidArgument", name + problem, {}, { name }, false });
}

inline const char *to_c(const char *name, const optional_text &value)
{
    return value ? to_c(name, *value) : nullptr;
}

/** The request in C; its texts are those of the request that it was made of. */
inline cart_request to_c(const request &request)
{
    cart_request made = CART_REQUEST_INIT;
    made.customer_id = to_c("customer_id", request.customer_id);
    made.user = to_c("user", request.user);
    made.request_id = to_c("request_id", request.request_id);
    made.correlation_id = to_c("correlation_id", request.correlation_id);
    made.if_match = to_c("if_match", request.if_match);
    return made;
}

/** Makes a call, and gives its document; empty where there is nothing to say. */
template <typename Call>
std::string answer_of(const Call &call)
{
    char *out = nullptr;
    const cart_status status = call(&out);
    const owned_text document(out);
    if (status != CART_STATUS_OK)
        throw error(status, document.get());
    return document != nullptr ? std::string(document.get()) : std::string();
}

/** Stands between the engine, which knows C, and a progress that may throw. */
class watch {
public:
    explicit watch(const progress &observer) : observer_(observer) {}

    cart_progress function() const { return observer_ ? call : nullptr; }

    /** Makes a call under this watch; what the progress threw comes out of it. */
    template <typename Call>
    std::string answer_of(const Call &call)
    {
        try {
            return detail::answer_of(call);
        } catch (const error &) {
            if (thrown_)
                std::rethrow_exception(thrown_);
            throw;
        }
    }

private:
    static std::int32_t call(void *context, std::uint64_t done, std::uint64_t total)
    {
        watch &self = *static_cast<watch *>(context);
        try {
            return self.observer_(done, total) ? 1 : 0;
        } catch (...) {
            self.thrown_ = std::current_exception();
            return 0;
        }
    }

    const progress &observer_;
    std::exception_ptr thrown_;
};

} // namespace detail

/** An open engine. It can be moved, not copied; destroying it closes it. */
class engine {
public:
    using optional_text = std::optional<std::string>;

    /** cart_engine_open() */
    explicit engine(const std::string &options)
    {
        cart_engine *opened = nullptr;
        const char *text = detail::to_c("options", options);
        options_ = detail::answer_of(
            [&](char **out) { return cart_engine_open(text, &opened, out); });
        handle_.reset(opened);
    }

    /** The options in force. */
    const std::string &options() const noexcept { return options_; }

    /** The engine for functions of cart_engine.h; NULL once closed or moved away. */
    cart_engine *get() const noexcept { return handle_.get(); }

    /**
     * cart_engine_close(), to learn what the destructor keeps to itself. Closing twice is nothing;
     * any other call after it is CART_STATUS_INVALID_ARGUMENT.
     */
    void close()
    {
        cart_engine *closed = handle_.release();
        detail::answer_of([=](char **out) { return cart_engine_close(closed, out); });
    }

    /** cart_engine_set_clock(); std::nullopt: real time. */
    void set_clock(const optional_text &timestamp)
    {
        with(cart_engine_set_clock, detail::to_c("timestamp", timestamp));
    }

    /** cart_engine_stats() */
    std::string stats() const { return with(cart_engine_stats); }

    /** cart_engine_check() */
    std::string check(const progress &observer = {}) const
    {
        return watched(observer, cart_engine_check);
    }

    /** cart_engine_purge() */
    std::string purge(const optional_text &options = {})
    {
        return with(cart_engine_purge, detail::to_c("options", options));
    }

    /** cart_engine_backup() */
    std::string backup(const std::string &path, const progress &observer = {}) const
    {
        return watched(observer, cart_engine_backup, detail::to_c("path", path));
    }

    /** cart_catalog_put() */
    std::string catalog_put(const std::string &catalog)
    {
        return with(cart_catalog_put, detail::to_c("catalog", catalog));
    }

    /** cart_catalog_import() */
    std::string catalog_import(const std::string &path, const optional_text &options = {},
                               const progress &observer = {})
    {
        return watched(observer, cart_catalog_import, detail::to_c("path", path),
                       detail::to_c("options", options));
    }

    /** cart_catalog_find() */
    std::string catalog_find(const std::string &query) const
    {
        return with(cart_catalog_find, detail::to_c("query", query));
    }

    /** cart_catalog_remove() */
    std::string catalog_remove(const std::string &keys)
    {
        return with(cart_catalog_remove, detail::to_c("keys", keys));
    }

    /** cart_customer_put() */
    std::string customer_put(const std::string &customer)
    {
        return with(cart_customer_put, detail::to_c("customer", customer));
    }

    /** cart_customer_get() */
    std::string customer_get(const std::string &customer_id) const
    {
        return with(cart_customer_get, detail::to_c("customer_id", customer_id));
    }

    /** cart_customer_delete() */
    void customer_delete(const std::string &customer_id)
    {
        with(cart_customer_delete, detail::to_c("customer_id", customer_id));
    }

    /** cart_price() */
    std::string price(const request &request, const std::string &cart) const
    {
        return asked(cart_price, request, detail::to_c("cart", cart));
    }

    /** cart_create() */
    std::string create(const request &request, const std::string &cart)
    {
        return asked(cart_create, request, detail::to_c("cart", cart));
    }

    /** cart_get() */
    std::string get(const request &request, const std::string &cart_id) const
    {
        return asked(cart_get, request, detail::to_c("cart_id", cart_id));
    }

    /** cart_list() */
    std::string list(const request &request, const optional_text &query = {}) const
    {
        return asked(cart_list, request, detail::to_c("query", query));
    }

    /** cart_update() */
    std::string update(const request &request, const std::string &cart_id, const std::string &cart)
    {
        return asked(cart_update, request, detail::to_c("cart_id", cart_id),
                     detail::to_c("cart", cart));
    }

    /** cart_delete(), whose name is a word of the language here. */
    void remove(const request &request, const std::string &cart_id)
    {
        asked(cart_delete, request, detail::to_c("cart_id", cart_id));
    }

    /** cart_line_add() */
    std::string line_add(const request &request, const std::string &cart_id,
                         const std::string &lines)
    {
        return asked(cart_line_add, request, detail::to_c("cart_id", cart_id),
                     detail::to_c("lines", lines));
    }

    /** cart_line_change() */
    std::string line_change(const request &request, const std::string &cart_id,
                            const std::string &line_id, const std::string &patch)
    {
        return asked(cart_line_change, request, detail::to_c("cart_id", cart_id),
                     detail::to_c("line_id", line_id), detail::to_c("patch", patch));
    }

    /** cart_line_remove() */
    std::string line_remove(const request &request, const std::string &cart_id,
                            const std::string &line_id)
    {
        return asked(cart_line_remove, request, detail::to_c("cart_id", cart_id),
                     detail::to_c("line_id", line_id));
    }

    /** cart_checkout() */
    std::string checkout(const request &request, const std::string &cart_id)
    {
        return asked(cart_checkout, request, detail::to_c("cart_id", cart_id));
    }

    /** cart_order_get() */
    std::string order_get(const request &request, const std::string &order_id) const
    {
        return asked(cart_order_get, request, detail::to_c("order_id", order_id));
    }

    /** cart_order_list() */
    std::string order_list(const request &request, const optional_text &query = {}) const
    {
        return asked(cart_order_list, request, detail::to_c("query", query));
    }

private:
    struct closes {
        void operator()(cart_engine *engine) const noexcept { cart_engine_close(engine, nullptr); }
    };

    template <typename Function, typename... Texts>
    std::string with(Function function, Texts... texts) const
    {
        return detail::answer_of(
            [&](char **out) { return function(handle_.get(), texts..., out); });
    }

    template <typename Function, typename... Texts>
    std::string asked(Function function, const request &request, Texts... texts) const
    {
        const cart_request made = detail::to_c(request);
        return with(function, &made, texts...);
    }

    template <typename Function, typename... Texts>
    std::string watched(const progress &observer, Function function, Texts... texts) const
    {
        detail::watch watch(observer);
        void *context = &watch;
        return watch.answer_of([&](char **out) {
            return function(handle_.get(), texts..., watch.function(), context, out);
        });
    }

    std::unique_ptr<cart_engine, closes> handle_;
    std::string options_;
};

/** cart_version() */
inline std::string version() { return cart_version(); }

} // namespace cart

#endif // CART_ENGINE_HPP
