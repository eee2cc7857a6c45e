namespace OrleansOrders.Tests.ReadModels.Support;

/// <summary>A clock that shows what the test says; timers run as ever.</summary>
internal sealed class ShownTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
