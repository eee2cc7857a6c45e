namespace OrleansOrders.Http;

/// <summary>How many live streams there are, of whom.</summary>
internal sealed class LiveSeats
{
    private const int RetrySeconds = 10;

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> tenants = new(StringComparer.Ordinal);
    private int taken;

    public int Taken
    {
        get
        {
            lock (gate)
                return taken;
        }
    }

    /// <exception cref="ProblemException">503: there are as many as there may be.</exception>
    public void Take(string tenant)
    {
        lock (gate)
        {
            var own = tenants.GetValueOrDefault(tenant);
            if (taken >= ApiLimits.LiveStreams || own >= ApiLimits.LiveStreamsPerTenant)
            {
                HttpTelemetry.Refused("live");
                throw new ProblemException(Problem.Of(
                    ProblemCodes.Overloaded, "There are as many live streams as this server serves. Come back with the same Last-Event-ID.")
                    .RetryAfter(RetrySeconds));
            }
            tenants[tenant] = own + 1;
            taken++;
        }
    }

    public void Leave(string tenant)
    {
        lock (gate)
        {
            taken--;
            if (--tenants[tenant] == 0)
                tenants.Remove(tenant);
        }
    }
}
