using Npgsql;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;

namespace OrleansOrders.Tests.Support;

/// <summary>A database of its own with everything that either edition needs, and with its roles.</summary>
internal sealed class FencedDatabase : IAsyncDisposable
{
    private FencedDatabase(TestDatabase database, RoleConnections connections) => (Database, Connections) = (database, connections);

    public TestDatabase Database { get; }

    public RoleConnections Connections { get; }

    public static async Task<FencedDatabase> Create()
    {
        var database = await TestDatabase.Create();
        await Schema.Apply(database.DataSource, CancellationToken.None);
        return new FencedDatabase(database, await new DatabaseLogins(database.ConnectionString).Find(CancellationToken.None));
    }

    /// <summary>A connection that has taken a role on, as the product's do.</summary>
    public async Task<NpgsqlConnection> Connect(string role)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Database.ConnectionString)
        {
            Options = $"-c role={role}", Pooling = false,
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>A connection of a user who is only a member of a role, so that there is nobody to go back to.</summary>
    public async Task<NpgsqlConnection> ConnectAsUserOf(string role)
    {
        var user = $"user_of_{role}_{Database.Name}";
        await Database.Execute($"create role {user} login in role {role}");
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Database.ConnectionString)
        {
            Username = user, Options = $"-c role={role}", Pooling = false,
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await using (var users = Database.DataSource.CreateCommand(
            $"select rolname from pg_roles where rolname ^@ 'user_of_' and right(rolname, {Database.Name.Length}) = '{Database.Name}'"))
        await using (var reader = await users.ExecuteReaderAsync())
        {
            var names = new List<string>();
            while (await reader.ReadAsync())
                names.Add(reader.GetString(0));
            await reader.DisposeAsync();
            foreach (var name in names)
                await Database.Execute($"drop role {name}");
        }
        await Database.DisposeAsync();
    }
}
