using System.Diagnostics;
using Npgsql;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Deployment;

/// <summary>deploy/make-secrets makes connection strings and users with which the database can be migrated and used.</summary>
public sealed class UsersTests : IAsyncLifetime
{
    private static readonly string[] Kinds = ["migrator", "writer", "projector", "publisher", "reader"];

    private readonly TemporaryFolder _folder = new();
    private TestDatabase _database = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.Create();
        await _database.Execute("drop table schema_migrations, schema_versions"); // somebody else's, who would have migrated it
    }

    public async Task DisposeAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString;
        await _database.DisposeAsync();
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand(string.Join(';', Kinds.Select(kind => $"drop role if exists {UserOf(kind)}")), connection);
        await drop.ExecuteNonQueryAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_migrator_migrates_and_every_other_user_works_as_its_role()
    {
        Assert.Equal(0, await MakeSecrets("--host", "db.internal"));
        await _database.Execute((await Read("users.sql")).Replace("shop_", $"shop_{_database.Name}_", StringComparison.Ordinal));
        await using (var migrator = NpgsqlDataSource.Create(await Here("migrator")))
        {
            Assert.NotEmpty(await Schema.Apply(migrator, CancellationToken.None));
            Assert.True((await RoleFence.Look(migrator, CancellationToken.None)).IsUp);
        }
        var given = new Dictionary<string, string>();
        foreach (var kind in Kinds.Skip(1))
            given[$"orders_{kind}"] = await Here(kind);
        var connections = await new DatabaseLogins(given[RoleNames.Writer]) { Given = given }.Find(CancellationToken.None);
        await WorksAs(connections.Writer, "writer");
        await WorksAs(connections.Projector, "projector");
        await WorksAs(connections.Publisher, "publisher");
        await WorksAs(connections.Reader, "reader");
        await using var writer = NpgsqlDataSource.Create(connections.Writer);
        await using var change = writer.CreateCommand("update events set type = type");
        Assert.Equal(
            PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => change.ExecuteNonQueryAsync())).SqlState);
    }

    [Fact]
    public async Task Passwords_differ_are_nobody_elses_to_see_and_are_made_once()
    {
        Assert.Equal(0, await MakeSecrets("--options", "SSL Mode=VerifyFull"));
        var passwords = new List<string> { await Read("postgres"), await Read("dashboard") };
        foreach (var kind in Kinds)
        {
            var connection = new NpgsqlConnectionStringBuilder(await Read(kind));
            Assert.Equal(($"shop_{kind}", "postgres", "orders", SslMode.VerifyFull), (connection.Username, connection.Host, connection.Database, connection.SslMode));
            passwords.Add(connection.Password!);
        }
        Assert.Distinct(passwords);
        Assert.All(passwords, password => Assert.Matches("^[A-Za-z0-9]{32}$", password));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Below("secrets")));
        Assert.Equal(2, await MakeSecrets());
        Assert.Equal(passwords[0], await Read("postgres"));
    }

    private string UserOf(string kind) => $"shop_{_database.Name}_{kind}";

    private Task<string> Read(string file) => File.ReadAllTextAsync(_folder.Below("secrets", file));

    // As it was made, but on the tests' server.
    private async Task<string> Here(string kind) => new NpgsqlConnectionStringBuilder(_database.ConnectionString)
    {
        Username = UserOf(kind), Password = new NpgsqlConnectionStringBuilder(await Read(kind)).Password, Pooling = false,
    }.ConnectionString;

    private async Task WorksAs(string connectionString, string kind)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var who = source.CreateCommand("select session_user || ' as ' || current_user");
        Assert.Equal($"{UserOf(kind)} as orders_{kind}", await who.ExecuteScalarAsync());
    }

    private async Task<int> MakeSecrets(params string[] options)
    {
        var start = new ProcessStartInfo("bash", [Repository.PathOf("deploy", "make-secrets"), "--folder", _folder.Below("secrets"), .. options])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        };
        using var script = Process.Start(start)!;
        await Task.WhenAll(script.StandardOutput.ReadToEndAsync(), script.StandardError.ReadToEndAsync());
        await script.WaitForExitAsync();
        return script.ExitCode;
    }
}
