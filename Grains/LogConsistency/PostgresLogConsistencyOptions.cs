namespace OrleansOrders.Grains.LogConsistency;

/// <summary>What the provider is registered with.</summary>
public sealed class PostgresLogConsistencyOptions
{
    /// <summary>Required: how the grains' events are written.</summary>
    public IJournalFormat? Format { get; set; }

    /// <summary>
    /// Of a database with the event store's tables. Not needed where the silo's services have an event store already, which is
    /// then used: one writer per process is what makes large commits out of small appends.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>Events between two snapshots of a stream. Default 100.</summary>
    public int SnapshotEvery { get; set; } = 100;

    /// <summary>Events read from a stream at a time. Default 1,000.</summary>
    public int ReadBatch { get; set; } = 1_000;
}
