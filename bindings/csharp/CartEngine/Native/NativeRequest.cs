namespace CartEngine.Native;

/// <summary>A <see cref="Request"/> as a native call takes it.</summary>
internal unsafe ref struct NativeRequest
{
    /// <summary>Bytes of stack for a request: the engine takes ids of at most 128 bytes.</summary>
    public const int StackBytes = Texts * TextBytes;

    private const int Texts = 5;
    private const int TextBytes = 136;

    private Utf8Text customerId;
    private Utf8Text user;
    private Utf8Text requestId;
    private Utf8Text correlationId;
    private Utf8Text ifMatch;

    /// <summary>Encodes a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="buffer">Memory of <see cref="StackBytes"/> on the caller's stack.</param>
    public NativeRequest(Request request, Span<byte> buffer)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            customerId = Utf8Text.Of(
                request.CustomerId, Part(buffer, 0), nameof(request.CustomerId));
            user = Utf8Text.Optional(request.User, Part(buffer, 1), nameof(request.User));
            requestId = Utf8Text.Optional(
                request.RequestId, Part(buffer, 2), nameof(request.RequestId));
            correlationId = Utf8Text.Optional(
                request.CorrelationId, Part(buffer, 3), nameof(request.CorrelationId));
            ifMatch = Utf8Text.Optional(request.IfMatch, Part(buffer, 4), nameof(request.IfMatch));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The struct to pass; it refers to this one's texts.</summary>
    public readonly cart_request Struct => new()
    {
        struct_size = (nuint)sizeof(cart_request),
        customer_id = customerId.Pointer,
        user = user.Pointer,
        request_id = requestId.Pointer,
        correlation_id = correlationId.Pointer,
        if_match = ifMatch.Pointer,
    };

    /// <summary>Gives back what was rented.</summary>
    public void Dispose()
    {
        customerId.Dispose();
        user.Dispose();
        requestId.Dispose();
        correlationId.Dispose();
        ifMatch.Dispose();
    }

    private static Span<byte> Part(Span<byte> buffer, int index) =>
        buffer.Slice(index * TextBytes, TextBytes);
}
