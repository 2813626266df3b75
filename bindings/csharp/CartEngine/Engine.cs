using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using CartEngine.Json;
using CartEngine.Native;

namespace CartEngine;

/// <summary>
/// Carts, orders, customers and a catalog in one database. Any thread may call an engine at any
/// time; calls run in parallel.
/// </summary>
/// <remarks>
/// <para>
/// Most calls come in two forms: one takes and answers typed documents, the other, named
/// <c>…Json</c>, JSON text.
/// </para>
/// <para>
/// Disposing of an engine beside calls in other threads is safe: later calls throw
/// <see cref="ObjectDisposedException"/>, and the database is closed when the last call under way
/// has returned.
/// </para>
/// <para>Calls that fail throw <see cref="CartEngineException"/> and have changed nothing.</para>
/// </remarks>
public sealed unsafe partial class Engine : IDisposable
{
    private readonly EngineHandle handle;

    // The handle itself refuses calls only once it is closed, which calls that overlap without end
    // would put off for ever.
    private volatile bool isDisposed;

    static Engine() => NativeLibraryResolver.Register();

    private Engine(EngineHandle handle, string optionsJson)
    {
        this.handle = handle;
        OptionsJson = optionsJson;
    }

    /// <summary>The version of the native library.</summary>
    public static string Version => StaticText(NativeMethods.cart_version());

    /// <summary>The version of the native library's C interface.</summary>
    public static int AbiVersion => (int)NativeMethods.cart_abi_version();

    /// <summary>
    /// Reads and writes documents as the engine does: with it, documents kept or received as text
    /// become <see cref="Cart"/>, <see cref="Customer"/> and so on. It cannot be changed.
    /// </summary>
    public static JsonSerializerOptions JsonOptions => CartJson.Options;

    /// <summary>The options in force.</summary>
    public EngineOptions Options => JsonSerializer.Deserialize<EngineOptions>(
        OptionsJson, CartJson.Options)!;

    /// <summary>The options in force, as JSON text.</summary>
    public string OptionsJson { get; }

    private EngineHandle Handle
    {
        get
        {
            ProgressWatch.ThrowIfReporting();
            ObjectDisposedException.ThrowIf(isDisposed, this);
            return handle;
        }
    }

    /// <summary>Opens an engine on a database; a file that is not there is made.</summary>
    /// <param name="options">How to open it.</param>
    /// <returns>The engine; dispose of it to close the database.</returns>
    /// <exception cref="CartEngineException">
    /// An option cannot be used, or the database cannot be opened.
    /// </exception>
    /// <exception cref="DllNotFoundException">The native library was not found.</exception>
    public static Engine Open(EngineOptions options)
    {
        using var text = Utf8Text.Json(options);
        return Open(text);
    }

    /// <summary>Opens an engine on a database; a file that is not there is made.</summary>
    /// <param name="options">How to open it, as JSON text.</param>
    /// <returns>The engine; dispose of it to close the database.</returns>
    /// <exception cref="CartEngineException">
    /// An option cannot be used, or the database cannot be opened.
    /// </exception>
    /// <exception cref="DllNotFoundException">The native library was not found.</exception>
    public static Engine OpenJson(string options)
    {
        using var text = Utf8Text.Of(options, stackalloc byte[Utf8Text.StackBytes]);
        return Open(text);
    }

    /// <summary>The name that the C interface has for a status.</summary>
    /// <param name="status">Any number.</param>
    /// <returns>A name such as <c>CART_STATUS_OK</c>.</returns>
    public static string StatusName(EngineStatus status) =>
        StaticText(NativeMethods.cart_status_name((int)status));

    /// <summary>
    /// Closes the database when the last call under way has returned. It may be repeated.
    /// </summary>
    public void Dispose()
    {
        isDisposed = true;
        handle.Dispose();
    }

    private static Engine Open(Utf8Text options)
    {
        var abi = NativeMethods.cart_abi_version();
        if (abi != NativeMethods.CART_ABI_VERSION)
        {
            throw new NotSupportedException(
                $"the native library speaks ABI {abi}, not {NativeMethods.CART_ABI_VERSION}");
        }
        var answer = EngineHandle.Open(options.Pointer, out var handle);
        try
        {
            return new Engine(handle, answer.ReadText());
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static string StaticText(byte* text) =>
        Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    // One helper for each shape of call. They take the native function itself, so that a public
    // method is a few lines.

    private NativeAnswer Call(delegate*<EngineHandle, byte**, int> function)
    {
        byte* answer = null;
        var status = function(Handle, &answer);
        return NativeAnswer.Check(status, answer);
    }

    private NativeAnswer Call(
        delegate*<EngineHandle, byte*, byte**, int> function, Utf8Text argument)
    {
        byte* answer = null;
        var status = function(Handle, argument.Pointer, &answer);
        return NativeAnswer.Check(status, answer);
    }

    private NativeAnswer Call(
        delegate*<EngineHandle, cart_request*, byte*, byte**, int> function,
        Request request,
        Utf8Text argument)
    {
        using var texts = new NativeRequest(request, stackalloc byte[NativeRequest.StackBytes]);
        var native = texts.Struct;
        byte* answer = null;
        var status = function(Handle, &native, argument.Pointer, &answer);
        return NativeAnswer.Check(status, answer);
    }

    private NativeAnswer Call(
        delegate*<EngineHandle, cart_request*, byte*, byte*, byte**, int> function,
        Request request,
        Utf8Text first,
        Utf8Text second)
    {
        using var texts = new NativeRequest(request, stackalloc byte[NativeRequest.StackBytes]);
        var native = texts.Struct;
        byte* answer = null;
        var status = function(Handle, &native, first.Pointer, second.Pointer, &answer);
        return NativeAnswer.Check(status, answer);
    }

    private NativeAnswer Call(
        delegate*<EngineHandle, cart_request*, byte*, byte*, byte*, byte**, int> function,
        Request request,
        Utf8Text first,
        Utf8Text second,
        Utf8Text third)
    {
        using var texts = new NativeRequest(request, stackalloc byte[NativeRequest.StackBytes]);
        var native = texts.Struct;
        byte* answer = null;
        var status = function(
            Handle, &native, first.Pointer, second.Pointer, third.Pointer, &answer);
        return NativeAnswer.Check(status, answer);
    }
}
