using CartEngine.Native;

namespace CartEngine;

public sealed unsafe partial class Engine
{
    /// <summary>
    /// Loads catalog documents. One replaces that of the same key; what cannot be used is told, and
    /// the rest stored.
    /// </summary>
    /// <param name="catalog">
    /// Documents in the shape of the service's own catalog answers, as JSON text: an object with
    /// any of <c>products</c>, <c>skus</c>, <c>availabilities</c>, <c>offers</c>, <c>prices</c>,
    /// <c>promotions</c> and <c>inventory</c>.
    /// </param>
    /// <returns>How many were stored, and what was not.</returns>
    /// <exception cref="CartEngineException">The document is unusable as a whole.</exception>
    public PutResult PutCatalog(string catalog)
    {
        using var catalogText = Utf8Text.Of(catalog, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_catalog_put, catalogText).Read<PutResult>();
    }

    /// <summary>
    /// Loads catalog documents. One replaces that of the same key; what cannot be used is told, and
    /// the rest stored.
    /// </summary>
    /// <param name="catalog">
    /// Documents in the shape of the service's own catalog answers, as JSON text: an object with
    /// any of <c>products</c>, <c>skus</c>, <c>availabilities</c>, <c>offers</c>, <c>prices</c>,
    /// <c>promotions</c> and <c>inventory</c>.
    /// </param>
    /// <returns>How many were stored, and what was not, as JSON text.</returns>
    /// <exception cref="CartEngineException">The document is unusable as a whole.</exception>
    public string PutCatalogJson(string catalog)
    {
        using var catalogText = Utf8Text.Of(catalog, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_catalog_put, catalogText).ReadText();
    }

    /// <summary>Finds items of the catalog, with the terms and prices in force.</summary>
    /// <param name="query">Which items, and for whom.</param>
    /// <returns>A part of the items found.</returns>
    /// <exception cref="CartEngineException">The query cannot be used.</exception>
    public CatalogPage FindCatalog(CatalogQuery query)
    {
        using var queryText = Utf8Text.Json(query);
        return Call(&NativeMethods.cart_catalog_find, queryText).Read<CatalogPage>();
    }

    /// <summary>Finds items of the catalog, with the terms and prices in force.</summary>
    /// <param name="query">Which items, and for whom, as JSON text.</param>
    /// <returns>A part of the items found, as JSON text.</returns>
    /// <exception cref="CartEngineException">The query cannot be used.</exception>
    public string FindCatalogJson(string query)
    {
        using var queryText = Utf8Text.Of(query, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_catalog_find, queryText).ReadText();
    }

    /// <summary>Removes catalog documents.</summary>
    /// <param name="keys">
    /// The lists of <see cref="PutCatalog"/> as JSON text, holding keys:
    /// <c>{"skus":[{"productId":"P","id":"0001"}]}</c>.
    /// </param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="CartEngineException">The document is unusable as a whole.</exception>
    public RemoveResult RemoveCatalog(string keys)
    {
        using var keysText = Utf8Text.Of(keys, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_catalog_remove, keysText).Read<RemoveResult>();
    }

    /// <summary>Removes catalog documents.</summary>
    /// <param name="keys">
    /// The lists of <see cref="PutCatalog"/> as JSON text, holding keys:
    /// <c>{"skus":[{"productId":"P","id":"0001"}]}</c>.
    /// </param>
    /// <returns>How many were removed, as JSON text.</returns>
    /// <exception cref="CartEngineException">The document is unusable as a whole.</exception>
    public string RemoveCatalogJson(string keys)
    {
        using var keysText = Utf8Text.Of(keys, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_catalog_remove, keysText).ReadText();
    }

    /// <summary>
    /// Imports a price sheet: a CSV file, or a ZIP file that holds one. All or nothing, and other
    /// calls go on meanwhile.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to import it.</param>
    /// <param name="progress">
    /// Told now and then how far it has come; it must not call an engine on the same thread.
    /// </param>
    /// <param name="cancellationToken">
    /// Ends the import; nothing of the sheet is then stored.
    /// </param>
    /// <returns>What was imported.</returns>
    /// <exception cref="CartEngineException">
    /// The file cannot be read, or holds a row that cannot be used.
    /// </exception>
    /// <exception cref="OperationCanceledException">The import was cancelled.</exception>
    public ImportResult ImportCatalog(
        string path,
        ImportOptions? options = null,
        IProgress<EngineProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var optionsText = Utf8Text.OptionalJson(options);
        return RunImport(path, optionsText, progress, cancellationToken).Read<ImportResult>();
    }

    /// <summary>
    /// Imports a price sheet: a CSV file, or a ZIP file that holds one. All or nothing, and other
    /// calls go on meanwhile.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to import it, as JSON text.</param>
    /// <param name="progress">
    /// Told now and then how far it has come; it must not call an engine on the same thread.
    /// </param>
    /// <param name="cancellationToken">
    /// Ends the import; nothing of the sheet is then stored.
    /// </param>
    /// <returns>What was imported, as JSON text.</returns>
    /// <exception cref="CartEngineException">
    /// The file cannot be read, or holds a row that cannot be used.
    /// </exception>
    /// <exception cref="OperationCanceledException">The import was cancelled.</exception>
    public string ImportCatalogJson(
        string path,
        string? options = null,
        IProgress<EngineProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var optionsText = Utf8Text.Optional(options, stackalloc byte[Utf8Text.StackBytes]);
        return RunImport(path, optionsText, progress, cancellationToken).ReadText();
    }

    private NativeAnswer RunImport(
        string path,
        Utf8Text options,
        IProgress<EngineProgress>? progress,
        CancellationToken cancellation)
    {
        using var pathText = Utf8Text.Of(path, stackalloc byte[Utf8Text.StackBytes]);
        using var watch = new ProgressWatch(progress, cancellation);
        byte* answer = null;
        var status = NativeMethods.cart_catalog_import(
            Handle, pathText.Pointer, options.Pointer, watch.Callback, watch.Context, &answer);
        return watch.Check(status, answer);
    }
}
