using CartEngine.Native;

namespace CartEngine;

public sealed unsafe partial class Engine
{
    /// <summary>
    /// Stores facts about a customer: replaces the fields that are not null, and stores
    /// subscriptions by id; none is dropped.
    /// </summary>
    /// <param name="customer">The customer.</param>
    /// <returns>How many documents were stored, and what was not.</returns>
    /// <exception cref="CartEngineException">The document is unusable as a whole.</exception>
    public PutResult PutCustomer(Customer customer)
    {
        using var customerText = Utf8Text.Json(customer);
        return Call(&NativeMethods.cart_customer_put, customerText).Read<PutResult>();
    }

    /// <summary>
    /// Stores facts about a customer: replaces the fields it names, and stores subscriptions by id;
    /// none is dropped.
    /// </summary>
    /// <param name="customer">The customer, as JSON text.</param>
    /// <returns>How many documents were stored, and what was not, as JSON text.</returns>
    /// <exception cref="CartEngineException">The document is unusable as a whole.</exception>
    public string PutCustomerJson(string customer)
    {
        using var customerText = Utf8Text.Of(customer, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_customer_put, customerText).ReadText();
    }

    /// <summary>Reads a customer, with the subscriptions that orders made.</summary>
    /// <param name="customerId">The customer.</param>
    /// <returns>The customer.</returns>
    /// <exception cref="CartEngineException">There is no such customer.</exception>
    public Customer GetCustomer(string customerId)
    {
        using var customerIdText = Utf8Text.Of(customerId, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_customer_get, customerIdText).Read<Customer>();
    }

    /// <summary>Reads a customer, with the subscriptions that orders made.</summary>
    /// <param name="customerId">The customer.</param>
    /// <returns>The customer, as JSON text.</returns>
    /// <exception cref="CartEngineException">There is no such customer.</exception>
    public string GetCustomerJson(string customerId)
    {
        using var customerIdText = Utf8Text.Of(customerId, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_customer_get, customerIdText).ReadText();
    }

    /// <summary>
    /// Erases a customer, his carts and his subscriptions. His orders stay, without his id. What is
    /// erased is overwritten in the database file; its log, beside it, may hold some of it until
    /// the last engine closes.
    /// </summary>
    /// <param name="customerId">The customer.</param>
    /// <exception cref="CartEngineException">There is no such customer.</exception>
    public void DeleteCustomer(string customerId)
    {
        using var customerIdText = Utf8Text.Of(customerId, stackalloc byte[Utf8Text.StackBytes]);
        Call(&NativeMethods.cart_customer_delete, customerIdText).Release();
    }
}
