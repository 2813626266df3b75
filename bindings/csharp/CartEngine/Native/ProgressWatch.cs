using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace CartEngine.Native;

/// <summary>
/// Stands between a native call and those who watch it: passes progress on, ends the call when it
/// is cancelled or when a watcher throws, and afterwards throws what the watcher threw.
/// </summary>
internal sealed unsafe class ProgressWatch : IDisposable
{
    private const int GoOn = 1;
    private const int Cancel = 0;

    [ThreadStatic]
    private static bool isReporting;

    private readonly IProgress<EngineProgress>? progress;
    private readonly CancellationToken cancellation;
    private readonly GCHandle self;
    private ExceptionDispatchInfo? thrown;

    public ProgressWatch(IProgress<EngineProgress>? progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        this.progress = progress;
        this.cancellation = cancellation;
        self = GCHandle.Alloc(this);
    }

    /// <summary>What the call is to call, or null when nobody watches.</summary>
    public delegate* unmanaged[Cdecl]<void*, ulong, ulong, int> Callback =>
        progress is null && !cancellation.CanBeCanceled ? null : &Report;

    /// <summary>What the call is to pass to <see cref="Callback"/>.</summary>
    public void* Context => (void*)GCHandle.ToIntPtr(self);

    /// <summary>
    /// An engine cannot take a call from within a callback; a deadlock would be worse than an
    /// exception.
    /// </summary>
    public static void ThrowIfReporting()
    {
        if (isReporting)
        {
            throw new InvalidOperationException(
                "the engine cannot be called while it reports progress");
        }
    }

    /// <summary>The answer of the call that was watched, or the exception that ended it.</summary>
    public NativeAnswer Check(int status, byte* document)
    {
        if (thrown is not null)
        {
            NativeMethods.cart_string_free(document);
            thrown.Throw();
        }
        if (status == NativeMethods.CART_STATUS_CANCELLED)
        {
            var cause = NativeAnswer.ReadError(status, document);
            throw new OperationCanceledException(cause.Message, cause, cancellation);
        }
        return NativeAnswer.Check(status, document);
    }

    public void Dispose() => self.Free();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Report(void* context, ulong done, ulong total) =>
        ((ProgressWatch)GCHandle.FromIntPtr((nint)context).Target!).Report(done, total);

    private int Report(ulong done, ulong total)
    {
        if (thrown is not null || cancellation.IsCancellationRequested)
        {
            return Cancel;
        }
        isReporting = true;
        try
        {
            progress?.Report(new EngineProgress((long)done, (long)total));
        }
        catch (Exception exception)
        {
            // Nothing may be thrown through native code: it is kept, and thrown once the call has
            // returned.
            thrown = ExceptionDispatchInfo.Capture(exception);
        }
        finally
        {
            isReporting = false;
        }
        return thrown is not null || cancellation.IsCancellationRequested ? Cancel : GoOn;
    }
}
