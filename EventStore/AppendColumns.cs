using Npgsql;
using NpgsqlTypes;

namespace OrleansOrders.EventStore;

/// <summary>
/// The arguments of <c>append_batch</c>: a batch turned into columns. The lists are filled again for every batch.
/// </summary>
internal sealed class AppendColumns
{
    public const string Statement =
        "select * from append_batch($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23)";

    private readonly NpgsqlParameter<bool> _retry = new() { NpgsqlDbType = NpgsqlDbType.Boolean };
    private readonly NpgsqlParameter<bool> _writes = new() { NpgsqlDbType = NpgsqlDbType.Boolean };
    private readonly Column<string> _tenants = new(NpgsqlDbType.Text);
    private readonly Column<string> _streamIds = new(NpgsqlDbType.Text);
    private readonly Column<long> _expectedVersions = new(NpgsqlDbType.Bigint);
    private readonly Column<byte[]> _expectedHashes = new(NpgsqlDbType.Bytea);
    private readonly Column<int> _eventCounts = new(NpgsqlDbType.Integer);
    private readonly Column<int> _lastEvents = new(NpgsqlDbType.Integer);
    private readonly Column<int> _receiptRequests = new(NpgsqlDbType.Integer);
    private readonly Column<Guid> _commandIds = new(NpgsqlDbType.Uuid);
    private readonly Column<byte[]> _fingerprints = new(NpgsqlDbType.Bytea);
    private readonly Column<string?> _refusalCodes = new(NpgsqlDbType.Text);
    private readonly Column<string?> _refusalDetails = new(NpgsqlDbType.Text);
    private readonly Column<byte[]> _receiptDigests = new(NpgsqlDbType.Bytea);
    private readonly Column<int> _eventRequests = new(NpgsqlDbType.Integer);
    private readonly Column<long> _eventVersions = new(NpgsqlDbType.Bigint);
    private readonly Column<Guid> _eventIds = new(NpgsqlDbType.Uuid);
    private readonly Column<string> _eventTypes = new(NpgsqlDbType.Text);
    private readonly Column<byte[]> _eventData = new(NpgsqlDbType.Json);
    private readonly Column<byte[]> _eventMetadata = new(NpgsqlDbType.Json);
    private readonly Column<DateTime> _eventOccurredAt = new(NpgsqlDbType.TimestampTz);
    private readonly Column<byte[]> _eventHashes = new(NpgsqlDbType.Bytea);
    private readonly NpgsqlParameter<Guid> _writer = new() { NpgsqlDbType = NpgsqlDbType.Uuid };
    private readonly IColumn[] _columns;
    private readonly List<(Receipt Receipt, byte[] Digest, int Number)> _receipts = [];

    /// <summary>Hands the parameters to the command, which keeps them.</summary>
    public AppendColumns(NpgsqlCommand command)
    {
        _columns =
        [
            _tenants, _streamIds, _expectedVersions, _expectedHashes, _eventCounts, _lastEvents, _receiptRequests, _commandIds,
            _fingerprints, _refusalCodes, _refusalDetails, _eventRequests, _eventVersions, _eventIds, _eventTypes, _eventData,
            _eventMetadata, _eventOccurredAt, _eventHashes,
        ];
        command.Parameters.Add(_retry);
        command.Parameters.Add(_writes);
        foreach (var column in _columns)
            command.Parameters.Add(column.Parameter);
        command.Parameters.Add(_writer);
        command.Parameters.Add(_receiptDigests.Parameter);
    }

    public void Fill(IReadOnlyList<PendingAppend> batch, bool retry, Guid writer)
    {
        _writer.TypedValue = writer;
        foreach (var column in _columns)
            column.Clear();
        _receiptDigests.Clear();
        _retry.TypedValue = retry;
        for (var i = 0; i < batch.Count; i++)
        {
            AddEvents(batch[i], number: i + 1);
            AddRequest(batch[i]);
        }
        AddReceipts(batch);
        _writes.TypedValue = _eventIds.Count > 0 || _commandIds.Count > 0;
    }

    private void AddRequest(PendingAppend pending)
    {
        var request = pending.Request;
        _tenants.Add(request.Stream.Tenant);
        _streamIds.Add(pending.StreamId);
        _expectedVersions.Add(request.Expected.Version);
        _expectedHashes.Add(pending.ExpectedHash);
        _eventCounts.Add(request.Events.Count);
        _lastEvents.Add(_eventIds.Count);
    }

    /// <summary>In the order of their ids, which is that of their key: neighbours meet the same pages of it.</summary>
    private void AddReceipts(IReadOnlyList<PendingAppend> batch)
    {
        _receipts.Clear();
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].Request.Receipt is { } receipt)
                _receipts.Add((receipt, batch[i].ReceiptDigest!, i + 1));
        }
        _receipts.Sort(static (a, b) => a.Receipt.CommandId.CompareTo(b.Receipt.CommandId));
        foreach (var (receipt, digest, number) in _receipts)
        {
            _receiptRequests.Add(number);
            _commandIds.Add(receipt.CommandId);
            _fingerprints.Add(receipt.Fingerprint);
            _refusalCodes.Add(receipt.RefusalCode);
            _refusalDetails.Add(receipt.RefusalDetail);
            _receiptDigests.Add(digest);
        }
    }

    private void AddEvents(PendingAppend pending, int number)
    {
        var request = pending.Request;
        for (var i = 0; i < request.Events.Count; i++)
        {
            var added = request.Events[i];
            _eventRequests.Add(number);
            _eventVersions.Add(request.Expected.Version + i + 1);
            _eventIds.Add(added.EventId);
            _eventTypes.Add(added.Type);
            _eventData.Add(added.Data);
            _eventMetadata.Add(added.Metadata);
            _eventOccurredAt.Add(HashChain.Round(added.OccurredAt).UtcDateTime);
            _eventHashes.Add(pending.EventHashes[i]);
        }
    }

    private interface IColumn
    {
        NpgsqlParameter Parameter { get; }

        void Clear();
    }

    private sealed class Column<T> : IColumn
    {
        private readonly List<T> _values = [];

        public Column(NpgsqlDbType element) =>
            Parameter = new NpgsqlParameter<List<T>> { TypedValue = _values, NpgsqlDbType = NpgsqlDbType.Array | element };

        public NpgsqlParameter Parameter { get; }

        public int Count => _values.Count;

        public void Add(T value) => _values.Add(value);

        public void Clear() => _values.Clear();
    }
}
