using CartEngine.Native;

namespace CartEngine;

public sealed unsafe partial class Engine
{
    /// <summary>Answers a cart as <see cref="Create"/> would, and stores nothing.</summary>
    /// <remarks>
    /// What is wrong with a single line does not fail the call: it is told as
    /// <see cref="CartLineItem.Error"/>.
    /// </remarks>
    /// <param name="request">Who asks.</param>
    /// <param name="cart">The cart to price.</param>
    /// <returns>The cart with prices, groups and errors.</returns>
    /// <exception cref="CartEngineException">The request is unusable as a whole.</exception>
    public Cart Price(Request request, Cart cart)
    {
        using var cartText = Utf8Text.Json(cart);
        return Call(&NativeMethods.cart_price, request, cartText).Read<Cart>();
    }

    /// <summary>Answers a cart as <see cref="Create"/> would, and stores nothing.</summary>
    /// <remarks>
    /// What is wrong with a single line does not fail the call: it is told as
    /// <see cref="CartLineItem.Error"/>.
    /// </remarks>
    /// <param name="request">Who asks.</param>
    /// <param name="cart">The cart to price, as JSON text.</param>
    /// <returns>The cart with prices, groups and errors, as JSON text.</returns>
    /// <exception cref="CartEngineException">The request is unusable as a whole.</exception>
    public string PriceJson(Request request, string cart)
    {
        using var cartText = Utf8Text.Of(cart, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_price, request, cartText).ReadText();
    }

    /// <summary>Creates a cart.</summary>
    /// <remarks>
    /// What is wrong with a single line does not fail the call: it is told as
    /// <see cref="CartLineItem.Error"/>.
    /// </remarks>
    /// <param name="request">Who asks.</param>
    /// <param name="cart">The cart; it needs at least one line.</param>
    /// <returns>The cart as it is stored.</returns>
    /// <exception cref="CartEngineException">The request is unusable as a whole.</exception>
    public Cart Create(Request request, Cart cart)
    {
        using var cartText = Utf8Text.Json(cart);
        return Call(&NativeMethods.cart_create, request, cartText).Read<Cart>();
    }

    /// <summary>Creates a cart.</summary>
    /// <remarks>
    /// What is wrong with a single line does not fail the call: it is told as
    /// <see cref="CartLineItem.Error"/>.
    /// </remarks>
    /// <param name="request">Who asks.</param>
    /// <param name="cart">The cart; it needs at least one line, as JSON text.</param>
    /// <returns>The cart as it is stored, as JSON text.</returns>
    /// <exception cref="CartEngineException">The request is unusable as a whole.</exception>
    public string CreateJson(Request request, string cart)
    {
        using var cartText = Utf8Text.Of(cart, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_create, request, cartText).ReadText();
    }

    /// <summary>Reads a cart as it is stored.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="cartId">The cart.</param>
    /// <returns>The cart.</returns>
    /// <exception cref="CartEngineException">The customer has no such cart.</exception>
    public Cart Get(Request request, string cartId)
    {
        using var cartIdText = Utf8Text.Of(cartId, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_get, request, cartIdText).Read<Cart>();
    }

    /// <summary>Reads a cart as it is stored.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="cartId">The cart.</param>
    /// <returns>The cart, as JSON text.</returns>
    /// <exception cref="CartEngineException">The customer has no such cart.</exception>
    public string GetJson(Request request, string cartId)
    {
        using var cartIdText = Utf8Text.Of(cartId, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_get, request, cartIdText).ReadText();
    }

    /// <summary>Lists the customer's carts, newest first, without their lines.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="query">Which carts; null: the newest 100.</param>
    /// <returns>A part of the list.</returns>
    /// <exception cref="CartEngineException">The query cannot be used.</exception>
    public Page<CartHeader> List(Request request, CartQuery? query = null)
    {
        using var queryText = Utf8Text.OptionalJson(query);
        return Call(&NativeMethods.cart_list, request, queryText).Read<Page<CartHeader>>();
    }

