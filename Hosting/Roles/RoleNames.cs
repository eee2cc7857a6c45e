namespace OrleansOrders.Hosting.Roles;

/// <summary>
/// The roles that the database knows. They belong to the whole PostgreSQL server and have no rights of their own outside of
/// the databases that <see cref="RoleFence.Raise"/> was asked to fence.
/// </summary>
public static class RoleNames
{
    /// <summary>Owns the tables and functions; nobody works as it but migrations.</summary>
    public const string Migrator = "orders_migrator";

    /// <summary>Appends and reads the log, and keeps what reacts to it. Can change or remove no event.</summary>
    public const string Writer = "orders_writer";

    /// <summary>Owns the read models, and reads the log.</summary>
    public const string Projector = "orders_projector";

    /// <summary>Reads the log, and keeps how far it is published.</summary>
    public const string Publisher = "orders_publisher";

    /// <summary>Reads the read models, one tenant at a time.</summary>
    public const string Reader = "orders_reader";

    /// <summary>Reads everything, of all tenants.</summary>
    public const string Backup = "orders_backup";

    public static IReadOnlyList<string> All { get; } = [Migrator, Writer, Projector, Publisher, Reader, Backup];
}
