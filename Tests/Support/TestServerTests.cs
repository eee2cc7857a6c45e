using Npgsql;
using Xunit;

namespace OrleansOrders.Tests.Support;

public sealed class TestServerTests
{
    [Fact]
    public async Task The_shared_server_lets_tests_make_databases_and_knows_trigrams()
    {
        await using var source = NpgsqlDataSource.Create(await TestServer.ConnectionString);
        await using var command = source.CreateCommand(
            "select rolcreatedb or rolsuper from pg_roles where rolname = current_user and exists (select 1 from pg_available_extensions where name = 'pg_trgm')");
        Assert.Equal(true, await command.ExecuteScalarAsync());
    }
}
