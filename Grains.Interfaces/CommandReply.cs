using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Grains.Interfaces;

/// <summary>What became of a command.</summary>
public enum CommandStatus
{
    /// <summary>Decided and durable.</summary>
    Done,

    /// <summary>Refused, by the rules or because the call itself is wrong; <see cref="CommandReply.Code"/> says why.</summary>
    Refused,

    /// <summary>The key was used before, for another command.</summary>
    KeyReused,

    /// <summary>The stream is not at <see cref="CommandKey.IfVersion"/> but at <see cref="CommandReply.Version"/>.</summary>
    VersionMismatch,

    /// <summary>Nothing was decided, because the log cannot be reached; repeat with the same key.</summary>
    Unavailable,

    /// <summary>It may have been carried out or not; repeat with the same key to learn which.</summary>
    Unknown,
}

/// <summary>The answer to a command. A refusal is an answer, never an exception.</summary>
/// <param name="Version">The stream's version after the command, or that it was refused on; 0 when there is none.</param>
/// <param name="Position">The log position of that version's event, for <c>min-position</c>; 0 when nothing is done.</param>
/// <param name="IsReplayed">The answer is that of an earlier sending.</param>
/// <param name="Code">A stable code of a refusal: one of <c>Refusals</c> or <see cref="CallRefusals"/>; else null.</param>
/// <param name="Detail">One sentence for a person, where there is a code or no answer.</param>
[GenerateSerializer, Immutable, Alias("orders.CommandReply")]
public sealed record CommandReply(
    [property: Id(0)] CommandStatus Status, [property: Id(1)] long Version = 0, [property: Id(2)] long Position = 0,
    [property: Id(3)] bool IsReplayed = false, [property: Id(4)] string? Code = null, [property: Id(5)] string? Detail = null)
{
    public static CommandReply Refuse(string code, string detail) => new(CommandStatus.Refused, Code: code, Detail: detail);

    public static CommandReply From(CommandOutcome outcome) => outcome switch
    {
        CommandOutcome.Done done => new CommandReply(CommandStatus.Done, done.Version, done.Position, done.Replayed),
        CommandOutcome.Refused refused => new CommandReply(
            CommandStatus.Refused, refused.Version, 0, refused.Replayed, refused.Code, refused.Detail),
        CommandOutcome.VersionMismatch mismatch => new CommandReply(CommandStatus.VersionMismatch, mismatch.Actual),
        _ => new CommandReply(CommandStatus.KeyReused),
    };

    /// <summary>The same in the words of the port that both editions have.</summary>
    /// <exception cref="UnavailableException">Nothing was decided.</exception>
    /// <exception cref="OutcomeUnknownException">It may have happened.</exception>
    public CommandOutcome ToOutcome() => Status switch
    {
        CommandStatus.Done => new CommandOutcome.Done(Version, Position, IsReplayed),
        CommandStatus.Refused => new CommandOutcome.Refused(Code!, Detail ?? "", Version, IsReplayed),
        CommandStatus.VersionMismatch => new CommandOutcome.VersionMismatch(Version),
        CommandStatus.KeyReused => new CommandOutcome.KeyReused(),
        CommandStatus.Unavailable => throw new UnavailableException(Detail ?? "The log cannot be reached."),
        _ => throw new OutcomeUnknownException(Detail ?? "It is not known whether the command was carried out."),
    };
}

/// <summary>Refusals of a call itself, whatever its command.</summary>
public static class CallRefusals
{
    /// <summary>The grain's id is not a tenant and an id.</summary>
    public const string GrainIdInvalid = "grain-id-invalid";

    /// <summary>The caller has no tenant, or not the grain's.</summary>
    public const string TenantMismatch = "tenant-mismatch";

    /// <summary>The cluster does not serve this tenant.</summary>
    public const string TenantUnknown = "tenant-unknown";

    /// <summary>The command names another order, SKU or customer than the grain's.</summary>
    public const string WrongAggregate = "wrong-aggregate";

    /// <summary>A text in the command is missing or too long, or it has too many lines.</summary>
    public const string CommandOutOfShape = "command-out-of-shape";

    /// <summary>The command holds what may be a card's number.</summary>
    public const string CardNumber = "card-number";

    /// <summary>The caller speaks a version of the contracts that the cluster no longer takes, or does not know yet.</summary>
    public const string ContractVersion = "contract-version";
}
