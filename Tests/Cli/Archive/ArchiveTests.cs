using OrleansOrders.Cli.Archive;
using OrleansOrders.Cli.Backup;
using OrleansOrders.Cli.Commands;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Cli.Verify;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.EventStore;
using OrleansOrders.Tests.Support;
using OrleansOrders.Tests.Verify;

namespace OrleansOrders.Tests.Cli.Archive;

public sealed class ArchiveTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();
    private TestDatabase _database = null!;

    private string Cold => _folder.Below("cold");

    public async Task InitializeAsync() => _database = await FilledDatabase.Copy();

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Archived_orders_read_as_before_byte_for_byte_and_everything_verifies()
    {
        var before = await ReadEverything();
        var report = await Archive();
        Assert.True(report is { Orders: > 5, Streams: > 10, Skipped: 0, Files: 1 } && report.BytesAfter < report.BytesBefore, $"{report}");
        Assert.Equal(report.Events, await _database.Query<long>("select count(*) from events where data::text = 'null'"));

        Assert.Equal(before, await ReadEverything());
        await Verifies();
        Assert.Equal(0, (await Archive()).Orders);
    }

    [Fact]
    public async Task Only_orders_that_are_closed_and_old_enough_are_archived()
    {
        Assert.Equal(0, (await Archive(age: TimeSpan.FromDays(1))).Orders);
        var dry = await Archive(isDryRun: true);
        Assert.True(dry.Orders > 0 && !Directory.Exists(Cold), $"{dry}");
        await Archive();

        await using var log = new Log(_database);
        var open = 0;
        foreach (var id in await List("select substr(stream_id, 7) from streams where type = 'order' and tenant = 'default' order by 1"))
        {
            var isArchived = await _database.Query<bool>($"select bool_or(archived) from streams where tenant = 'default' and stream_id in ('order-{id}', 'payment-{id}', 'fulfilment-{id}')");
            var order = (await log.Aggregates.Load<OrderState>("default", id, PointInTime.Latest, None)).State;
            var fulfilment = (await log.Aggregates.Load<FulfilmentState>("default", id, PointInTime.Latest, None)).State;
            if (isArchived)
                Assert.True(order is OrderState.Delivered or OrderState.Cancelled && fulfilment is not (FulfilmentState.Parked or FulfilmentState.Running), $"{order} {fulfilment}");
            else
                open++;
        }
        Assert.True(open > 0);
        Assert.Equal(0, await _database.Query<long>("select count(*) from streams where archived and type in ('stock', 'customer')"));
    }

    [Fact]
    public async Task An_archived_order_takes_commands_and_is_archived_again()
    {
        await Archive();
        var (id, sku) = await FindDelivered();
        await using (var host = await StandaloneHost.Start(new StandaloneOptions(_database.ConnectionString)))
        {
            var command = Guid.NewGuid();
            var returned = await host.Aggregates.Execute(
                id, new ReturnItems([new ItemQuantity(sku, 1)], "late", TimeProvider.System.GetUtcNow()),
                new CommandContext("default", command, "test", command) { Fingerprint = [1] }, None);
            Assert.IsType<CommandOutcome.Done>(returned);
            await FilledDatabase.WaitForRest(host);
        }
        await Verifies();
        Assert.Equal(1, (await Archive()).Orders);
        await Verifies();
    }

    [Fact]
    public async Task A_file_that_is_damaged_or_gone_is_noticed_by_whoever_reads_it_and_by_the_verification()
    {
        await Archive();
        var file = Directory.GetFiles(Cold, "*.cold").Single();
        var stream = await _database.Query<string>("select stream_id from streams where archived and type = 'order' and tenant = 'default' order by stream_key limit 1");
        var bytes = await File.ReadAllBytesAsync(file);
        for (var i = 0; i < bytes.Length; i += 16)
            bytes[i] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        await IsNoticed(stream);
        File.Delete(file);
        await IsNoticed(stream);
    }

    [Fact]
    public async Task Rows_change_only_after_the_file_is_written_and_an_interruption_leaves_the_log_whole()
    {
        var hashes = await ReadEverything();
        await File.WriteAllTextAsync(Cold, "a file where the folder should be");
        await Assert.ThrowsAnyAsync<IOException>(() => Archive());
        Assert.Equal(0, await _database.Query<long>("select count(*) from archives"));
        File.Delete(Cold);

        // The file is there; whoever would change the rows waits for the log, and is interrupted.
        await using (var connection = await _database.DataSource.OpenConnectionAsync())
        {
            await using var held = await connection.BeginTransactionAsync();
            await new Npgsql.NpgsqlCommand("select position from log for update", connection).ExecuteNonQueryAsync();
            using var interrupt = new CancellationTokenSource();
            var archiving = Archive(cancellation: interrupt.Token);
            await Eventually.True(() => Directory.Exists(Cold) && Directory.GetFiles(Cold, "*.cold").Length == 1);
            await interrupt.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => archiving);
        }
        Assert.Equal(0, await _database.Query<long>("select count(*) from events where data::text = 'null'"));
        Assert.True((await Archive()).Streams > 0);
        Assert.Equal(hashes, await ReadEverything());
    }

    [Fact]
    public async Task A_stream_that_has_moved_on_since_it_was_read_stays()
    {
        await using var log = new Log(_database);
        var archive = new StreamArchive(_database.DataSource, Cold);
        StreamName moving = new("default", "stock", "LONG-A"), resting = new("default", "stock", "LONG-B");
        var streams = new[] { (await archive.Read(moving, None))!, (await archive.Read(resting, None))! };
        var command = Guid.NewGuid();
        await log.Aggregates.Execute("LONG-A", new ReceiveStock(1, TimeProvider.System.GetUtcNow()), new CommandContext("default", command, "test", command) { Fingerprint = [1] }, None);

        Assert.Equal(1, (await archive.MoveToFile(streams, None)).Moved);
        Assert.Equal("stock-LONG-B", await _database.Query<string>("select string_agg(stream_id, ',') from streams where archived"));
        Assert.NotNull(await archive.Read(resting, None));
        await _database.Execute("delete from snapshots");
        Assert.IsType<CommandOutcome.Done>(await log.Aggregates.Execute(
            "LONG-B", new ReceiveStock(1, TimeProvider.System.GetUtcNow()), new CommandContext("default", Guid.NewGuid(), "test", command) { Fingerprint = [1] }, None));
    }

    [Fact]
    public async Task A_backup_holds_the_cold_files_and_a_restore_puts_them_where_they_are_found()
    {
        await Archive();
        var before = await ReadEverything();
        await new BackupRun(_database.DataSource, BackupFiles.MakeFolder(_folder.Below("backup"), null), _ => { }).Run(None);
        Directory.Delete(Cold, recursive: true);

        await using var restored = await TestDatabase.Create();
        var manifest = await BackupManifest.Read(_folder.Below("backup"), None);
        await new RestoreRun(restored.DataSource, _folder.Below("backup"), manifest, _folder.Below("elsewhere"), _ => { })
            .Run(Audited.ActionOf("orders restore", "test", null), None);
        Assert.Equal(before, await ReadEverything(restored));
        Assert.True((await VerificationTests.Run(restored)).Ok);
    }

    private async Task<ArchiveReport> Archive(TimeSpan? age = null, bool isDryRun = false, CancellationToken cancellation = default)
    {
        await using var log = new Log(_database);
        return await new ArchiveRun(_database.DataSource, log.Aggregates, Cold, _ => { })
            .Run(TimeProvider.System.GetUtcNow() - (age ?? TimeSpan.FromDays(-1)), isDryRun, cancellation);
    }

    private async Task IsNoticed(string stream)
    {
        await using var log = new Log(_database);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => log.Store.ReadStream(new StreamName("default", "order", stream["order-".Length..]), 0, 10, None));
        var report = await VerificationTests.Run(_database, logOnly: true);
        Assert.Equal(Verdict.Violated, report.Invariants.Single(line => line.Number == 2).Verdict);
    }

    private async Task<(string Id, string Sku)> FindDelivered()
    {
        await using var log = new Log(_database);
        foreach (var id in await List("select substr(stream_id, 7) from streams where type = 'order' and tenant = 'default' and archived order by 1"))
        {
            if ((await log.Aggregates.Load<OrderState>("default", id, PointInTime.Latest, None)).State is OrderState.Delivered delivered)
                return (id, delivered.Facts.Lines[0].Sku);
        }
        throw new InvalidOperationException("No archived order is delivered.");
    }

    private async Task<List<string>> List(string sql)
    {
        await using var command = _database.DataSource.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
            texts.Add(reader.GetString(0));
        return texts;
    }

    private async Task Verifies()
    {
        var report = await VerificationTests.Run(_database);
        Assert.True(report.Ok, string.Join('\n', report.Invariants.SelectMany(invariant => invariant.First)));
    }

    private async Task<List<string>> ReadEverything(TestDatabase? database = null)
    {
        await using var log = new Log(database ?? _database);
        var events = new List<string>();
        for (long position = 0; await log.Store.ReadLog(position, 500, None) is { Count: > 0 } page; position = page[^1].Position)
        {
            foreach (var recorded in page)
                events.Add($"{recorded.Position} {recorded.Stream} {recorded.Version} {recorded.Type} {System.Text.Encoding.UTF8.GetString(recorded.Data.Span)} {System.Text.Encoding.UTF8.GetString(recorded.Metadata.Span)} {Convert.ToHexString(recorded.Hash.Span)}");
        }
        return events;
    }

    private sealed class Log : IAsyncDisposable
    {
        public Log(TestDatabase database)
        {
            Store = PostgresLog.Open(database.DataSource);
            Aggregates = new Aggregates(Store, new EngineOptions());
        }

        public PostgresEventStore Store { get; }

        public Aggregates Aggregates { get; }

        public async ValueTask DisposeAsync()
        {
            await Aggregates.DisposeAsync();
            await Store.DisposeAsync();
        }
    }
}
