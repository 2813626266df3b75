using CartEngine.Native;

namespace CartEngine;

public sealed unsafe partial class Engine
{
    /// <summary>Reads an order.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="orderId">The order.</param>
    /// <returns>The order.</returns>
    /// <exception cref="CartEngineException">The customer has no such order.</exception>
    public Order GetOrder(Request request, string orderId)
    {
        using var orderIdText = Utf8Text.Of(orderId, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_order_get, request, orderIdText).Read<Order>();
    }

    /// <summary>Reads an order.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="orderId">The order.</param>
    /// <returns>The order, as JSON text.</returns>
    /// <exception cref="CartEngineException">The customer has no such order.</exception>
    public string GetOrderJson(Request request, string orderId)
    {
        using var orderIdText = Utf8Text.Of(orderId, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_order_get, request, orderIdText).ReadText();
    }

    /// <summary>Lists the customer's orders, newest first.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="query">Which orders; null: the newest 100.</param>
    /// <returns>A part of the list.</returns>
    /// <exception cref="CartEngineException">The query cannot be used.</exception>
    public Page<Order> ListOrders(Request request, OrderQuery? query = null)
    {
        using var queryText = Utf8Text.OptionalJson(query);
        return Call(&NativeMethods.cart_order_list, request, queryText).Read<Page<Order>>();
    }

    /// <summary>Lists the customer's orders, newest first.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="query">Which orders; null: the newest 100, as JSON text.</param>
    /// <returns>A part of the list, as JSON text.</returns>
    /// <exception cref="CartEngineException">The query cannot be used.</exception>
    public string ListOrdersJson(Request request, string? query = null)
    {
        using var queryText = Utf8Text.Optional(query, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_order_list, request, queryText).ReadText();
    }
}
