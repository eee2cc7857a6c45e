using Npgsql;

namespace OrleansOrders.ReadModels;

/// <summary>What the database refuses for good.</summary>
internal static class Refusals
{
    /// <summary>Class 22, data exceptions: a text or a number that the column cannot hold.</summary>
    public static bool IsOfData(PostgresException refusal) => refusal.SqlState.StartsWith("22", StringComparison.Ordinal);
}
