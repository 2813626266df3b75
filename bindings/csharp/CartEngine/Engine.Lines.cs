using System.Globalization;
using System.Text.Json.Nodes;
using CartEngine.Native;

namespace CartEngine;

public sealed unsafe partial class Engine
{
    /// <summary>Adds lines at the end of a cart.</summary>
    /// <remarks>
    /// It means the same as the <see cref="Update"/> that sends the whole resulting cart.
    /// </remarks>
    /// <param name="request">Who asks.</param>
    /// <param name="cartId">The cart.</param>
    /// <param name="lines">The lines.</param>
    /// <returns>What changed, and the cart without its lines.</returns>
    /// <exception cref="CartEngineException">
    /// The request is unusable, the cart or line is not there, has been ordered, or the cart has
    /// another etag.
    /// </exception>
    public LineChanges AddLines(Request request, string cartId, params CartLineItem[] lines)
    {
        using var cartIdText = Utf8Text.Of(cartId, stackalloc byte[Utf8Text.StackBytes]);
        using var linesText = Utf8Text.Json(lines);
        return Call(&NativeMethods.cart_line_add, request, cartIdText, linesText)
            .Read<LineChanges>();
    }

    /// <summary>Adds lines at the end of a cart.</summary>
    /// <remarks>
    /// It means the same as the <see cref="Update"/> that sends the whole resulting cart.
    /// </remarks>
    /// <param name="request">Who asks.</param>
    /// <param name="cartId">The cart.</param>
    /// <param name="lines">A line or a list of lines, as JSON text.</param>
    /// <returns>What changed, and the cart without its lines, as JSON text.</returns>
    /// <exception cref="CartEngineException">
    /// The request is unusable, the cart or line is not there, has been ordered, or the cart has
    /// another etag.
    /// </exception>
    public string AddLinesJson(Request request, string cartId, string lines)
    {
        using var cartIdText = Utf8Text.Of(cartId, stackalloc byte[Utf8Text.StackBytes]);
        using var linesText = Utf8Text.Of(lines, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_line_add, request, cartIdText, linesText).ReadText();
    }

    /// <summary>Changes a line or an add-on. Lists are replaced as a whole.</summary>
    /// <remarks>
    /// It means the same as the <see cref="Update"/> that sends the whole resulting cart.
    /// </remarks>
    /// <param name="request">Who asks.</param>
    /// <param name="cartId">The cart.</param>
    /// <param name="lineId">The id of a line or of an add-on.</param>
    /// <param name="patch">What is to change: what is null in it stays as it is.</param>
    /// <returns>What changed, and the cart without its lines.</returns>
    /// <exception cref="CartEngineException">
    /// The request is unusable, the cart or line is not there, has been ordered, or the cart has
    /// another etag.
    /// </exception>
    public LineChanges ChangeLine(Request request, string cartId, long lineId, CartLineItem patch)
    {
        using var cartIdText = Utf8Text.Of(cartId, stackalloc byte[Utf8Text.StackBytes]);
        using var lineIdText = Utf8Text.Of(
            Text(lineId), stackalloc byte[Utf8Text.StackBytes], nameof(lineId));
        using var patchText = Utf8Text.Json(patch);
        return Call(&NativeMethods.cart_line_change, request, cartIdText, lineIdText, patchText)
            .Read<LineChanges>();
    }

    /// <summary>Changes a line or an add-on. Lists are replaced as a whole.</summary>
    /// <remarks>
    /// It means the same as the <see cref="Update"/> that sends the whole resulting cart.
    /// </remarks>
    /// <param name="request">Who asks.</param>
    /// <param name="cartId">The cart.</param>
    /// <param name="lineId">The id of a line or of an add-on.</param>
    /// <param name="patch">A JSON merge patch: what is null in it is removed from the line.</param>
    /// <returns>What changed, and the cart without its lines.</returns>
    /// <exception cref="CartEngineException">
    /// The request is unusable, the cart or line is not there, has been ordered, or the cart has
    /// another etag.
    /// </exception>
    public LineChanges ChangeLine(Request request, string cartId, long lineId, JsonObject patch)
    {
        using var cartIdText = Utf8Text.Of(cartId, stackalloc byte[Utf8Text.StackBytes]);
        using var lineIdText = Utf8Text.Of(
            Text(lineId), stackalloc byte[Utf8Text.StackBytes], nameof(lineId));
        using var patchText = Utf8Text.Json(patch);
        return Call(&NativeMethods.cart_line_change, request, cartIdText, lineIdText, patchText)
            .Read<LineChanges>();
    }

