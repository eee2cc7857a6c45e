using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels.Letters;

/// <summary>Letters in the words of the port.</summary>
internal static class DeadLetterViews
{
    public static DeadLetterView Of(DeadLetter letter)
    {
        var poison = letter.Event;
        return new DeadLetterView(
            letter.Id, poison.Consumer, poison.Stream.StreamId, poison.Version, poison.Position, poison.EventId, poison.Type, poison.Cause,
            letter.State, letter.Attempts, letter.Waiting, letter.ParkedAt, letter.ClosedAt);
    }

    /// <param name="stored">The event as it stands in the log.</param>
    public static DeadLetterDetails Of(
        DeadLetter letter, RecordedEvent? stored, EventRepair? repair, IReadOnlyList<DeadLetterAction> actions) => new(
        Of(letter), stored?.Data ?? default, stored?.Metadata ?? default,
        repair is null ? null : new EventRepairView(repair.Number, letter.Event.Type, repair.Actor, repair.Reason, repair.RepairedAt),
        repair?.Type, repair?.Data ?? default,
        [.. actions.Select(action => new DeadLetterActionView(action.Action, action.Actor, action.Reason, action.Outcome, action.ActedAt))]);
}
