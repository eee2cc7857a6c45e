using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Grains.Interfaces;

/// <summary>A stream's state at one version.</summary>
/// <param name="State">One of the aggregate's states, from before its first event on; null when the read was refused.</param>
/// <param name="Version">0 when the stream does not exist.</param>
/// <param name="Position">The log position of that version's event; 0 when there is none.</param>
/// <param name="Code">Why the read was refused, one of <see cref="CallRefusals"/>; else null.</param>
/// <param name="Detail">One sentence for a person, where there is a code.</param>
[GenerateSerializer, Immutable, Alias("orders.StateReply`1")]
public sealed record StateReply<TState>(
    [property: Id(0)] TState? State, [property: Id(1)] long Version, [property: Id(2)] long Position,
    [property: Id(3)] string? Code = null, [property: Id(4)] string? Detail = null)
    where TState : class
{
    public static StateReply<TState> Refuse(string code, string detail) => new(null, 0, 0, code, detail);

    /// <exception cref="InvalidOperationException">The read was refused.</exception>
    public Loaded<TState> ToLoaded() => State is null
        ? throw new InvalidOperationException($"The read was refused ({Code}): {Detail}")
        : new Loaded<TState>(State, Version, Position);
}
