namespace OrleansOrders.Cli.Bench;

/// <summary>A headline's two sides, ready to run a round each.</summary>
internal interface IContest : IAsyncDisposable
{
    Headline Headline { get; }

    Task<Measured> RunReference(TimeSpan time, CancellationToken cancellation);

    Task<Measured> RunProduct(TimeSpan time, CancellationToken cancellation);
}

/// <summary>Prepares a contest: its database, its processes, what has to be there before.</summary>
internal delegate Task<IContest> ContestFactory(BenchServer server, Pace pace, Action<string> report, CancellationToken cancellation);

/// <summary>How long a run takes.</summary>
/// <param name="Rounds">That count; one more comes first, in which code is compiled and caches are filled.</param>
/// <param name="Time">Of one side's part of a round, about.</param>
internal sealed record Pace(int Rounds, TimeSpan Time)
{
    public bool IsQuick => Time < TimeSpan.FromSeconds(1);

    public static Pace Full { get; } = new(5, TimeSpan.FromSeconds(2));

    public static Pace Quick { get; } = new(5, TimeSpan.FromSeconds(0.4));
}

internal static class Contest
{
    /// <summary>The sides take turns, and take turns at being the first.</summary>
    public static async Task<HeadlineResult> Run(IContest contest, Pace pace, Action<string> report, CancellationToken cancellation)
    {
        var rounds = new List<(Measured, Measured)>();
        for (var round = 0; round <= pace.Rounds; round++)
        {
            var isReferenceFirst = round % 2 == 0;
            var reference = isReferenceFirst ? await contest.RunReference(pace.Time, cancellation) : null;
            var product = await contest.RunProduct(pace.Time, cancellation);
            reference ??= await contest.RunReference(pace.Time, cancellation);
            if (round == 0)
                continue;
            rounds.Add((product, reference));
            report($"{contest.Headline.Id} round {round}: {product.Value:n1} beside {reference.Value:n1} {contest.Headline.Unit}, {product.Value / reference.Value:n2}; {product.ProcessorMicros:n1} ({product.ServerMicros:n1} in the server) beside {reference.ProcessorMicros:n1} µs of processor; batch {product.Batch:n0}");
        }
        return HeadlineResult.From(contest.Headline, rounds);
    }
}
