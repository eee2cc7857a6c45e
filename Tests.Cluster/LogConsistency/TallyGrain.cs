using System.Collections.Concurrent;
using Orleans.EventSourcing;

namespace OrleansOrders.Tests.Cluster.LogConsistency;

/// <summary>A journaled grain as anybody would write it: it knows nothing of the provider under it.</summary>
public interface ITallyGrain : IGrainWithStringKey
{
    /// <summary>Raises one event per number and waits for them.</summary>
    Task<int> Add(params int[] numbers);

    /// <summary>Raises without waiting.</summary>
    Task AddLater(int number);

    Task<bool> TryAdd(params int[] numbers);

    Task Confirm();

    Task Refresh();

    Task<TallySight> Look();

    Task<IReadOnlyList<int>> History(int from, int to);

    Task Leave();

    Task Clear();
}

[GenerateSerializer]
public sealed record TallySight([property: Id(0)] long Sum, [property: Id(1)] int Version, [property: Id(2)] long Tentative, [property: Id(3)] int Unconfirmed, [property: Id(4)] Guid Activation);

[GenerateSerializer]
public sealed record Added([property: Id(0)] int Number);

[GenerateSerializer]
public sealed class Tally
{
    [Id(0)]
    public long Sum { get; set; }

    [Id(1)]
    public int Count { get; set; }

    /// <exception cref="InvalidOperationException">The number is the one that this program does not understand.</exception>
    public void Apply(Added added)
    {
        if (TallyGrain.NotUnderstood.ContainsKey(added.Number))
            throw new InvalidOperationException($"{added.Number} is not understood.");
        Sum += added.Number;
        Count++;
    }
}

public sealed class TallyGrain : JournaledGrain<Tally, Added>, ITallyGrain
{
    /// <summary>Numbers that <see cref="Tally"/> cannot take, as code that is older than the log could not.</summary>
    public static readonly ConcurrentDictionary<int, bool> NotUnderstood = new();

    private readonly Guid activation = Guid.NewGuid();

    public async Task<int> Add(params int[] numbers)
    {
        foreach (var number in numbers)
            RaiseEvent(new Added(number));
        await ConfirmEvents();
        return Version;
    }

    public Task AddLater(int number)
    {
        RaiseEvent(new Added(number));
        return Task.CompletedTask;
    }

    public Task<bool> TryAdd(params int[] numbers) => RaiseConditionalEvents(numbers.Select(number => new Added(number)));

    public Task Confirm() => ConfirmEvents();

    public Task Refresh() => RefreshNow();

    public Task<TallySight> Look() => Task.FromResult(
        new TallySight(State.Sum, Version, TentativeState.Sum, UnconfirmedEvents.Count(), activation));

    public async Task<IReadOnlyList<int>> History(int from, int to) =>
        [.. (await RetrieveConfirmedEvents(from, to)).Select(added => added.Number)];

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Clear() => ClearLogAsync();
}
