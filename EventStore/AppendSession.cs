using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>What became of one append of a batch: a result, or why it can never have one.</summary>
internal readonly record struct AppendOutcome(AppendResult? Result, InvalidAppendException? Error)
{
    /// <summary>An earlier attempt has committed it; this one only found it.</summary>
    public bool IsFoundAgain { get; init; }
}

/// <summary>
/// The writer's connection with its prepared statement. It is kept for as long as it works; after any error a new one
/// is opened, because nothing is known of the old one.
/// </summary>
internal sealed class AppendSession : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _append;
    private readonly AppendColumns _columns;

    private AppendSession(NpgsqlConnection connection)
    {
        _connection = connection;
        _append = new NpgsqlCommand(AppendColumns.Statement, connection) { CommandTimeout = 0 };
        _columns = new AppendColumns(_append);
    }

    public static async Task<AppendSession> Open(NpgsqlDataSource dataSource, CancellationToken cancellation)
    {
        var session = new AppendSession(await dataSource.OpenConnectionAsync(cancellation));
        try
        {
            await session._append.PrepareAsync(cancellation);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the batch in one statement, which is its own transaction, and says what became of each append.</summary>
    public async Task<AppendOutcome[]> Execute(
        IReadOnlyList<PendingAppend> batch, bool retry, Guid writer, CancellationToken cancellation)
    {
        _columns.Fill(batch, retry, writer);
        var results = new AppendOutcome[batch.Count];
        List<int>? received = null;
        await using (var reader = await _append.ExecuteReaderAsync(cancellation))
        {
            await reader.ReadAsync(cancellation);
            var reply = new BatchReply(reader);
            for (var i = 0; i < results.Length; i++)
            {
                if (reply.OutcomeOf(i, batch[i]) is { } outcome)
                    results[i] = outcome;
                else
                    (received ??= []).Add(i);
            }
        }
        if (received is not null)
            await AddReceipts(batch, received, results, cancellation);
        return results;
    }

    public async ValueTask DisposeAsync()
    {
        await _append.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task AddReceipts(
        IReadOnlyList<PendingAppend> batch, List<int> received, AppendOutcome[] results, CancellationToken cancellation)
    {
        foreach (var i in received)
        {
            var (tenant, commandId) = (batch[i].Request.Stream.Tenant, batch[i].Request.Receipt!.CommandId);
            var receipt = await ReceiptTable.Find(_connection, tenant, commandId, cancellation);
            results[i] = new AppendOutcome(new AppendResult.AlreadyReceived(
                receipt ?? throw new InvalidDataException($"The receipt of command {commandId} has disappeared.")), null);
        }
    }

    /// <summary>The one row that <c>append_batch</c> returns.</summary>
    private readonly struct BatchReply(NpgsqlDataReader reader)
    {
        private readonly DateTimeOffset _recordedAt = reader.GetFieldValue<DateTimeOffset>(0);
        private readonly long[] _positions = reader.GetFieldValue<long[]>(1);
        private readonly short[]? _outcomes = Read<short>(reader, 2);
        private readonly long[]? _versions = Read<long>(reader, 3);
        private readonly byte[]?[]? _foundHashes = Read<byte[]?>(reader, 4);
        private readonly DateTime?[]? _foundRecordedAt = Read<DateTime?>(reader, 5);

        /// <summary>Null when the command was received before: its receipt has to be read.</summary>
        public AppendOutcome? OutcomeOf(int i, PendingAppend pending) => (_outcomes?[i] ?? 1) switch
        {
            1 => Appended(i, pending, pending.HeadHash, _recordedAt),
            2 => new AppendOutcome(new AppendResult.Conflict(_versions![i]), null),
            3 => null,
            4 => new AppendOutcome(null, AppendRules.HashMismatch(pending.Request)),
            5 => Appended(i, pending, _foundHashes![i]!, new DateTimeOffset(_foundRecordedAt![i]!.Value)) with { IsFoundAgain = true },
            var unknown => throw new InvalidDataException($"append_batch answered {unknown}."),
        };

        private AppendOutcome Appended(int i, PendingAppend pending, byte[] hash, DateTimeOffset recordedAt)
        {
            var head = new StreamHead(pending.Request.Expected.Version + pending.Request.Events.Count, _positions[i], hash);
            return new AppendOutcome(new AppendResult.Appended(head, recordedAt), null);
        }

        /// <summary>These columns are null when every append of the batch fits.</summary>
        private static T[]? Read<T>(NpgsqlDataReader reader, int column) =>
            reader.IsDBNull(column) ? null : reader.GetFieldValue<T[]>(column);
    }
}
