namespace OrleansOrders.Cli.Simulation;

/// <summary>What goes wrong, now and then.</summary>
internal enum FaultKind
{
    /// <summary>The process dies with an append about to be sent.</summary>
    CrashBeforeAppend,

    /// <summary>The process dies after its append was committed, before it hears of it.</summary>
    CrashAfterAppend,

    /// <summary>The process dies at any other moment.</summary>
    Crash,

    /// <summary>An append fails before it commits; the store tries again.</summary>
    FailedAppend,

    /// <summary>An append commits and its reply is lost; the store finds its own events.</summary>
    LostReply,

    /// <summary>An append commits, or does not, and nobody can be asked.</summary>
    UnknownOutcome,

    /// <summary>The store takes nothing.</summary>
    StoreAway,

    /// <summary>An append arrives a second time, later.</summary>
    DuplicateAppend,

    /// <summary>A client's request arrives a second time, perhaps at another process.</summary>
    DuplicateRequest,

    /// <summary>A message takes up to twelve seconds, so that others overtake it.</summary>
    Delay,

    /// <summary>The payment provider does what it is asked, and its answer is lost.</summary>
    ProviderTimeout,

    /// <summary>A request does not reach the payment provider, and nobody knows.</summary>
    ProviderAway,

    /// <summary>The projector's process dies with a batch written or about to be.</summary>
    ProjectorCrash,

    /// <summary>The publisher's process dies between sending and writing down how far it is.</summary>
    PublisherCrash,

    /// <summary>The publisher stands still until its lease is over, and goes on as if nothing had happened.</summary>
    PublisherPause,

    /// <summary>An event is stored under a name that this program does not know, until somebody repairs it.</summary>
    Poison,

    /// <summary>A process's clock is wrong by up to five minutes.</summary>
    WrongClock,
}

/// <summary>A fault that happened.</summary>
/// <param name="Id">The same fault in the same run has the same; by it a fault is left out.</param>
/// <param name="Where">What it happened to.</param>
internal sealed record HappenedFault(ulong Id, FaultKind Kind, TimeSpan At, object Where);

/// <summary>Decides by the seed whether a fault happens, and remembers those that did.</summary>
internal sealed class Faults
{
    // In a thousand, at most: where the moment comes once or twice in an order's life, and where it comes all the time.
    private static readonly Dictionary<FaultKind, int> Highest = new()
    {
        [FaultKind.CrashBeforeAppend] = 20,
        [FaultKind.CrashAfterAppend] = 20,
        [FaultKind.Crash] = 600,
        [FaultKind.FailedAppend] = 60,
        [FaultKind.LostReply] = 60,
        [FaultKind.UnknownOutcome] = 50,
        [FaultKind.StoreAway] = 60,
        [FaultKind.DuplicateAppend] = 80,
        [FaultKind.DuplicateRequest] = 200,
        [FaultKind.Delay] = 15,
        [FaultKind.ProviderTimeout] = 300,
        [FaultKind.ProviderAway] = 300,
        [FaultKind.ProjectorCrash] = 20,
        [FaultKind.PublisherCrash] = 60,
        [FaultKind.PublisherPause] = 60,
        [FaultKind.Poison] = 12,
        [FaultKind.WrongClock] = 400,
    };

    private readonly Dictionary<FaultKind, double> rates = [];
    private readonly Chance chance;
    private readonly Leaving leaving;
    private readonly Func<TimeSpan> now;
    private bool stopped;

    public Faults(Chance chance, Leaving leaving, Func<TimeSpan> now)
    {
        (this.chance, this.leaving, this.now) = (chance, leaving, now);
        foreach (var (kind, highest) in Highest)
        {
            // A third of the kinds does not happen at all in a seed, so that rare mixtures come up as well.
            var rate = chance.OneIn(3) ? 0 : chance.Below(highest) / 1000.0;
            rates[kind] = kind == FaultKind.Poison && chance.Percent(60) ? 0 : rate;
        }
    }

    public List<HappenedFault> Happened { get; } = [];

    /// <summary>Told of every fault as it happens.</summary>
    public Action<HappenedFault>? Told { get; set; }

    /// <summary>Any number, for how long something takes.</summary>
    public ulong Number(ulong key) => chance.Of(Chance.Mix(key)) >> 8;

    /// <summary>From now on nothing goes wrong.</summary>
    public void Stop() => stopped = true;

    /// <param name="key">Of the moment: the same for the same moment in a run that differs elsewhere.</param>
    /// <param name="where">What it happens to; put into words only when somebody reads it.</param>
    public bool Happens(FaultKind kind, ulong key, object where)
    {
        if (stopped || rates[kind] == 0)
            return false;
        var id = chance.Of(key ^ Chance.Mix((ulong)kind + 1));
        if (Chance.Fraction(id) >= rates[kind] || leaving.Kinds.Contains(kind) || leaving.Faults.Contains(id))
            return false;
        var fault = new HappenedFault(id, kind, now(), where);
        Happened.Add(fault);
        Told?.Invoke(fault);
        return true;
    }
}

/// <summary>What of a seed is left out, to make a failing history shorter.</summary>
internal sealed record Leaving(IReadOnlySet<int> Commands, IReadOnlySet<FaultKind> Kinds, IReadOnlySet<ulong> Faults)
{
    public static readonly Leaving Nothing = new(new HashSet<int>(), new HashSet<FaultKind>(), new HashSet<ulong>());
}
