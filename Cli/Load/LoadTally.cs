using OrleansOrders.Cli.Client;
using OrleansOrders.Cli.Import;

namespace OrleansOrders.Cli.Load;

/// <summary>What came of the requests of one kind. Safe for concurrent use.</summary>
internal sealed class LoadTally
{
    private readonly Outcomes refused = new();
    private readonly Outcomes failed = new();
    private long done;

    /// <summary>Of what was answered as it should be, and of time-outs. An error that comes quickly must not look good.</summary>
    public LatencyHistogram Latency { get; } = new();

    public long Done => Interlocked.Read(ref done);

    public IReadOnlyList<RefusedCount> Refused => refused.Refused;

    public IReadOnlyList<RefusedCount> Errors => failed.Refused;

    public void Count(string what, Answer answer, TimeSpan latency)
    {
        if (answer.Kind != AnswerKind.Failed)
            Latency.Record(latency);
        if (answer.Kind == AnswerKind.Done)
            Interlocked.Increment(ref done);
        else
            (answer.Kind == AnswerKind.Refused ? refused : failed).Refuse(what, answer.Why!);
    }

    /// <summary>There was no order that had come far enough for it.</summary>
    public void Miss(string what) => refused.Refuse(what, new Refusal("no-order-ready", "Not sent: no order had come far enough."));
}
