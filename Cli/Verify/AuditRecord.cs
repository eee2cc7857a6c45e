using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Auditing;

namespace OrleansOrders.Cli.Verify;

/// <summary>
/// The audit: numbered 1..end, each line with the hash of its content and of the line before, every outcome of an intent
/// before it, and the head what the last line makes it.
/// </summary>
/// <remarks>
/// Whoever may write everything can compute the whole chain anew. What they cannot do is make it end in the hash that
/// stands elsewhere: in a backup's manifest, or wherever somebody has noted what this says.
/// </remarks>
internal sealed class AuditRecord
{
    private const string Lines = $"select {AuditTable.Columns} from audit order by number";

    private readonly Findings findings = new(11, "audit");
    private long last;
    private byte[] hash = AuditChain.Start.ToArray();

    public async Task Check(LogSnapshot snapshot, CancellationToken cancellation)
    {
        await foreach (var row in snapshot.Read(Lines, cancellation))
        {
            var (entry, stored) = AuditTable.Read(row);
            if (entry.Number != last + 1)
                findings.Add(entry.Number <= last ? (FormattableString)$"line {entry.Number} is there twice" : $"after line {last} comes {entry.Number}");
            if (!AuditChain.Next(hash, entry).AsSpan().SequenceEqual(stored))
                findings.Add($"line {entry.Number}, {entry.Action.Action} by {entry.Action.Actor}, does not follow from the line before it and its content");
            if (entry.Kind == AuditEntry.Ended && !(entry.Intent < entry.Number))
                findings.Add($"line {entry.Number} is the outcome of no line before it");
            (last, hash) = (entry.Number, stored);
        }
        var heads = 0;
        await foreach (var head in snapshot.Read("select number, hash from audit_head", cancellation))
        {
            heads++;
            if (head.GetInt64(0) != last || !head.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(hash))
                findings.Add($"the head says that the record ends with line {head.GetInt64(0)}; it ends with {last}, or another one");
        }
        if (heads != 1)
            findings.Add($"there are {heads} heads of the record, not one");
    }

    public InvariantReport ToReport() => findings.ToReport($"{last} lines, ending in {Convert.ToHexStringLower(hash)[..16]}");
}
