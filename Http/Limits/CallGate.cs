namespace OrleansOrders.Http;

/// <summary>Turns away what is above the <see cref="CallLimits"/>.</summary>
internal sealed class CallGate(CallLimits limits, TimeProvider time)
{
    private const int OverloadSeconds = 1;

    private readonly RateLimiter? keys = limits.PerKey > 0 ? new RateLimiter(limits.PerKey, time) : null;
    private readonly RateLimiter? tenants = limits.PerTenant > 0 ? new RateLimiter(limits.PerTenant, time) : null;
    private int running;

    /// <summary>Begins a request; <see cref="Leave"/> ends it.</summary>
    /// <exception cref="ProblemException">503: too many are running.</exception>
    public void Enter()
    {
        if (Interlocked.Increment(ref running) <= limits.Concurrent || limits.Concurrent == 0)
            return;
        Leave();
        HttpTelemetry.Refused("concurrent");
        throw new ProblemException(Problem.Of(
            ProblemCodes.Overloaded, "Too many requests are being answered. Nothing was done; repeat the request.").RetryAfter(OverloadSeconds));
    }

    public void Leave() => Interlocked.Decrement(ref running);

    /// <exception cref="ProblemException">429: the key or the tenant has asked too often.</exception>
    public void Count(Caller caller)
    {
        if (keys?.Take(caller.Credential) is { } wait)
            throw TooMany("key", "With this credential", limits.PerKey, wait);
        if (tenants?.Take(caller.Tenant) is { } longer)
            throw TooMany("tenant", "For this tenant", limits.PerTenant, longer);
    }

    private static ProblemException TooMany(string limit, string whose, int perSecond, TimeSpan wait)
    {
        HttpTelemetry.Refused(limit);
        return new ProblemException(Problem.Of(
            ProblemCodes.RateLimited, $"{whose} {perSecond} requests may come in a second. Nothing was done; repeat the request.")
            .RetryAfter((int)Math.Ceiling(wait.TotalSeconds)));
    }
}
