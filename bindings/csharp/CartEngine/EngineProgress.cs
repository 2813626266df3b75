namespace CartEngine;

/// <summary>How far a long call has come.</summary>
/// <param name="Done">The work done so far, in a unit of the call's choice.</param>
/// <param name="Total">
/// The whole work in the same unit; 0 while it is not known. It may grow.
/// </param>
public readonly record struct EngineProgress(long Done, long Total);
