using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>A dead letter with all that is known of it.</summary>
/// <param name="Data">The event's data as it is stored.</param>
/// <param name="Repair">What is read in its place, when it was repaired; who, when and why.</param>
/// <param name="RepairType">The repair's stored name.</param>
/// <param name="RepairData">The repair's data.</param>
/// <param name="Actions">What was done about the letter, oldest first.</param>
public sealed record DeadLetterReply(
    DeadLetterView Letter, RawJson Data, RawJson Metadata, EventRepairView? Repair, string? RepairType, RawJson? RepairData,
    IReadOnlyList<DeadLetterActionView> Actions)
{
    internal static DeadLetterReply From(DeadLetterDetails details) => new(
        details.Letter, new RawJson(details.Data), new RawJson(details.Metadata), details.Repair, details.RepairType,
        details.Repair is null ? null : new RawJson(details.RepairData), details.Actions);
}

/// <param name="Number">The event's first repair is 1; the newest counts.</param>
public sealed record RepairReply(Guid Id, int Number);
