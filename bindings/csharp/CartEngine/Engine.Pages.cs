namespace CartEngine;

public sealed partial class Engine
{
    /// <summary>
    /// Lists all of the customer's carts, newest first, and reads a part of the list whenever one
    /// is used up.
    /// </summary>
    /// <param name="request">Who asks.</param>
    /// <param name="query">Which carts; its limit is the size of a part.</param>
    /// <returns>The carts, without their lines.</returns>
    public IEnumerable<CartHeader> EnumerateCarts(Request request, CartQuery? query = null) =>
        Enumerate(after => List(request, (query ?? new()) with { After = after }), query?.After);

    /// <summary>
    /// Lists all of the customer's orders, newest first, and reads a part of the list whenever one
    /// is used up.
    /// </summary>
    /// <param name="request">Who asks.</param>
    /// <param name="query">Which orders; its limit is the size of a part.</param>
    /// <returns>The orders.</returns>
    public IEnumerable<Order> EnumerateOrders(Request request, OrderQuery? query = null) =>
        Enumerate(
            after => ListOrders(request, (query ?? new()) with { After = after }), query?.After);

    /// <summary>
    /// Finds all items of the catalog that a query is about, and reads a part of them whenever one
    /// is used up.
    /// </summary>
    /// <param name="query">Which items, and for whom; its limit is the size of a part.</param>
    /// <returns>The items, with the terms and prices in force.</returns>
    public IEnumerable<CatalogItem> EnumerateCatalog(CatalogQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Enumerate(after => Page(FindCatalog(query with { After = after })), query.After);

        static Page<CatalogItem> Page(CatalogPage found) =>
            new() { Items = found.Items, After = found.After };
    }

    private static IEnumerable<T> Enumerate<T>(Func<string?, Page<T>> read, string? after)
    {
        do
        {
            var page = read(after);
            foreach (var item in page.Items)
            {
                yield return item;
            }
            after = page.After;
        }
        while (after is not null);
    }
}
