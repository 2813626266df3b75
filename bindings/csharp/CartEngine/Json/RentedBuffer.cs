using System.Buffers;

namespace CartEngine.Json;

/// <summary>A growing buffer in an array of the shared pool.</summary>
internal sealed class RentedBuffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstBytes = 4096;

    private byte[] array = ArrayPool<byte>.Shared.Rent(FirstBytes);
    private int length;

    public void Advance(int count) => length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return array.AsMemory(length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return array.AsSpan(length);
    }

    /// <summary>
    /// Hands over the array, what was written ended by NUL. The buffer is empty from then on.
    /// </summary>
    public byte[] DetachTerminated()
    {
        Reserve(1);
        array[length] = 0;
        var detached = array;
        array = [];
        length = 0;
        return detached;
    }

    public void Dispose()
    {
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
            array = [];
        }
    }

    private void Reserve(int count)
    {
        // A writer that asks for nothing in particular still expects some room.
        var needed = checked(length + Math.Max(count, 1));
        if (needed <= array.Length)
        {
            return;
        }
        var larger = ArrayPool<byte>.Shared.Rent(
            (int)Math.Min(Math.Max(needed, 2L * array.Length), Array.MaxLength));
        array.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(array);
        array = larger;
    }
}
