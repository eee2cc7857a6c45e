using Npgsql;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels.Rebuilding;

/// <summary>The letters of a read model whose table is replaced: what the rebuilt one holds is no longer waiting.</summary>
internal static class ShadowLetters
{
    private const string Actor = "rebuild";

    /// <summary>In the switch's transaction, which holds the fence: nobody else changes the projection's letters meanwhile.</summary>
    /// <param name="poison">What the rebuild could not fold.</param>
    public static async Task Take(
        NpgsqlConnection connection, string projection, IReadOnlyList<PoisonEvent> poison, CancellationToken cancellation)
    {
        var open = await DeadLetterBook.ListOpen(connection, projection, cancellation);
        var still = poison.Select(one => (one.Stream, one.Version)).ToHashSet();
        foreach (var letter in open.Where(letter => !still.Contains((letter.Event.Stream, letter.Event.Version))))
        {
            await DeadLetters.Close(connection, letter.Id, cancellation);
            var action = new DeadLetterAction(
                DeadLetterAction.Replay, Actor, "The read model was built anew.", "replayed with everything else");
            await DeadLetterBook.Record(connection, letter, action, cancellation);
        }
        var known = open.Select(letter => (letter.Event.Stream, letter.Event.Version)).ToHashSet();
        await DeadLetters.Park(
            connection, [.. poison.Where(one => !known.Contains((one.Stream, one.Version)))], cancellation);
    }
}
