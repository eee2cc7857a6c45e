using Npgsql;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Cli.Verify;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Load;

/// <summary>Whether `orders verify` holds after a load.</summary>
/// <param name="Verdict"><c>holds</c>, <c>violated: ...</c>, or <c>not run: ...</c> with the reason.</param>
/// <param name="Report">Null when it was not run.</param>
public sealed record LoadVerdict(string Verdict, VerificationReport? Report)
{
    internal const string Holds = "holds";

    internal static LoadVerdict NotRun(string why) => new($"not run: {why}", null);

    internal static LoadVerdict Of(VerificationReport report) => new(
        report.Ok ? Holds : $"violated: {string.Join("; ", report.Invariants
            .Where(invariant => invariant.Verdict == Cli.Verify.Verdict.Violated).Select(invariant => invariant.Name))}", report);
}

/// <summary>Verifies the database that the load went into, where it can be reached from here.</summary>
internal sealed class LoadVerification(string dataFolder, Terminal terminal, TimeProvider time)
{
    private const string FindOrder = "select exists (select from streams where stream_id = 'order-' || $1)";

    /// <param name="order">The last that the server acknowledged: another database does not have it, and is not judged.</param>
    public async Task<LoadVerdict> Run(string? order, CancellationToken cancellation)
    {
        // Without a server of its own a data folder is not what the load went into, and is not started for nothing.
        if (DatabaseAddress.Given is null && ServerNote.Read(dataFolder) is null)
            return LoadVerdict.NotRun($"no server runs on {dataFolder}; name its folder with --data, or its database with {DatabaseAddress.Variable}");
        try
        {
            await using var database = await Database.Visit(dataFolder, terminal, cancellation);
            return await Judge(database.ConnectionString, order, cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return LoadVerdict.NotRun(ErrorLine.From(failure, cancellation).Line);
        }
    }

    /// <summary>The same, for a database that is known.</summary>
    public async Task<LoadVerdict> Judge(string connectionString, string? order, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        if (order is not null && !await Has(source, order, cancellation))
            return LoadVerdict.NotRun($"the database that can be reached from here is not the server's; name that one with --data or {DatabaseAddress.Variable}");
        return LoadVerdict.Of(await new Verification(source, connectionString, time)
            .Run(logOnly: false, what => terminal.Report($"Checking {what} ..."), cancellation));
    }

    private static async Task<bool> Has(NpgsqlDataSource source, string order, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(FindOrder);
        command.Parameters.AddWithValue(order);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
