using Npgsql;

namespace OrleansOrders.Hosting.Roles;

/// <summary>
/// The rights of the roles in one database. They are compared with <see cref="Rights"/> and mended whenever the database is
/// migrated; where nothing is missing, nothing is written.
/// </summary>
public static class RoleFence
{
    // Not the migrations' own: they are over by then.
    private const long LockKey = 0x6f72_6465_7273_0002;

    /// <summary>Makes the roles that the server lacks, and gives each its rights, all or none.</summary>
    /// <param name="database">Of a user who may own what is in it, and who may create roles where they are missing.</param>
    /// <param name="canLogIn">The roles are users themselves; only where nobody else reaches the server.</param>
    /// <returns>Why there is no fence, because the user may not raise it; null when it stands.</returns>
    public static async Task<string?> Raise(NpgsqlDataSource database, bool canLogIn, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            await Execute(connection, $"select pg_advisory_xact_lock({LockKey})", cancellation);
            await Execute(connection, RoleStatements.Create(canLogIn), cancellation);
            if (await FindMissing(connection, cancellation) is { Count: > 0 } missing)
                await Execute(connection, string.Join(";\n", missing), cancellation);
            await transaction.CommitAsync(cancellation);
            return null;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return refused.MessageText;
        }
    }

    /// <summary>Looks, and changes nothing.</summary>
    public static async Task<FenceState> Look(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(RoleStatements.Look);
        command.Parameters.AddWithValue(RoleNames.All.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new FenceState(reader.GetInt64(0) == RoleNames.All.Count, reader.GetBoolean(1), reader.GetBoolean(2));
    }

    /// <summary>The statements that would bring the rights to what they should be.</summary>
    public static async Task<IReadOnlyList<string>> FindMissing(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(RoleStatements.FindMissing, connection);
        command.Parameters.AddWithValue(Rights.All.Select(right => right.Object).ToArray());
        command.Parameters.AddWithValue(Rights.All.Select(right => right.Role).ToArray());
        command.Parameters.AddWithValue(Rights.All.Select(right => right.Privilege).ToArray());
        command.Parameters.AddWithValue(Rights.All.Select(right => right.Column).ToArray());
        command.Parameters.AddWithValue(RoleNames.All.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var statements = new List<string>();
        while (await reader.ReadAsync(cancellation))
            statements.Add(reader.GetString(0));
        return statements;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        // A table changes its owner when nobody works on it, which takes as long as it takes.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>What <see cref="RoleFence.Look"/> found.</summary>
/// <param name="IsUp">Every role is there and has its rights in this database.</param>
/// <param name="IsMember">The user who asked may take on every role.</param>
/// <param name="RolesLogIn">The roles are users themselves.</param>
public sealed record FenceState(bool IsUp, bool IsMember, bool RolesLogIn);
