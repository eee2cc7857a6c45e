using Npgsql;
using NpgsqlTypes;

namespace OrleansOrders.Engine.Webhooks;

/// <summary>One attempt and what follows from it.</summary>
/// <param name="Status">Of the delivery from now on.</param>
/// <param name="DueAt">When it is tried again, if it is.</param>
internal sealed record AttemptRecord(Guid DeliveryId, int Number, DateTimeOffset At, PostResult Result, string Status, DateTimeOffset DueAt);

/// <summary>Writes attempts down, many at once where many end at once.</summary>
/// <param name="disabled">Told of subscriptions that were disabled by it, and why.</param>
internal sealed class WebhookRecords
{
    private const int MostAtOnce = 200;

    private readonly NpgsqlDataSource database;
    private readonly WebhookOptions options;
    private readonly Action<Guid, string> disabled;
    private readonly Gathered<AttemptRecord, bool> gathered;

    public WebhookRecords(NpgsqlDataSource database, WebhookOptions options, Action<Guid, string> disabled)
    {
        (this.database, this.options, this.disabled) = (database, options, disabled);
        gathered = new(MostAtOnce, Write);
    }

    public Task Add(AttemptRecord record) => gathered.Ask(record, CancellationToken.None);

    private async Task<IReadOnlyList<bool>> Write(IReadOnlyList<AttemptRecord> records)
    {
        await using var connection = await database.OpenConnectionAsync();
        var stopped = await WebhookRows.Read(
            connection, "select r_webhook_id, r_reason from record_webhook_attempts($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            reader => (reader.GetGuid(0), reader.GetString(1)), CancellationToken.None,
            Column(record => record.DeliveryId), Column(record => record.Number), Column(record => record.At),
            Column(record => (long)record.Result.Took.TotalMilliseconds),
            WebhookRows.OrNull(Column(record => record.Result.StatusCode), NpgsqlDbType.Array | NpgsqlDbType.Integer),
            WebhookRows.OrNull(Column(record => record.Result.Error), NpgsqlDbType.Array | NpgsqlDbType.Text),
            WebhookRows.OrNull(Column(record => record.Result.Reply), NpgsqlDbType.Array | NpgsqlDbType.Text),
            Column(record => record.Status), Column(record => record.DueAt), Column(record => record.Result.IsGone), options.DisableAfter);
        foreach (var (id, reason) in stopped)
            disabled(id, reason);
        return new bool[records.Count];

        T[] Column<T>(Func<AttemptRecord, T> of) => [.. records.Select(of)];
    }
}
