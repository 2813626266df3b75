using CartEngine.Json;
using CartEngine.Native;

namespace CartEngine;

public sealed unsafe partial class Engine
{
    /// <summary>
    /// Fixes the engine's "now", so that tests repeat: it stands still until it is set again.
    /// </summary>
    /// <param name="now">The time; null: real time from now on.</param>
    public void SetClock(DateTimeOffset? now)
    {
        var timestamp = now is { } time ? TimestampConverter.Text(time) : null;
        using var text = Utf8Text.Optional(
            timestamp, stackalloc byte[Utf8Text.StackBytes], nameof(now));
        Call(&NativeMethods.cart_engine_set_clock, text).Release();
    }

    /// <summary>Tells counts, sizes and versions, for monitoring.</summary>
    /// <returns>The figures.</returns>
    public EngineStats Stats() => Call(&NativeMethods.cart_engine_stats).Read<EngineStats>();

    /// <summary>Tells counts, sizes and versions, for monitoring.</summary>
    /// <returns>The figures, as JSON text.</returns>
    public string StatsJson() => Call(&NativeMethods.cart_engine_stats).ReadText();

    /// <summary>
    /// Removes expired carts and old request ids for good, a bounded number in one call.
    /// </summary>
    /// <param name="options">What else to remove, and how much.</param>
    /// <returns>What was removed, and whether there is more.</returns>
    public PurgeResult Purge(PurgeOptions? options = null)
    {
        using var text = Utf8Text.OptionalJson(options);
        return Call(&NativeMethods.cart_engine_purge, text).Read<PurgeResult>();
    }

    /// <summary>
    /// Removes expired carts and old request ids for good, a bounded number in one call.
    /// </summary>
    /// <param name="options">What else to remove, and how much, as JSON text.</param>
    /// <returns>What was removed, and whether there is more, as JSON text.</returns>
    public string PurgeJson(string? options = null)
    {
        using var text = Utf8Text.Optional(options, stackalloc byte[Utf8Text.StackBytes]);
        return Call(&NativeMethods.cart_engine_purge, text).ReadText();
    }

    /// <summary>
    /// Checks the database and whether its documents agree with each other. Other calls go on
    /// meanwhile.
    /// </summary>
    /// <param name="progress">
    /// Told now and then how far it has come; it must not call an engine on the same thread.
    /// </param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>Whether everything is in order, and what is not.</returns>
    /// <exception cref="OperationCanceledException">The check was cancelled.</exception>
    public CheckResult Check(
        IProgress<EngineProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        RunCheck(progress, cancellationToken).Read<CheckResult>();

    /// <summary>
    /// Checks the database and whether its documents agree with each other. Other calls go on
    /// meanwhile.
    /// </summary>
    /// <param name="progress">
    /// Told now and then how far it has come; it must not call an engine on the same thread.
    /// </param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>Whether everything is in order, and what is not, as JSON text.</returns>
    /// <exception cref="OperationCanceledException">The check was cancelled.</exception>
    public string CheckJson(
        IProgress<EngineProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        RunCheck(progress, cancellationToken).ReadText();

    /// <summary>
    /// Copies the database, as it is at one moment, into a new file. Other calls go on meanwhile.
    /// </summary>
    /// <param name="path">
    /// The file to make; one that is already there is refused. A call that fails leaves none.
    /// </param>
    /// <param name="progress">
    /// Told now and then how far it has come; it must not call an engine on the same thread.
    /// </param>
    /// <param name="cancellationToken">Ends the copying.</param>
    /// <exception cref="CartEngineException">The file exists, or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The backup was cancelled.</exception>
    public void Backup(
        string path,
        IProgress<EngineProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        RunBackup(path, progress, cancellationToken).Release();

    /// <summary>
    /// Copies the database, as it is at one moment, into a new file. Other calls go on meanwhile.
    /// </summary>
    /// <param name="path">
    /// The file to make; one that is already there is refused. A call that fails leaves none.
    /// </param>
    /// <param name="progress">
    /// Told now and then how far it has come; it must not call an engine on the same thread.
    /// </param>
    /// <param name="cancellationToken">Ends the copying.</param>
    /// <returns>What was written, as JSON text.</returns>
    /// <exception cref="CartEngineException">The file exists, or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The backup was cancelled.</exception>
    public string BackupJson(
        string path,
        IProgress<EngineProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        RunBackup(path, progress, cancellationToken).ReadText();

    private NativeAnswer RunCheck(
        IProgress<EngineProgress>? progress, CancellationToken cancellation)
    {
        using var watch = new ProgressWatch(progress, cancellation);
        byte* answer = null;
        var status = NativeMethods.cart_engine_check(
            Handle, watch.Callback, watch.Context, &answer);
        return watch.Check(status, answer);
    }

    private NativeAnswer RunBackup(
        string path, IProgress<EngineProgress>? progress, CancellationToken cancellation)
    {
        using var pathText = Utf8Text.Of(path, stackalloc byte[Utf8Text.StackBytes]);
        using var watch = new ProgressWatch(progress, cancellation);
        byte* answer = null;
        var status = NativeMethods.cart_engine_backup(
            Handle, pathText.Pointer, watch.Callback, watch.Context, &answer);
        return watch.Check(status, answer);
    }
}
