using System.Text;
using OrleansOrders.Cli.Simulation;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli.Simulation;

/// <summary>Whatever version the writer saw, his events go behind what is there.</summary>
internal sealed class StoreWithoutVersionKey(IEventStore inner) : StoreInBetween(inner)
{
    public override async Task<AppendResult> Append(Append append, CancellationToken cancellation) => append.Events.Count == 0
        ? await Inner.Append(append, cancellation)
        : await Inner.Append(append with { Expected = await Inner.ReadHead(append.Stream, cancellation) }, cancellation);
}

/// <summary>What conflicts is put behind what was faster, without deciding again.</summary>
internal sealed class StoreThatAppendsBehind(IEventStore inner) : StoreInBetween(inner)
{
    public override async Task<AppendResult> Append(Append append, CancellationToken cancellation)
    {
        var result = await Inner.Append(append, cancellation);
        return result is AppendResult.Conflict && append.Events.Count > 0
            ? await Inner.Append(append with { Expected = await Inner.ReadHead(append.Stream, cancellation) }, cancellation)
            : result;
    }
}

/// <summary>A refusal, or "already done", is believed whatever has happened since.</summary>
internal sealed class StoreWithUnfencedRefusals(IEventStore inner) : StoreInBetween(inner)
{
    public override async Task<AppendResult> Append(Append append, CancellationToken cancellation) => append.Events.Count > 0
        ? await Inner.Append(append, cancellation)
        : await Inner.Append(append with { Expected = await Inner.ReadHead(append.Stream, cancellation) }, cancellation);
}

internal sealed class StoreThatForgetsReceipts(IEventStore inner) : StoreInBetween(inner)
{
    public override Task<AppendResult> Append(Append append, CancellationToken cancellation) =>
        Inner.Append(append with { Receipt = null }, cancellation);
}

/// <summary>Who comes with a used key gets the first answer, whatever he asks for.</summary>
internal sealed class StoreThatIgnoresFingerprints(IEventStore inner) : StoreInBetween(inner)
{
    public override async Task<AppendResult> Append(Append append, CancellationToken cancellation)
    {
        var result = await Inner.Append(append, cancellation);
        return result is AppendResult.AlreadyReceived { Receipt: var stored }
            ? new AppendResult.AlreadyReceived(stored with { Receipt = stored.Receipt with { Fingerprint = append.Receipt!.Fingerprint } })
            : result;
    }

    public override Task<StoredReceipt?> FindReceipt(string tenant, Guid commandId, CancellationToken cancellation) =>
        Task.FromResult<StoredReceipt?>(null);
}

/// <summary>Every twentieth append is acknowledged and then lost.</summary>
internal sealed class StoreThatAcknowledgesFirst(IEventStore inner) : StoreInBetween(inner)
{
    private int appends;

    public override Task<AppendResult> Append(Append append, CancellationToken cancellation)
    {
        if (++appends % 20 != 0 || append.Events.Count == 0)
            return Inner.Append(append, cancellation);
        var head = append.Expected;
        for (var i = 0; i < append.Events.Count; i++)
            head = new StreamHead(head.Version + 1, head.Position + 1, HashChain.Next(head.Hash.Span, append.Stream, head.Version + 1, append.Events[i]));
        return Task.FromResult<AppendResult>(new AppendResult.Appended(head, DateTimeOffset.UnixEpoch));
    }
}

/// <summary>Events go to the topics before they are committed, which some never are.</summary>
internal sealed class StoreThatPublishesFirst(World world, IEventStore inner) : StoreInBetween(inner)
{
    public override async Task<AppendResult> Append(Append append, CancellationToken cancellation)
    {
        var (position, version) = (await Inner.ReadEnd(cancellation), append.Expected.Version);
        foreach (var added in append.Events)
        {
            world.Topic.Append(new Message(new RecordedEvent(
                ++position, append.Stream, ++version, added.EventId, added.Type, added.Data, added.Metadata, added.OccurredAt, added.OccurredAt,
                new byte[32]), 1));
        }
        return await Inner.Append(append, cancellation);
    }
}

/// <summary>A state that misses some of its events, and says that it stands for all of them.</summary>
internal sealed class StoreWithWrongFold(IEventStore inner, string left) : StoreInBetween(inner)
{
    public override Task<(int Taken, StreamHead Head)> FoldStream(
        StreamName stream, long afterVersion, int limit, Func<FoldableEvent, bool> take, CancellationToken cancellation) =>
        Inner.FoldStream(stream, afterVersion, limit, folded => folded.Type.StartsWith(left, StringComparison.Ordinal) || take(folded), cancellation);
}

/// <summary>Snapshots claim to be of the newest version, whichever they were taken of.</summary>
internal sealed class StoreWithStaleSnapshots(IEventStore inner) : StoreInBetween(inner)
{
    public override async Task<Snapshot?> ReadSnapshot(StreamName stream, string schema, CancellationToken cancellation) =>
        await Inner.ReadSnapshot(stream, schema, cancellation) is { } snapshot
            ? snapshot with { Head = await Inner.ReadHead(stream, cancellation) }
            : null;
}

/// <summary>Whoever asks where a stream ends is told where it ended when somebody first asked.</summary>
internal sealed class StoreWithOldHeads(IEventStore inner) : StoreInBetween(inner)
{
    private readonly Dictionary<StreamName, StreamHead> heads = [];

    public override async Task<StreamHead> ReadHead(StreamName stream, CancellationToken cancellation)
    {
        if (!heads.TryGetValue(stream, out var head))
            heads.Add(stream, head = await Inner.ReadHead(stream, cancellation));
        return head;
    }
}

/// <summary>Streams are looked up by their id alone.</summary>
internal sealed class StoreWithoutTenants(IEventStore inner) : StoreInBetween(inner)
{
    public override Task<(int Taken, StreamHead Head)> FoldStream(
        StreamName stream, long afterVersion, int limit, Func<FoldableEvent, bool> take, CancellationToken cancellation) =>
        Inner.FoldStream(stream with { Tenant = "red" }, afterVersion, limit, take, cancellation);
}

/// <summary>The events of one tenant are written with another's name in them.</summary>
internal sealed class StoreThatMixesTenants(IEventStore inner) : StoreInBetween(inner)
{
    public override Task<AppendResult> Append(Append append, CancellationToken cancellation) => Inner.Append(
        append with { Events = [.. append.Events.Select(added => added with { Metadata = Mixed(added.Metadata) })] }, cancellation);

    private static byte[] Mixed(byte[] metadata) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(metadata).Replace("@red", "@blue", StringComparison.Ordinal));
}

/// <summary>A reader of the log now and then misses an event, as one does who pages by a number that is given before the commit.</summary>
internal sealed class LogWithHoles(IEventStore inner) : StoreInBetween(inner)
{
    public override async Task<IReadOnlyList<RecordedEvent>> ReadLog(long afterPosition, int limit, CancellationToken cancellation)
    {
        var events = await Inner.ReadLog(afterPosition, limit, cancellation);
        return events.Count < 2 ? events : [.. events.Where((recorded, index) => index == events.Count - 1 || recorded.Position % 7 != 0)];
    }
}

/// <summary>Every event comes to the projections twice.</summary>
internal sealed class LogThatRepeats(IEventStore inner) : StoreInBetween(inner)
{
    public override async Task<IReadOnlyList<RecordedEvent>> ReadLog(long afterPosition, int limit, CancellationToken cancellation) =>
        [.. (await Inner.ReadLog(afterPosition, limit, cancellation)).SelectMany(recorded => new[] { recorded, recorded })];
}
