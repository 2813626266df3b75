using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using CartEngine.Json;

namespace CartEngine.Native;

/// <summary>
/// A text as a native call takes it: UTF-8, ended by NUL, at an address that stays. Short texts lie
/// in the caller's stack buffer, longer ones in a rented array; either way the text is encoded once
/// and copied never.
/// </summary>
internal unsafe ref struct Utf8Text
{
    /// <summary>
    /// Bytes of stack for one argument: ids, queries and a cart line or two need no array.
    /// </summary>
    public const int StackBytes = 512;

    /// <summary>
    /// Refuses what has no UTF-8, where the usual encoding would quietly write something else.
    /// </summary>
    private static readonly UTF8Encoding Encoding = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private byte[]? rented;
    private GCHandle pin;

    /// <summary>The text, or null when it is absent.</summary>
    public byte* Pointer { get; private set; }

    /// <summary>A text that must be there.</summary>
    /// <param name="text">The text.</param>
    /// <param name="buffer">Memory on the caller's stack.</param>
    /// <param name="name">What the caller calls the argument.</param>
    public static Utf8Text Of(
        string text, Span<byte> buffer, [CallerArgumentExpression(nameof(text))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(text, name);
        return Optional(text, buffer, name);
    }

    /// <summary>A text that may be absent.</summary>
    /// <param name="text">The text, or null.</param>
    /// <param name="buffer">Memory on the caller's stack.</param>
    /// <param name="name">What the caller calls the argument.</param>
    public static Utf8Text Optional(
        string? text, Span<byte> buffer, [CallerArgumentExpression(nameof(text))] string name = "")
    {
        var result = default(Utf8Text);
        if (text is null)
        {
            return result;
        }
        if (text.Contains('\0'))
        {
            // Native code would take the text to end there.
            throw new ArgumentException($"{name} holds a NUL character", name);
        }
        result.Write(text, buffer, name);
        return result;
    }

    /// <summary>The JSON of a document that must be there.</summary>
    /// <param name="document">The document.</param>
    /// <param name="name">What the caller calls the argument.</param>
    public static Utf8Text Json<T>(
        T document, [CallerArgumentExpression(nameof(document))] string name = "")
        where T : class
    {
        ArgumentNullException.ThrowIfNull(document, name);
        var result = default(Utf8Text);
        try
        {
            result.Keep(CartJson.Serialize(document));
        }
        catch (JsonException unwritable)
        {
            throw new ArgumentException(
                $"{name} cannot be written as JSON: {unwritable.Path}: {unwritable.Message}",
                name,
                unwritable);
        }
        return result;
    }

    /// <summary>The JSON of a document that may be absent.</summary>
    public static Utf8Text OptionalJson<T>(T? document)
        where T : class => document is null ? default : Json(document);

    /// <summary>Gives back what was rented.</summary>
    public void Dispose()
    {
        if (rented is { } array)
        {
            rented = null;
            Pointer = null;
            pin.Free();
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private void Write(string text, Span<byte> buffer, string name)
    {
        try
        {
            if (Encoding.TryGetBytes(text, buffer[..^1], out var length))
            {
                buffer[length] = 0;
                Pointer = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(buffer));
                return;
            }
            var array = ArrayPool<byte>.Shared.Rent(Encoding.GetByteCount(text) + 1);
            array[Encoding.GetBytes(text, array)] = 0;
            Keep(array);
        }
        catch (EncoderFallbackException unencodable)
        {
            throw new ArgumentException(
                $"{name} holds half of a surrogate pair", name, unencodable);
        }
    }

    private void Keep(byte[] array)
    {
        rented = array;
        pin = GCHandle.Alloc(array, GCHandleType.Pinned);
        Pointer = (byte*)pin.AddrOfPinnedObject();
    }
}
