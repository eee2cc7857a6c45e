using Orleans.EventSourcing;
using Orleans.Providers;

namespace OrleansOrders.Benchmarks.Cluster;

/// <summary>An event about as large as an order's.</summary>
[GenerateSerializer, Immutable]
public sealed record Note(
    [property: Id(0)] string Sku, [property: Id(1)] int Quantity, [property: Id(2)] long UnitPrice,
    [property: Id(3)] string Description, [property: Id(4)] DateTimeOffset OccurredAt);

/// <summary>What the notes add up to; it does not grow with them.</summary>
[GenerateSerializer]
public sealed class Notebook
{
    [Id(0)]
    public int Notes { get; set; }

    [Id(1)]
    public long Amount { get; set; }

    [Id(2)]
    public DateTimeOffset LastAt { get; set; }

    public void Apply(Note note)
    {
        Notes++;
        Amount = checked(Amount + (note.Quantity * note.UnitPrice));
        LastAt = note.OccurredAt;
    }
}

public interface INotebookGrain : IGrainWithStringKey
{
    /// <summary>Writes one note and returns when it is durable.</summary>
    /// <returns>How many there are.</returns>
    Task<int> Write(Note note);

    /// <summary>Writes many in one go.</summary>
    Task<int> Fill(Note[] notes);
}

public interface IPostgresNotebookGrain : INotebookGrain;

public interface ILogStorageNotebookGrain : INotebookGrain;

/// <summary>The one grain that is measured. Only the provider's name differs.</summary>
public abstract class NotebookGrain : JournaledGrain<Notebook, Note>, INotebookGrain
{
    public async Task<int> Write(Note note)
    {
        RaiseEvent(note);
        await ConfirmEvents();
        return State.Notes;
    }

    public async Task<int> Fill(Note[] notes)
    {
        RaiseEvents(notes);
        await ConfirmEvents();
        return State.Notes;
    }
}

[GrainType("notebook"), LogConsistencyProvider(ProviderName = Notebooks.Ours)]
public sealed class PostgresNotebookGrain : NotebookGrain, IPostgresNotebookGrain;

[GrainType("logstoragenotebook"), LogConsistencyProvider(ProviderName = Notebooks.LogStorage), StorageProvider(ProviderName = Notebooks.LogStorage)]
public sealed class LogStorageNotebookGrain : NotebookGrain, ILogStorageNotebookGrain;

/// <summary>The two providers, and the closed loop that both go through.</summary>
internal static class Notebooks
{
    public const string Ours = "ours";
    public const string LogStorage = "logstorage";

    /// <summary>Grains that write at the same time, each waiting for its answer before it writes again.</summary>
    public const int Writers = 200;

    // As different as the lines of a shop's orders: notes that are all alike compress to nothing.
    private static readonly string[] Kinds = ["HANGING", "WHITE", "VINTAGE", "REGENCY", "PARTY", "JUMBO", "SET OF 3", "RETROSPOT", "WOODEN", "CREAM"];
    private static readonly string[] Things = ["HEART T-LIGHT HOLDER", "METAL LANTERN", "CAKESTAND", "BUNTING", "BAG RED", "LUNCH BOX", "PICTURE FRAME"];

    public static Note Sample(int grain, int number)
    {
        var mix = (int)(((uint)grain * 2_654_435_761u) ^ ((uint)number * 40_503u)) & int.MaxValue;
        return new Note(
            $"{20_000 + (mix % 70_000)}", 1 + (mix % 144), 21 + (mix % 1_995), $"{Kinds[mix % Kinds.Length]} {Things[mix / 13 % Things.Length]}",
            DateTimeOffset.UnixEpoch.AddSeconds(mix));
    }

    /// <summary>Every grain writes so many notes, one after the other.</summary>
    /// <param name="start">How many it holds before.</param>
    public static Task Write(IReadOnlyList<INotebookGrain> grains, int notes, int start) => Task.WhenAll(grains.Select(async (grain, index) =>
    {
        var count = start;
        for (var i = 0; i < notes; i++)
            count = await grain.Write(Sample(index, count));
        if (count != start + notes)
            throw new InvalidOperationException($"A notebook holds {count} notes instead of {start + notes}.");
    }));

    /// <summary>Grains that have not written before, with so many notes each.</summary>
    public static async Task<List<INotebookGrain>> Fill<TGrain>(IGrainFactory factory, string name, int length)
        where TGrain : INotebookGrain
    {
        const int atOnce = 500;
        List<INotebookGrain> grains = [.. Enumerable.Range(0, Writers).Select(i => (INotebookGrain)factory.GetGrain<TGrain>($"{name}-{i}"))];
        await Task.WhenAll(grains.Select(async (grain, index) =>
        {
            for (var filled = 0; filled < length;)
                filled = await grain.Fill([.. Enumerable.Range(filled, Math.Min(atOnce, length - filled)).Select(number => Sample(index, number))]);
        }));
        return grains;
    }
}
