using System.Collections.Concurrent;
using System.Collections.Immutable;
using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Notifications;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Engine.Notifications;

/// <summary>A log in a database of its own, with customers and orders, and as many processes that notify as a test wants.</summary>
internal sealed class NotifyingShop : IAsyncDisposable
{
    public const string Tenant = "default";

    public static readonly NotificationOptions Quick = new()
    {
        SendTimeout = TimeSpan.FromSeconds(5),
        Lease = TimeSpan.FromSeconds(11),
        CheckpointEvery = TimeSpan.FromMilliseconds(50),
    };

    private readonly TestDatabase database;
    private int commands;

    private NotifyingShop(TestDatabase database)
    {
        this.database = database;
        Store = new PostgresEventStore(database.DataSource, new EventStoreOptions(), TimeProvider.System);
        Aggregates = new Aggregates(Store, new EngineOptions());
    }

    public PostgresEventStore Store { get; }

    public Aggregates Aggregates { get; }

    public NpgsqlDataSource Database => database.DataSource;

    public DeadLetters Letters => new(Database);

    public ConcurrentQueue<string> Failures { get; } = [];

    public static async Task<NotifyingShop> Open() => new(await TestDatabase.Create(EventStoreSchema.Migrations, EngineSchema.Migrations));

    public OrleansOrders.Engine.Notifications.Notifications NewProcess(INotifier notifier, NotificationOptions? options = null) =>
        new(Store, Aggregates, Database, notifier, options ?? Quick, TimeProvider.System);

    public NotificationFollower NewFollower(INotifier notifier, NotificationOptions? options = null) => new(
        Store, NewProcess(notifier, options), Database, options ?? Quick, TimeProvider.System,
        (what, failure) => Failures.Enqueue($"{what}: {failure.GetType().Name}: {failure.Message}"));

    public async Task Send(string id, Command command) => Assert.IsType<CommandOutcome.Done>(await Aggregates.Execute(
        id, command, new CommandContext(Tenant, Ids.Derive("test", $"{Interlocked.Increment(ref commands)}"), "test", Guid.Empty), default));

    public Task Register(string customerId, string? email) => Send(
        customerId, new PutCustomer(customerId, new CustomerDetails("Zoë Brown", email, null, null, null), TimeProvider.System.GetUtcNow()));

    public async Task<RecordedEvent> Place(string orderId, string customerId, DateTimeOffset? at = null)
    {
        ImmutableArray<LineItem> lines = [new("tea", 3, 450, null)];
        await Send(orderId, new CreateOrder(orderId, customerId, "GBP", "pm_ok", null, null, lines, true, at ?? TimeProvider.System.GetUtcNow()));
        return await LastOf("order", orderId);
    }

    public async Task<RecordedEvent> Cancel(string orderId)
    {
        await Send(orderId, new CancelOrder("changed my mind", TimeProvider.System.GetUtcNow()));
        return await LastOf("order", orderId);
    }

    /// <summary>An event that no command makes: of a newer program, or damaged.</summary>
    public async Task<RecordedEvent> Append(StreamName stream, string type, string data)
    {
        var head = await Store.ReadHead(stream, default);
        var written = new NewEvent(Guid.NewGuid(), type, System.Text.Encoding.UTF8.GetBytes(data), "{}"u8.ToArray(), TimeProvider.System.GetUtcNow());
        Assert.IsType<AppendResult.Appended>(await Store.Append(new Append(stream, head, [written], null), default));
        return (await Store.ReadStream(stream, head.Version, 1, default))[0];
    }

    public async Task<RecordedEvent> LastOf(string type, string id) =>
        (await Store.ReadStream(new StreamName(Tenant, type, id), 0, 100, default))[^1];

    /// <summary>The row of an event: its state and reason.</summary>
    public Task<string> RowOf(RecordedEvent recorded) => database.Query<string>(
        $"select coalesce((select concat_ws(' ', state, reason) from notifications where event_id = '{recorded.EventId}'), 'none')");

    public Task Execute(string sql) => database.Execute(sql);

    public Task<T> Query<T>(string sql) => database.Query<T>(sql);

    public async ValueTask DisposeAsync()
    {
        await Aggregates.DisposeAsync();
        await Store.DisposeAsync();
        await database.DisposeAsync();
    }
}
