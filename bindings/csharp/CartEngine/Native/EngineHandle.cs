using System.Runtime.InteropServices;

namespace CartEngine.Native;

/// <summary>
/// An open engine. Every call counts on this handle while it runs, so disposing of it beside calls
/// in other threads closes the engine when the last of them has returned, and never under one.
/// </summary>
internal sealed unsafe class EngineHandle : SafeHandle
{
    public EngineHandle()
        : base(invalidHandleValue: 0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Opens an engine; the answer is the document of the options in force.</summary>
    public static NativeAnswer Open(byte* options, out EngineHandle opened)
    {
        // The handle is made first: once the engine is open, nothing may fail before someone owns
        // it.
        opened = new EngineHandle();
        cart_engine* engine = null;
        byte* answer = null;
        var status = NativeMethods.cart_engine_open(options, &engine, &answer);
        opened.SetHandle((nint)engine);
        return NativeAnswer.Check(status, answer);
    }

    protected override bool ReleaseHandle() =>
        NativeMethods.cart_engine_close((cart_engine*)handle, null) == NativeMethods.CART_STATUS_OK;
}
