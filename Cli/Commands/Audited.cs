using Npgsql;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Auditing;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Puts a verb that changes something on record: before it begins, and when it has ended.</summary>
internal static class Audited
{
    /// <param name="database">Of the audit; null where there is none yet, as before a first migration.</param>
    /// <param name="work">Returns the exit code.</param>
    /// <exception cref="UnavailableException">It cannot be put on record, and is not done.</exception>
    public static async Task<int> Run(
        NpgsqlDataSource? database, string action, string target, string? reason, Func<Task<int>> work, CancellationToken cancellation)
    {
        if (database is null)
            return await work();
        await using var trail = new AuditTrail(database, TimeProvider.System);
        var audited = ActionOf(action, target, reason);
        var intent = await trail.Begin(audited, cancellation);
        try
        {
            var code = await work();
            await trail.End(intent, audited, code == ExitCodes.Ok ? "done" : $"ended with exit code {code}", CancellationToken.None);
            return code;
        }
        catch (Exception failure) when (failure is not UnavailableException)
        {
            await trail.End(intent, audited, $"failed: {failure.GetType().Name}", CancellationToken.None);
            throw;
        }
    }

    /// <summary>What the person at this terminal does.</summary>
    public static AuditedAction ActionOf(string action, string target, string? reason) =>
        new(null, $"cli:{Environment.UserName}", action, target, reason, Environment.MachineName);

    /// <summary>Whether the database has an audit to write to.</summary>
    public static async Task<bool> IsThere(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select to_regclass('audit') is not null and to_regclass('audit_head') is not null");
        return await command.ExecuteScalarAsync(cancellation) is true;
    }
}