    /// <summary>Changes a line or an add-on. Lists are replaced as a whole.</summary>
    /// <remarks>
    /// It means the same as the <see cref="Update"/> that sends the whole resulting cart.
    /// </remarks>
    /// <param name="request">Who asks.</param>
    /// <param name="cartId">The cart.</param>
    /// <param name="lineId">The id of a line or of an add-on.</param>
    /// <param name="patch">
    /// A JSON merge patch as text: what is null in it is removed from the line.
    /// </param>
    /// <returns>What changed, and the cart without its lines, as JSON text.</returns>
    /// <exception cref="CartEngineException">
    /// The request is unusable, the cart or line is not there, has been ordered, or the cart has
    /// another etag.
    /// </exception>
    public string ChangeLineJson(Request request, string cartId, long lineId, string patch)
    {
        using var cartIdText = Utf8Text.Of(cartId, stackalloc byte[Utf8Text.StackBytes]);
        using var lineIdText = Utf8Text.Of(
            Text(lineId), stackalloc byte[Utf8Text.StackBytes], nameof(lineId));
        using var patchText = Utf8Text.Of(patch, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_line_change, request, cartIdText, lineIdText, patchText)
            .ReadText();
    }

    /// <summary>
    /// Removes a line with its add-ons, or an add-on. The last line cannot be removed.
    /// </summary>
    /// <remarks>
    /// It means the same as the <see cref="Update"/> that sends the whole resulting cart.
    /// </remarks>
    /// <param name="request">Who asks.</param>
    /// <param name="cartId">The cart.</param>
    /// <param name="lineId">The id of a line or of an add-on.</param>
    /// <returns>What changed, and the cart without its lines.</returns>
    /// <exception cref="CartEngineException">
    /// The request is unusable, the cart or line is not there, has been ordered, or the cart has
    /// another etag.
    /// </exception>
    public LineChanges RemoveLine(Request request, string cartId, long lineId)
    {
        using var cartIdText = Utf8Text.Of(cartId, stackalloc byte[Utf8Text.StackBytes]);
        using var lineIdText = Utf8Text.Of(
            Text(lineId), stackalloc byte[Utf8Text.StackBytes], nameof(lineId));
        return Call(&NativeMethods.cart_line_remove, request, cartIdText, lineIdText)
            .Read<LineChanges>();
    }

    /// <summary>
    /// Removes a line with its add-ons, or an add-on. The last line cannot be removed.
    /// </summary>
    /// <remarks>
    /// It means the same as the <see cref="Update"/> that sends the whole resulting cart.
    /// </remarks>
    /// <param name="request">Who asks.</param>
    /// <param name="cartId">The cart.</param>
    /// <param name="lineId">The id of a line or of an add-on.</param>
    /// <returns>What changed, and the cart without its lines, as JSON text.</returns>
    /// <exception cref="CartEngineException">
    /// The request is unusable, the cart or line is not there, has been ordered, or the cart has
    /// another etag.
    /// </exception>
    public string RemoveLineJson(Request request, string cartId, long lineId)
    {
        using var cartIdText = Utf8Text.Of(cartId, stackalloc byte[Utf8Text.StackBytes]);
        using var lineIdText = Utf8Text.Of(
            Text(lineId), stackalloc byte[Utf8Text.StackBytes], nameof(lineId));
        return Call(&NativeMethods.cart_line_remove, request, cartIdText, lineIdText).ReadText();
    }

    private static string Text(long lineId) => lineId.ToString(CultureInfo.InvariantCulture);
}
