using System.Globalization;

namespace CartEngine;

/// <summary>Why a call failed. A call that failed has changed nothing.</summary>
public sealed class CartEngineException : Exception
{
    /// <summary>
    /// Makes an exception as the engine throws it; for tests of programs that handle it.
    /// </summary>
    /// <param name="status">What went wrong, for programs.</param>
    /// <param name="code">
    /// The service's code where one exists, else the number of the status.
    /// </param>
    /// <param name="name">What went wrong, in one word.</param>
    /// <param name="description">What was expected and what came.</param>
    public CartEngineException(EngineStatus status, string code, string name, string description)
        : this(status, new ErrorDocument { Code = code, Name = name, Description = description })
    {
    }

    internal CartEngineException(EngineStatus status, ErrorDocument document)
        : base($"{NameOf(status, document)} ({CodeOf(status, document)}): {document.Description}")
    {
        Status = status;
        Code = CodeOf(status, document);
        Name = NameOf(status, document);
        Description = document.Description ?? "";
        ErrorData = document.Data ?? [];
        IsRetryable = document.Retryable;
        CorrelationId = document.CorrelationId;
    }

    /// <summary>What went wrong, for programs.</summary>
    public EngineStatus Status { get; }

    /// <summary>
    /// The service's code where one exists (<c>800008</c>), else the number of the status.
    /// </summary>
    public string Code { get; }

    /// <summary>What went wrong, in one word: <c>CartNotFound</c>.</summary>
    public string Name { get; }

    /// <summary>What was expected and what came.</summary>
    public string Description { get; }

    /// <summary>
    /// The properties at fault (<c>lineItems[2].quantity</c>); on a conflict, the cart's current
    /// etag.
    /// </summary>
    public IReadOnlyList<string> ErrorData { get; }

    /// <summary>Whether the same call may succeed later without a change.</summary>
    public bool IsRetryable { get; }

    /// <summary>The <see cref="Request.CorrelationId"/> of the call.</summary>
    public string? CorrelationId { get; }

    // A document may be absent, or come from an engine that says less.

    private static string CodeOf(EngineStatus status, ErrorDocument document) =>
        document.Code ?? ((int)status).ToString(CultureInfo.InvariantCulture);

    private static string NameOf(EngineStatus status, ErrorDocument document) =>
        document.Name ?? status.ToString();
}

/// <summary>The error document of a call.</summary>
internal sealed record ErrorDocument
{
    public string? Code { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string>? Data { get; init; }

    public bool Retryable { get; init; }

    public string? CorrelationId { get; init; }
}