    /// <summary>Lists the customer's carts, newest first, without their lines.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="query">Which carts; null: the newest 100, as JSON text.</param>
    /// <returns>A part of the list, as JSON text.</returns>
    /// <exception cref="CartEngineException">The query cannot be used.</exception>
    public string ListJson(Request request, string? query = null)
    {
        using var queryText = Utf8Text.Optional(query, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_list, request, queryText).ReadText();
    }

    /// <summary>Replaces a cart: its lines become those of the document.</summary>
    /// <remarks>
    /// What is wrong with a single line does not fail the call: it is told as
    /// <see cref="CartLineItem.Error"/>.
    /// </remarks>
    /// <param name="request">Who asks.</param>
    /// <param name="cartId">The cart.</param>
    /// <param name="cart">The whole cart.</param>
    /// <returns>The cart as it is stored.</returns>
    /// <exception cref="CartEngineException">
    /// The request is unusable, the cart is not there, has been ordered, or has another etag.
    /// </exception>
    public Cart Update(Request request, string cartId, Cart cart)
    {
        using var cartIdText = Utf8Text.Of(cartId, stackalloc byte[Utf8Text.StackBytes]);
        using var cartText = Utf8Text.Json(cart);
        return Call(&NativeMethods.cart_update, request, cartIdText, cartText).Read<Cart>();
    }

    /// <summary>Replaces a cart: its lines become those of the document.</summary>
    /// <remarks>
    /// What is wrong with a single line does not fail the call: it is told as
    /// <see cref="CartLineItem.Error"/>.
    /// </remarks>
    /// <param name="request">Who asks.</param>
    /// <param name="cartId">The cart.</param>
    /// <param name="cart">The whole cart, as JSON text.</param>
    /// <returns>The cart as it is stored, as JSON text.</returns>
    /// <exception cref="CartEngineException">
    /// The request is unusable, the cart is not there, has been ordered, or has another etag.
    /// </exception>
    public string UpdateJson(Request request, string cartId, string cart)
    {
        using var cartIdText = Utf8Text.Of(cartId, stackalloc byte[Utf8Text.StackBytes]);
        using var cartText = Utf8Text.Of(cart, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_update, request, cartIdText, cartText).ReadText();
    }

    /// <summary>Deletes a cart. Its orders stay.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="cartId">The cart.</param>
    /// <exception cref="CartEngineException">
    /// The customer has no such cart, or it has another etag.
    /// </exception>
    public void Delete(Request request, string cartId)
    {
        using var cartIdText = Utf8Text.Of(cartId, stackalloc byte[Utf8Text.StackBytes]);
        Call(&NativeMethods.cart_delete, request, cartIdText).Release();
    }

    /// <summary>Orders a cart: each of its groups becomes one order.</summary>
    /// <remarks>
    /// It is safe to repeat after any failure: orders are placed once, and a cart that is ordered
    /// answers the same again. Groups that could not be ordered are told as
    /// <see cref="CartCheckoutResult.OrderErrors"/>.
    /// </remarks>
    /// <param name="request">Who asks.</param>
    /// <param name="cartId">The cart.</param>
    /// <returns>All orders of the cart so far.</returns>
    /// <exception cref="CartEngineException">
    /// The cart is not there, has lines in error, or has another etag.
    /// </exception>
    public CartCheckoutResult Checkout(Request request, string cartId)
    {
        using var cartIdText = Utf8Text.Of(cartId, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_checkout, request, cartIdText).Read<CartCheckoutResult>();
    }

    /// <summary>Orders a cart: each of its groups becomes one order.</summary>
    /// <remarks>
    /// It is safe to repeat after any failure: orders are placed once, and a cart that is ordered
    /// answers the same again. Groups that could not be ordered are told as
    /// <see cref="CartCheckoutResult.OrderErrors"/>.
    /// </remarks>
    /// <param name="request">Who asks.</param>
    /// <param name="cartId">The cart.</param>
    /// <returns>All orders of the cart so far, as JSON text.</returns>
    /// <exception cref="CartEngineException">
    /// The cart is not there, has lines in error, or has another etag.
    /// </exception>
    public string CheckoutJson(Request request, string cartId)
    {
        using var cartIdText = Utf8Text.Of(cartId, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_checkout, request, cartIdText).ReadText();
    }
}
