using System.Text.Json;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Providers;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.Engine;

/// <summary>Consumers know an event by its id, and its cause by the cause's: both must be true whoever else is at work.</summary>
public sealed class EventIdTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly InMemoryEventStore store = new(TimeProvider.System);

    [Fact]
    public async Task A_command_without_a_receipt_that_is_decided_twice_writes_two_ids()
    {
        await using var engine = new Aggregates(store, new EngineOptions());
        await Tell(engine, "request", new RequestPayment("o1", 100, "EUR", PaymentMethods.Ok, Now));
        await Tell(engine, "unknown", new RecordOutcomeUnknown("authorize", Now));
        await Tell(engine, "other", new RecordOutcomeUnknown("void", Now));
        await Tell(engine, "unknown", new RecordOutcomeUnknown("authorize", Now));
        var events = await store.ReadLog(0, 10, CancellationToken.None);
        Assert.Equal(4, events.Count);
        Assert.Equal(4, events.DistinctBy(recorded => recorded.EventId).Count());
    }

    [Fact]
    public async Task A_saga_that_another_process_moved_meanwhile_names_causes_that_are_in_the_log()
    {
        await using var elsewhere = new Aggregates(store, new EngineOptions());
        var moved = 0;
        var options = new EngineOptions { DueScan = TimeSpan.FromMilliseconds(20), Boundary = Interrupt };
        await using var engine = await EngineUnderTest.Start(store, options);
        await engine.Place("o1", PaymentMethods.Ok);
        Assert.IsType<FulfilmentState.Completed>(await engine.WaitForRest("o1"));
        Assert.Equal(1, moved);
        var events = await store.ReadLog(0, 1_000, CancellationToken.None);
        var known = events.Select(recorded => recorded.EventId).ToHashSet();
        Assert.Equal(events.Count, known.Count);
        Assert.All(events, recorded => Assert.True(CauseOf(recorded) is not { } cause || known.Contains(cause), $"{recorded.Stream} {recorded.Version}"));

        // A stale process's step fails and is to be tried again, before this one has written that its own is done.
        void Interrupt(string boundary)
        {
            if (boundary != "ReserveStock/performed" || Interlocked.Exchange(ref moved, 1) == 1)
                return;
            foreach (FulfilmentCommand command in new FulfilmentCommand[]
            {
                new FailStep(FulfilmentStep.ReserveStock, "step-interrupted", "", true, Now), new RetryFulfilment("me", "again", Now),
            })
            {
                var outcome = elsewhere.Execute("o1", command, Context(command.GetType().Name), CancellationToken.None).GetAwaiter().GetResult();
                Assert.IsType<CommandOutcome.Done>(outcome);
            }
        }
    }

    private static Task<CommandOutcome> Tell(Aggregates engine, string purpose, PaymentCommand command) =>
        engine.Execute("o1", command, Context(purpose), CancellationToken.None);

    private static CommandContext Context(string purpose) =>
        new(EngineUnderTest.Tenant, Ids.Derive(purpose), "test", Ids.Derive("correlation"));

    private static Guid? CauseOf(RecordedEvent recorded)
    {
        using var metadata = JsonDocument.Parse(recorded.Metadata);
        return metadata.RootElement.TryGetProperty("causationId", out var cause) ? cause.GetGuid() : null;
    }
}
