using System.Net;
using System.Net.Sockets;
using Npgsql;
using OrleansOrders.Cli.Doctor;
using OrleansOrders.Engine.Personal;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli.Doctor;

/// <summary>Each mistake about servers, machine and database, made once: doctor names it and what to do.</summary>
public sealed class ExaminationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_database_that_is_all_right_is_found_so_and_every_check_is_in_its_page()
    {
        await using var database = await TestDatabase.Create([.. Schema.Sets]);
        var found = await Examine(database.ConnectionString);

        // A server for tests may have given up its durability, and may lack the roles; the rest is as it must be.
        string[] ofTheMachine = ["durability", "database roles", "data folder", "disk space", "memory", "connections"];
        Assert.All(found.Where(one => !ofTheMachine.Contains(one.Name)), one => Assert.Equal((one.Name, one.Detail, Health.Ok), (one.Name, one.Detail, one.Health)));
        Assert.True(found.Count >= 20, $"{found.Count} checks");
        var page = Repository.Read("docs/doctor.md");
        Assert.All(found, one => Assert.Contains($"| {one.Name} |", page, StringComparison.Ordinal));
        Assert.All(found, one => Assert.Equal(one.Health != Health.Ok, one.Fix is { Length: > 0 }));
    }

    [Theory]
    [InlineData("nonsense", "is not a connection string")]
    [InlineData("Host=127.0.0.1;Port=1;Username=nobody;Timeout=2", "does not answer")]
    public async Task A_database_that_cannot_be_had_is_named(string connectionString, string detail) =>
        Assert.Single(await Examine(connectionString), one => one.Health == Health.Fail && one.Detail.Contains(detail, StringComparison.Ordinal));

    [Fact]
    public async Task A_database_that_is_not_there_or_has_no_tables_or_newer_ones_is_named()
    {
        await using var database = await TestDatabase.Create();
        Is(await Examine(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "nowhere" }.ConnectionString), Health.Fail, "no such database");
        Is(await Examine(database.ConnectionString), Health.Warn, "no tables yet");
        await Migrator.Apply(database.DataSource, [EventStoreSchema.Migrations]);
        Is(await Examine(database.ConnectionString), Health.Warn, "older than this program");
        await database.Execute("update schema_versions set version = 999");
        Is(await Examine(database.ConnectionString), Health.Fail, "is at 999");
    }

    [Fact]
    public async Task A_database_that_only_reads_or_cannot_hold_every_name_is_named()
    {
        await using var database = await TestDatabase.Create();
        await database.Execute($"alter database {database.Name} set default_transaction_read_only = on");
        NpgsqlConnection.ClearPool(database.DataSource.CreateConnection());
        Is(await Examine(database.ConnectionString), Health.Fail, "default_transaction_read_only");
        Assert.Equal(Health.Fail, ServerChecks.Writable(isStandby: true, isReadOnly: false).Health);
        Assert.Equal(Health.Fail, ServerChecks.Encoding("LATIN1").Health);
    }

    [Fact]
    public async Task Personal_texts_under_another_master_key_are_named()
    {
        await using var database = await TestDatabase.Create(EventStoreSchema.Migrations);
        var keys = new PersonalKeyTable(database.DataSource);
        Assert.Null(await PersonalKeyTable.ClaimMaster(database.DataSource, TestKeys.Master.Ids, default));
        await keys.Ensure([TestKeys.Master.Create("shop", "ada")], default);

        var file = folder.Below("master.key");
        MasterKeySetting.ReadOrMake(file);
        var found = await DatabaseChecks.MasterKey(database.DataSource, file, default);
        Assert.Equal((Health.Fail, true), (found.Health, found.Detail.Contains(TestKeys.Master.Ids[0], StringComparison.Ordinal)));
    }

    [Fact]
    public void Settings_under_which_acknowledged_orders_are_lost_are_named()
    {
        Assert.Equal(Health.Ok, ServerChecks.Durability(fsync: true, fullPageWrites: true, synchronousCommit: true).Health);
        Assert.Contains("synchronous_commit", ServerChecks.Durability(true, true, false).Detail, StringComparison.Ordinal);
        Assert.Contains("fsync and full_page_writes", ServerChecks.Durability(false, false, true).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=localhost", Health.Ok)]
    [InlineData("Host=/var/run/postgresql", Health.Ok)]
    [InlineData("Host=db.example.org", Health.Warn)]
    [InlineData("Host=db.example.org;SSL Mode=Require", Health.Warn)]
    [InlineData("Host=db.example.org;SSL Mode=VerifyFull", Health.Ok)]
    public void A_way_on_which_others_can_read_along_is_named(string connectionString, Health health) =>
        Assert.Equal(health, ServerChecks.Encryption(connectionString).Health);

    [Theory]
    [InlineData(130_011, Health.Fail)]
    [InlineData(140_000, Health.Ok)]
    public void A_server_that_is_too_old_is_named(int version, Health health) => Assert.Equal(health, ServerChecks.Version(version, "x").Health);

    [Theory]
    [InlineData(20, Health.Fail)]
    [InlineData(97, Health.Ok)]
    public void Too_few_connections_are_named(int free, Health health) => Assert.Equal(health, ServerChecks.Connections(free).Health);

    [Theory]
    [InlineData("Max open files            1024                 1024                 files", Health.Warn)]
    [InlineData("Max open files            1024                 524288               files", Health.Ok)]
    [InlineData("Max open files            unlimited            unlimited            files", Health.Ok)]
    [InlineData("", Health.Ok)]
    public void Too_few_open_files_are_named(string limits, Health health) => Assert.Equal(health, MachineChecks.OpenFiles(limits).Health);

    [Fact]
    public async Task Neighbours_that_do_not_answer_are_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var (there, gone) = ($"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", "127.0.0.1:1");
        Assert.Equal(Health.Ok, (await Kafka(there)).Health);
        Assert.Equal(Health.Warn, (await Kafka($"{there}, {gone}")).Health);
        Assert.Equal(Health.Fail, (await Kafka(gone)).Health);
        Assert.Equal(Health.Ok, (await Kafka("")).Health);
        Assert.Equal(Health.Fail, (await NeighbourChecks.Mail(
            name => name switch { "ORDERS_SMTP_HOST" => "127.0.0.1", "ORDERS_SMTP_PORT" => "1", "ORDERS_SMTP_FROM" => "shop@example.org", _ => null }, default)).Health);
    }

    [Theory]
    [InlineData("/tmp/shop", Health.Warn)]
    [InlineData("/dev/shm/shop/.data", Health.Warn)]
    [InlineData("/srv/shop", Health.Ok)]
    public void Orders_in_a_folder_that_the_system_empties_are_named(string data, Health health) =>
        Assert.Equal(health, DatabaseChecks.DataFolder(data).Health);

    [Fact]
    public void A_port_that_is_taken_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Assert.Equal(Health.Warn, MachineChecks.Port(((IPEndPoint)listener.LocalEndpoint).Port).Health);
    }

    private static Task<Finding> Kafka(string servers) => NeighbourChecks.Kafka(name => name == "ORDERS_KAFKA" ? servers : null, default);

    private async Task<IReadOnlyList<Finding>> Examine(string connectionString) => await new Examination(
        folder.Below("data"), 0, new Dictionary<string, string> { ["ORDERS_POSTGRES"] = connectionString, ["ORDERS_MASTER_KEY_FILE"] = MasterKey() },
        TimeProvider.System).Run(default);

    private string MasterKey()
    {
        MasterKeySetting.ReadOrMake(folder.Below("key"));
        return folder.Below("key");
    }

    private static void Is(IReadOnlyList<Finding> found, Health health, string detail) => Assert.Contains(
        found, one => one.Health == health && one.Fix is not null && one.Detail.Contains(detail, StringComparison.Ordinal));
}
