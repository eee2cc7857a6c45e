using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansOrders.EventStore;

namespace OrleansOrders.Grains.LogConsistency;

/// <summary>The provider's metrics and traces. Tagged with the stream's type only: its id would make a series per grain.</summary>
public static class JournalTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "OrleansOrders.LogConsistency";

    private static readonly Meter Meter = new(Name);
    private static readonly ActivitySource Activities = new(Name);

    private static readonly Counter<long> Events = Meter.CreateCounter<long>("journal.events", "{event}", "Events appended.");

    private static readonly Counter<long> Appends =
        Meter.CreateCounter<long>("journal.appends", "{append}", "Appends by result: appended, conflict, received, unavailable, unknown.");

    private static readonly Counter<long> Loaded = Meter.CreateCounter<long>("journal.loaded_events", "{event}", "Events folded while loading.");

    private static readonly Counter<long> Snapshots = Meter.CreateCounter<long>("journal.snapshots_used", "{snapshot}", "Loads that began with a snapshot.");

    private static readonly Counter<long> Poisoned = Meter.CreateCounter<long>("journal.poisoned", "{activation}", "Activations given up.");

    internal static Activity? Start(string name, StreamName stream) =>
        Activities.StartActivity(name)?.SetTag("journal.stream_type", stream.Type).SetTag("journal.stream_id", stream.StreamId);

    internal static void Append(StreamName stream, string result, int events)
    {
        Appends.Add(1, new("stream_type", stream.Type), new("result", result));
        if (result == "appended" && events > 0)
            Events.Add(events, new KeyValuePair<string, object?>("stream_type", stream.Type));
    }

    internal static void Load(StreamName stream, long events, bool fromSnapshot)
    {
        Loaded.Add(events, new KeyValuePair<string, object?>("stream_type", stream.Type));
        if (fromSnapshot)
            Snapshots.Add(1, new KeyValuePair<string, object?>("stream_type", stream.Type));
    }

    internal static void Poison(StreamName stream) => Poisoned.Add(1, new KeyValuePair<string, object?>("stream_type", stream.Type));
}
