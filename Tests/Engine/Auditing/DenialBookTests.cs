using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Auditing;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Engine.Auditing;

public sealed class DenialBookTests
{
    private readonly Lock _gate = new();
    private readonly List<AuditEntry> _written = [];
    private bool _isUp = true;

    [Fact]
    public async Task The_first_denial_is_written_at_once_and_a_flood_behind_it_leaves_few_lines()
    {
        var book = Open();
        book.Add(Knock("door 0"), "unauthenticated");
        await Eventually.True(() => Written.Count == 1, TimeSpan.FromSeconds(20));

        for (var i = 0; i < 100_000; i++)
            book.Add(Knock($"door {i % 5_000}"), "unauthenticated");
        await book.DisposeAsync();

        Assert.InRange(Written.Count, 2, DenialBook.MostKinds + 2);
        Assert.Equal(100_001, Written.Sum(entry => entry.Count));
        Assert.Contains(Written, entry => entry.Action.Target == "several");
    }

    [Fact]
    public async Task Equal_denials_are_one_line_with_their_number_and_the_first_ones_trace()
    {
        var book = Open();
        book.Add(Knock("first"), "unauthenticated");
        await Eventually.True(() => Written.Count == 1, TimeSpan.FromSeconds(20));

        foreach (var trace in (string[])["a", "b", "c"])
            book.Add(Knock("door") with { TraceId = trace }, "scope-missing");
        book.Add(Knock("door"), "unauthenticated");
        await book.DisposeAsync();

        Assert.Equal([("scope-missing", 3L, "a"), ("unauthenticated", 1L, null)], Written.Skip(1).Select(entry => (entry.Outcome!, entry.Count, entry.Action.TraceId)));
    }

    [Fact]
    public async Task What_cannot_be_written_now_is_written_later()
    {
        _isUp = false;
        var book = Open();
        book.Add(Knock("door"), "unauthenticated");
        book.Add(Knock("door"), "unauthenticated");
        _isUp = true;
        await book.DisposeAsync();

        Assert.Equal(2, Written.Sum(entry => entry.Count));
    }

    [Fact]
    public async Task A_denial_after_the_end_does_no_harm()
    {
        var book = Open();
        await book.DisposeAsync();
        book.Add(Knock("door"), "unauthenticated");
        Assert.Empty(Written);
    }

    private List<AuditEntry> Written
    {
        get
        {
            lock (_gate)
                return [.. _written];
        }
    }

    private static AuditedAction Knock(string target) => new(null, "unknown", "listOrders", target);

    private DenialBook Open() => new(Write, TimeProvider.System);

    private Task Write(IReadOnlyCollection<AuditEntry> entries, CancellationToken cancellation)
    {
        if (!_isUp)
            throw new UnavailableException("down");
        lock (_gate)
            _written.AddRange(entries);
        return Task.CompletedTask;
    }
}
