using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using CartEngine.Json;

namespace CartEngine.Native;

/// <summary>
/// The document that a call answered, still in native memory. Each of its readers reads it once and
/// releases it.
/// </summary>
internal readonly unsafe struct NativeAnswer
{
    private readonly byte* document;

    private NativeAnswer(byte* document) => this.document = document;

    /// <summary>
    /// The answer of a call that succeeded; else the exception that its error document tells.
    /// </summary>
    public static NativeAnswer Check(int status, byte* document) =>
        status == NativeMethods.CART_STATUS_OK
            ? new NativeAnswer(document)
            : throw ReadError(status, document);

    /// <summary>The exception that an error document tells, read and released.</summary>
    public static CartEngineException ReadError(int status, byte* document)
    {
        // A call has no document to give when memory ran out: the status must do.
        var error = document is null
            ? new ErrorDocument()
            : new NativeAnswer(document).Read<ErrorDocument>();
        return new CartEngineException((EngineStatus)status, error);
    }

    /// <summary>The document as a typed result.</summary>
    public T Read<T>()
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Utf8, CartJson.Options)
                ?? throw new JsonException(
                    $"the engine answered null where a {typeof(T).Name} was due");
        }
        finally
        {
            Release();
        }
    }

    /// <summary>The document as JSON text.</summary>
    public string ReadText()
    {
        try
        {
            return Encoding.UTF8.GetString(Utf8);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Releases a document that nobody reads.</summary>
    public void Release() => NativeMethods.cart_string_free(document);

    private ReadOnlySpan<byte> Utf8 => MemoryMarshal.CreateReadOnlySpanFromNullTerminated(document);
}
