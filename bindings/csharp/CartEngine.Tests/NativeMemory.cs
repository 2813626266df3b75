using System.Runtime.InteropServices;
using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>
/// What the C library's allocator, which the engine's memory is from, has given out. The size of
/// the whole process would not tell: its managed heap grows and shrinks by megabytes as it likes.
/// </summary>
internal static class NativeMemory
{
    public static long BytesInUse()
    {
        try
        {
            var told = AllocatorState();
            return (long)(told.InUse + told.Mapped);
        }
        catch (EntryPointNotFoundException)
        {
            Assert.Ignore("needs mallinfo2, which the GNU C library has from 2.33 on");
            throw;
        }
    }

    [DllImport("libc", EntryPoint = "mallinfo2")]
    private static extern MallocInformation AllocatorState();

    /// <summary>The struct mallinfo2 of the GNU C library.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MallocInformation
    {
        public nuint Arena;
        public nuint FreeChunks;
        public nuint FastChunks;
        public nuint MappedRegions;
        public nuint Mapped;
        public nuint HighWater;
        public nuint FastFree;
        public nuint InUse;
        public nuint Free;
        public nuint Releasable;
    }
}
