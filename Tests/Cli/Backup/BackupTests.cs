using OrleansOrders.Cli.Backup;
using OrleansOrders.Cli.Commands;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;
using OrleansOrders.Tests.Verify;

namespace OrleansOrders.Tests.Cli.Backup;

public sealed class BackupTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_restored_is_what_was_backed_up_and_can_be_backed_up_again()
    {
        await using var original = await FilledDatabase.Copy();
        await Publish(original, "the old one");
        var before = await Contents(original);
        var manifest = await Write(original, "first");

        await using var restored = await TestDatabase.Create();
        await Read(restored, "first");
        Assert.Equal(before, await Contents(restored));
        var report = await VerificationTests.Run(restored);
        Assert.True(report.Ok, string.Join('\n', report.Invariants.SelectMany(invariant => invariant.First)));
        await Work(restored);

        Assert.True((await Write(restored, "second")).Position > manifest.Position);
        await using var again = await TestDatabase.Create();
        await Read(again, "second");
        await Work(again);
        Assert.True((await VerificationTests.Run(again)).Ok);
    }

    [Fact]
    public async Task A_publisher_of_before_moves_nothing_after_a_restore()
    {
        await using var original = await FilledDatabase.Copy();
        var tenure = await Publish(original, "the old one");
        await Write(original, "backup");
        await using var restored = await TestDatabase.Create();
        await Read(restored, "backup");

        var old = new PublisherLease(restored.DataSource, "the old one");
        Assert.False(await old.Keep(tenure.Epoch, new PublisherCheckpoint(2, [], [], []), None));
        var next = await new PublisherLease(restored.DataSource, "the new one").Renew(TimeSpan.FromMinutes(1), None);
        Assert.True(next!.Epoch > tenure.Epoch + RestoreRun.EpochsAhead - 1);
        Assert.Equal(1, next.Position);
    }

    [Fact]
    public async Task Nothing_is_restored_over_anything_nor_from_a_damaged_backup()
    {
        await using var original = await FilledDatabase.Copy();
        var manifest = await Write(original, "backup");
        Assert.Equal(ExitCodes.BadInput, (await Assert.ThrowsAsync<Failure>(() => Read(original, "backup"))).ExitCode);

        await using var empty = await TestDatabase.Create();
        var file = _folder.Below("backup", manifest.Tables.First(table => table.Name == "events").File.Name);
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        var damaged = await Assert.ThrowsAsync<Failure>(() => Read(empty, "backup"));
        Assert.Contains("events", damaged.Message, StringComparison.Ordinal);
        File.Delete(_folder.Below("backup", BackupManifest.FileName));
        await Assert.ThrowsAsync<Failure>(() => Read(empty, "backup"));
    }

    [Fact]
    public async Task A_backup_of_other_tables_is_left_alone()
    {
        await using var original = await FilledDatabase.Copy();
        await original.Execute("update schema_migrations set checksum = 'older' where name = 'tables/events.sql'");
        await Write(original, "backup");
        await using var empty = await TestDatabase.Create();
        var other = await Assert.ThrowsAsync<Failure>(() => Read(empty, "backup"));
        Assert.Contains("event-store/tables/events.sql", other.Message, StringComparison.Ordinal);
        Assert.Equal(0, await empty.Query<long>("select position from log"));
    }

    [Fact]
    public void A_backup_goes_to_a_new_folder_outside_of_the_data()
    {
        var data = _folder.Below("data");
        Directory.CreateDirectory(data);
        File.WriteAllText(_folder.Below("file"), "");
        Directory.CreateDirectory(_folder.Below("full", "inside"));
        foreach (var refused in new[] { Path.Combine(data, "backup"), data, _folder.Below("file"), _folder.Below("full") })
            Assert.Equal(ExitCodes.BadInput, Assert.Throws<Failure>(() => BackupFiles.MakeFolder(refused, data)).ExitCode);
        var made = BackupFiles.MakeFolder(_folder.Below("new"), data);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(made));
    }

    [Fact]
    public async Task Customers_who_were_erased_since_the_backup_are_erased_again()
    {
        await using var original = await FilledDatabase.Copy();
        var manifest = await Write(original, "backup");
        await using var restored = await TestDatabase.Create();
        await Read(restored, "backup");
        var customer = (await restored.Query<string>("select stream_id from streams where tenant = 'default' and type = 'customer' order by stream_id limit 1"))["customer-".Length..];
        var list = _folder.Below("erased.jsonl");
        await File.WriteAllTextAsync(list, $$"""
            {"tenant": "default", "customerId": "{{customer}}"}

            {"tenant": "default", "customerId": "unheard-of"}
            """);

        var erasures = await ErasuresAfterBackup.Read(list, None);
        for (var time = 1; time <= 2; time++) // the second finds it done
            Assert.Equal(2, await ErasuresAfterBackup.Apply(restored.DataSource, manifest.Id, erasures, TimeProvider.System, None));
        Assert.Equal(
            [("default", customer), ("default", "unheard-of")],
            (await new PersonalKeyTable(restored.DataSource).ListErased(None)).OrderBy(erased => erased.CustomerId == "unheard-of"));
        Assert.Equal("customer-erased.v1", await restored.Query<string>(
            $"select type from events where tenant = 'default' and stream_id = 'customer-{customer}' order by version desc limit 1"));
        await File.WriteAllTextAsync(list, "everybody");
        await Assert.ThrowsAsync<Failure>(() => ErasuresAfterBackup.Read(list, None));
    }

    private static async Task<PublisherTenure> Publish(TestDatabase database, string owner)
    {
        var lease = new PublisherLease(database.DataSource, owner);
        var tenure = (await lease.Renew(TimeSpan.FromMinutes(10), None))!;
        Assert.True(await lease.Keep(tenure.Epoch, new PublisherCheckpoint(1, [], [], []), None));
        return tenure;
    }

    // New commits must not be taken for parts of those that were restored.
    private static async Task Work(TestDatabase database)
    {
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString));
        foreach (var sku in new[] { "NEW-A", "NEW-B" })
        {
            var id = Guid.NewGuid();
            var context = new CommandContext("default", id, "test", id) { Fingerprint = [1] };
            Assert.IsType<CommandOutcome.Done>(await host.Aggregates.Execute(sku, new ReceiveStock(1, TimeProvider.System.GetUtcNow()), context, None));
        }
        await FilledDatabase.WaitForRest(host);
    }

    private async Task<BackupManifest> Write(TestDatabase database, string name) =>
        await new BackupRun(database.DataSource, BackupFiles.MakeFolder(_folder.Below(name), null), _ => { }).Run(None);

    private async Task Read(TestDatabase database, string name)
    {
        var manifest = await BackupManifest.Read(_folder.Below(name), None);
        var restore = new RestoreRun(database.DataSource, _folder.Below(name), manifest, _folder.Below($"{name}-cold"), _ => { });
        await restore.CheckFiles(None);
        await restore.Run(Audited.ActionOf("orders restore", "test", "rehearsal"), None);
    }

    private static async Task<string[]> Contents(TestDatabase database)
    {
        var contents = new List<string>();
        foreach (var (table, columns) in new[]
        {
            ("streams", "s"), ("commands", "s"), ("snapshots", "s"), ("provider_ledger", "s"), ("order_details", "s"), ("sales", "s"),
            ("notifications", "s"), ("reaction_checkpoints", "s"), ("kafka_partitions", "s"),
            ("events", "(position, stream_key, version, event_id, occurred_at, recorded_at, tenant, stream_id, type, data::text, metadata::text, hash)"),
        })
            contents.Add($"{table} {await database.Query<string>($"select count(*) || ' ' || coalesce(md5(string_agg({columns}::text, '|' order by {columns}::text)), '') from {table} s")}");
        return [.. contents];
    }
}
