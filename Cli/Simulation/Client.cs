using System.Security.Cryptography;
using System.Text.Json;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>One request of a client and what it got. No outcome and no failure: it gave up waiting.</summary>
/// <param name="Body">What was sent under the command's key.</param>
/// <param name="Fingerprint">Of the body.</param>
/// <param name="HeadBefore">The version that the stream had when the request was sent.</param>
internal sealed record Invocation(
    PlannedCommand Command, Command Body, byte[] Fingerprint, long? IfVersion, long HeadBefore)
{
    public CommandOutcome? Outcome { get; set; }

    public Exception? Failure { get; set; }
}

/// <summary>An order that a client has read.</summary>
/// <param name="HeadBefore">The version that its stream had when it was asked for.</param>
internal sealed record Reading(StreamName Stream, long HeadBefore, Loaded<OrderState>? Order, Exception? Failure);

/// <summary>
/// The clients. Each command is sent, to any process, until its outcome is known; some are sent again although it is,
/// and some come with another body under the same key.
/// </summary>
internal sealed class Client(World world, Leaving leaving)
{
    private const int Attempts = 6;

    private readonly Dictionary<StreamName, long> lastSeen = [];
    private readonly Dictionary<Command, byte[]> fingerprints = new(ReferenceEqualityComparer.Instance);
    private int running;

    public List<Invocation> Invocations { get; } = [];

    public List<Reading> Readings { get; } = [];

    /// <summary>Whether every command has been sent and answered, or given up.</summary>
    public bool IsDone => running == 0;

    public void Start()
    {
        foreach (var command in world.Plan.Commands.Where(command => !leaving.Commands.Contains(command.Index)))
        {
            running++;
            world.Scheduler.After(command.At, () => world.Outside.Enter(_ => Run(command), null));
        }
    }

    private async void Run(PlannedCommand command)
    {
        var key = Chance.Key("client", (ulong)command.Index);
        var version = command.KnowsVersion && lastSeen.TryGetValue(NameOf(command), out var seen) ? seen : (long?)null;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await Send(command, command.Command, version, key) is not null)
                break;
            await Pause(key, 300 << attempt);
        }
        for (var repeat = 0; repeat < command.Repeats; repeat++)
        {
            await Pause(key, 4_000);
            await Send(command, command.Command, version, key);
        }
        if (command.Changed is { } changed)
        {
            await Pause(key, 4_000);
            await Send(command, changed, version, key);
        }
        running--;
    }

    /// <summary>Sends one request, or the same twice, and waits for the first answer, but not for ever.</summary>
    private async Task<CommandOutcome?> Send(PlannedCommand command, Command body, long? version, ulong key)
    {
        var answered = new TaskCompletionSource<CommandOutcome?>();
        Deliver(command, body, version, key, answered);
        if (world.Faults.Happens(FaultKind.DuplicateRequest, key, command))
            Deliver(command, body, version, key, answered);
        world.Scheduler.After(TimeSpan.FromSeconds(5), () => world.Outside.Enter(_ => answered.TrySetResult(null), null));
        var outcome = await answered.Task;
        if (outcome is CommandOutcome.Done done)
            lastSeen[NameOf(command)] = done.Version;
        if (command.StreamType == Order.StreamType)
            Read(NameOf(command), key);
        return outcome;
    }

    /// <summary>Reads an order anywhere. What comes back is judged; whether something does is not.</summary>
    private void Read(StreamName stream, ulong key)
    {
        var node = AnyNode(key);
        var head = HeadOf(stream);
        world.Scheduler.After(world.Network.Latency(key), () => node.Read(
            stream, (order, failure) => Readings.Add(new Reading(stream, head, order, failure))));
    }

    private Node AnyNode(ulong key) => world.Nodes[(int)(world.Faults.Number(key) % (ulong)world.Nodes.Count)];

    private long HeadOf(StreamName stream) => world.Log.ReadHead(stream, CancellationToken.None).Result.Version;

    private void Deliver(PlannedCommand command, Command body, long? version, ulong key, TaskCompletionSource<CommandOutcome?> answered)
    {
        var node = AnyNode(key);
        var invocation = new Invocation(command, body, FingerprintOf(body), version, HeadOf(NameOf(command)));
        Invocations.Add(invocation);
        world.Trace?.Add(world.Scheduler.Elapsed, "client", $"{command} -> {node.Name}");
        var context = ContextOf(command) with { Fingerprint = invocation.Fingerprint, IfVersion = version };
        world.Scheduler.After(world.Network.Latency(key), () => node.Receive(command.StreamId, body, context, (outcome, failure) =>
        {
            (invocation.Outcome, invocation.Failure) = (outcome, failure);
            world.Trace?.Add(world.Scheduler.Elapsed, "client", $"{command} <- {node.Name}: {outcome?.ToString() ?? failure!.Message}");
            answered.TrySetResult(outcome);
        }));
    }

    /// <summary>Who asks for a command, as the nodes are told.</summary>
    public static CommandContext ContextOf(PlannedCommand command) =>
        new(command.Tenant, command.Key, $"client@{command.Tenant}", command.Key);

    private Task Pause(ulong key, int mostMilliseconds)
    {
        var over = new TaskCompletionSource();
        var wait = TimeSpan.FromMilliseconds(world.Faults.Number(key) % (ulong)mostMilliseconds);
        world.Scheduler.After(wait, () => world.Outside.Enter(_ => over.SetResult(), null));
        return over.Task;
    }

    private byte[] FingerprintOf(Command body)
    {
        if (!fingerprints.TryGetValue(body, out var known))
            fingerprints.Add(body, known = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType())));
        return known;
    }

    private static StreamName NameOf(PlannedCommand command) => new(command.Tenant, command.StreamType, command.StreamId);
}
