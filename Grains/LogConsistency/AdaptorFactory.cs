using Orleans.EventSourcing;
using Orleans.Storage;
using OrleansOrders.EventStore;

namespace OrleansOrders.Grains.LogConsistency;

/// <summary>Makes every activation's adaptor.</summary>
internal sealed class AdaptorFactory(JournalRuntime runtime) : ILogViewAdaptorFactory
{
    public bool UsesStorageProvider => false;

    public ILogViewAdaptor<TLogView, TLogEntry> MakeLogViewAdaptor<TLogView, TLogEntry>(
        ILogViewAdaptorHost<TLogView, TLogEntry> hostGrain, TLogView initialState, string grainTypeName, IGrainStorage grainStorage,
        ILogConsistencyProtocolServices services)
        where TLogView : class, new()
        where TLogEntry : class =>
        new PostgresLogViewAdaptor<TLogView, TLogEntry>(
            hostGrain, initialState, runtime.Format.StreamOf(services.GrainId), runtime, services);
}

/// <summary>What all adaptors of one provider share.</summary>
internal sealed record JournalRuntime(
    IEventStore Store, SnapshotWriter Snapshots, JournalFaults Faults, IJournalFormat Format, PostgresLogConsistencyOptions Options);
