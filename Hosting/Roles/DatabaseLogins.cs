using Npgsql;

namespace OrleansOrders.Hosting.Roles;

/// <summary>How a program was told to reach its database.</summary>
/// <param name="Main">A connection string; its user migrates, and stands in for each role that has no user of its own.</param>
public sealed record DatabaseLogins(string Main)
{
    private static readonly string[] Working = [RoleNames.Writer, RoleNames.Projector, RoleNames.Publisher, RoleNames.Reader];

    /// <summary>Connection strings of users that were made for one role each.</summary>
    public IReadOnlyDictionary<string, string> Given { get; init; } = new Dictionary<string, string>();

    /// <summary>The roles are users themselves, as on a server of the program's own.</summary>
    public bool RolesLogIn { get; init; }

    /// <summary>The variable that names a role's own connection string: <c>ORDERS_POSTGRES_WRITER</c>.</summary>
    public static string VariableOf(string role) => $"{DatabaseAddress.Variable}_{role["orders_".Length..].ToUpperInvariant()}";

    /// <summary>What the environment says; null when it names no database.</summary>
    /// <exception cref="Failure">A variable is not a connection string.</exception>
    public static DatabaseLogins? FromEnvironment(string applicationName)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var role in Working)
        {
            if (Secret.Read(VariableOf(role)) is { } connection)
                given[role] = DatabaseAddress.Check(connection, applicationName, VariableOf(role));
        }
        var main = DatabaseAddress.Given is { } address ? DatabaseAddress.Check(address, applicationName) : given.GetValueOrDefault(RoleNames.Writer);
        if (main is null && given.Count > 0)
            throw new Failure(ExitCodes.BadInput, $"{VariableOf(given.Keys.First())} is set, but neither {DatabaseAddress.Variable} nor {VariableOf(RoleNames.Writer)} is: name the database there.");
        return main is null ? null : new DatabaseLogins(main) { Given = given };
    }

    /// <summary>For a program that cannot do without.</summary>
    /// <exception cref="Failure">No database is named, or what is set is not a connection string.</exception>
    public static DatabaseLogins Require(string applicationName) => FromEnvironment(applicationName) ?? throw new Failure(
        ExitCodes.BadInput, $"{DatabaseAddress.Variable} is not set: name the database, Host=...;Username=...;Database=...");

    /// <summary>For a child process, which finds the same connections.</summary>
    public IEnumerable<KeyValuePair<string, string>> ToEnvironment() =>
        Given.Select(one => KeyValuePair.Create(VariableOf(one.Key), one.Value)).Prepend(KeyValuePair.Create(DatabaseAddress.Variable, Main));

    /// <summary>Looks at the database, and says how each part of the program connects to it.</summary>
    public async Task<RoleConnections> Find(CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Main) { Pooling = false }.ConnectionString);
        var fence = await RoleFence.Look(source, cancellation);
        return new RoleConnections(
            Of(RoleNames.Writer), Of(RoleNames.Projector), Of(RoleNames.Publisher), Of(RoleNames.Reader));

        string Of(string role)
        {
            if (Given.TryGetValue(role, out var own))
                return fence.IsUp ? TakingOn(own, role) : own;
            if (RolesLogIn && fence is { IsUp: true, RolesLogIn: true })
                return new NpgsqlConnectionStringBuilder(Main) { Username = role }.ConnectionString;
            return fence is { IsUp: true, IsMember: true } ? TakingOn(Main, role) : Main;
        }
    }

    // Said when the connection opens: it costs nothing afterwards, and what is made belongs to the role.
    private static string TakingOn(string connectionString, string role)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        builder.Options = $"{builder.Options} -c role={role}".Trim();
        return builder.ConnectionString;
    }
}

/// <summary>Connection strings, one for each kind of work. All are alike where the roles are not there.</summary>
/// <param name="Writer">Of whoever appends, reacts and keeps the cluster together.</param>
/// <param name="Projector">Of whoever keeps the read models.</param>
/// <param name="Publisher">Of the outbox.</param>
/// <param name="Reader">Of queries on behalf of one tenant.</param>
public sealed record RoleConnections(string Writer, string Projector, string Publisher, string Reader)
{
    /// <summary>Everything through one connection string.</summary>
    public RoleConnections(string all)
        : this(all, all, all, all)
    {
    }
}
