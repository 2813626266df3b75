namespace CartEngine;

/// <summary>
/// What became of a call. Later engines may have further values: treat an unknown one as a failure.
/// </summary>
public enum EngineStatus
{
    /// <summary>The call succeeded.</summary>
    Ok = 0,

    /// <summary>An argument is absent, empty or over-long, or an option is unknown.</summary>
    InvalidArgument = 100,

    /// <summary>A document is not JSON, or nested deeper than 128.</summary>
    InvalidJson = 101,

    /// <summary>A document is JSON that the operation cannot use.</summary>
    InvalidRequest = 102,

    /// <summary>The engine was used in a way that is never allowed, such as after a fork.</summary>
    Misuse = 103,

    /// <summary>A document is larger, or a cart longer, than the engine's limits.</summary>
    LimitExceeded = 104,

    /// <summary>
    /// The cart, order, line or customer is not there; an expired cart is not there either.
    /// </summary>
    NotFound = 200,

    /// <summary>
    /// The cart does not have the etag that <see cref="Request.IfMatch"/> demands.
    /// </summary>
    Conflict = 201,

    /// <summary>The cart, or a line of it, has been ordered and can no longer change.</summary>
    CartOrdered = 202,

    /// <summary>The cart cannot be checked out while lines are in error.</summary>
    CartHasErrors = 203,

    /// <summary>The <see cref="Request.RequestId"/> was used before for another request.</summary>
    RequestIdReused = 204,

    /// <summary>
    /// Another process held the database longer than the busy time-out; the call may be repeated.
    /// </summary>
    StoreBusy = 300,

    /// <summary>The database could not be read or written.</summary>
    StoreIo = 301,

    /// <summary>The disk, or the database, is full.</summary>
    StoreFull = 302,

    /// <summary>The file is not an engine's database, or it is damaged.</summary>
    StoreCorrupt = 303,

    /// <summary>The database was written by a newer engine.</summary>
    StoreVersion = 304,

    /// <summary>The database can only be read.</summary>
    StoreReadOnly = 305,

    /// <summary>A remote store cannot be reached; the call may be repeated.</summary>
    StoreUnavailable = 306,

    /// <summary>
    /// The call was cancelled. Calls throw <see cref="OperationCanceledException"/> instead.
    /// </summary>
    Cancelled = 400,

    /// <summary>A defect of the engine. It stays usable, and the call changed nothing.</summary>
    Panic = 900,
}
