namespace CartEngine;

/// <summary>
/// Who asks, and how a call is to be taken. Texts are at most 128 characters of printable ASCII
/// without spaces.
/// </summary>
/// <remarks>
/// One request can serve many calls; <c>request with { … }</c> makes a variant of it.
/// </remarks>
public sealed record Request
{
    /// <summary>
    /// The customer whose cart or order it is. A cart of another customer does not exist for this
    /// one.
    /// </summary>
    public required string CustomerId { get; init; }

    /// <summary>
    /// Who acts. Required on changes: it becomes <see cref="CartHeader.LastModifiedUser"/>.
    /// </summary>
    public string? User { get; init; }

    /// <summary>
    /// Makes a change safe to repeat: the same request with the same id is answered with the first
    /// answer and changes nothing; another request with it fails with
    /// <see cref="EngineStatus.RequestIdReused"/>.
    /// </summary>
    public string? RequestId { get; init; }

    /// <summary>Comes back as <see cref="CartEngineException.CorrelationId"/>.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>
    /// The <see cref="CartHeader.Etag"/> that the cart must have for the change to happen, else it
    /// fails with <see cref="EngineStatus.Conflict"/>. Null: the last writer wins.
    /// </summary>
    public string? IfMatch { get; init; }
}
