using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CartEngine.Tests;

/// <summary>
/// Holds the turn of the one writer that a database has, as another process would: with a lock
/// that belongs to an open file and not to this process, which shares its own locks with itself.
/// </summary>
internal sealed class WriterTurn : IDisposable
{
    /// <summary>
    /// Where in the index of the log the writer's lock lies, as SQLite's format says.
    /// </summary>
    private const long WriteLockAt = 120;

    private const int SetLockOfOpenFile = 37;
    private const short WriteLock = 1;

    private readonly SafeFileHandle file;

    public WriterTurn(string database)
    {
        file = File.OpenHandle(
            $"{database}-shm", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var turn = new FileLock { Type = WriteLock, Start = WriteLockAt, Length = 1 };
        if (FileControl(file, SetLockOfOpenFile, ref turn) != 0)
        {
            throw new Win32Exception();
        }
    }

    // Closing the file also ends the locks that this process itself has on it. No other process is
    // there that could make use of that.
    public void Dispose() => file.Dispose();

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static extern int FileControl(SafeFileHandle file, int command, ref FileLock turn);

    /// <summary>The struct flock of Linux on 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FileLock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Process;
    }
}
