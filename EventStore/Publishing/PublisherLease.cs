using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>What a publisher holds while it may publish.</summary>
/// <param name="Epoch">One more with every change of holder.</param>
/// <param name="Position">Everything up to here is published, or set aside as a dead letter.</param>
public sealed record PublisherTenure(long Epoch, long Position);

/// <summary>The last event of one part of one topic, by its position in the log.</summary>
public readonly record struct PublishedPart(string Topic, int Partition, long LastPosition);

/// <summary>An event that was passed over because its stream is parked.</summary>
/// <param name="PreviousPosition">Of the event before it in its part of its topic.</param>
public sealed record WaitingEvent(StreamName Stream, long Version, long Position, long PreviousPosition);

/// <summary>What is written together: how far everything is published, and what was set aside on the way.</summary>
public sealed record PublisherCheckpoint(
    long Position, IReadOnlyCollection<PublishedPart> Parts, IReadOnlyCollection<PoisonEvent> Poison,
    IReadOnlyCollection<WaitingEvent> Waiting);

/// <summary>
/// The right to publish the log: one holder at a time, by the database's clock, and a checkpoint that only the holder moves.
/// </summary>
/// <param name="dataSource">Of a database that <see cref="EventStoreSchema.Migrations"/> was applied to. Stays the caller's.</param>
/// <param name="owner">Unique to this publisher, and to this start of it.</param>
public sealed class PublisherLease(NpgsqlDataSource dataSource, string owner)
{
    /// <summary>Asks for the right, or keeps it for so much longer.</summary>
    /// <returns>Null while somebody else holds it.</returns>
    public async Task<PublisherTenure?> Renew(TimeSpan lease, CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand("select r_epoch, r_position from lease_publisher($1, $2)");
        Add(command, owner, lease);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new PublisherTenure(reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    /// <summary>Gives the right back, so that nobody has to wait for it.</summary>
    public async Task Leave(CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand(
            "update kafka_publisher set leased_until = '-infinity', state = 'idle', error = null where owner = $1");
        Add(command, owner);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Says how it goes. Only the holder's word is taken.</summary>
    public async Task Tell(long epoch, string state, string? error, string? warning, long aheadBy, CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand(
            "update kafka_publisher set state = $2, error = $3, warning = $4, ahead_by = $5, updated_at = clock_timestamp() where epoch = $1");
        Add(command, epoch, state, error ?? (object)DBNull.Value, warning ?? (object)DBNull.Value, aheadBy);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Writes the checkpoint, all of it or nothing.</summary>
    /// <returns>False when the epoch is over, and nothing was written.</returns>
    public async Task<bool> Keep(long epoch, PublisherCheckpoint checkpoint, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand("select checkpoint_publisher($1, $2, $3, $4, $5)", connection);
        Add(
            command, epoch, checkpoint.Position, checkpoint.Parts.Select(part => part.Topic).ToArray(),
            checkpoint.Parts.Select(part => part.Partition).ToArray(), checkpoint.Parts.Select(part => part.LastPosition).ToArray());
        if (!(bool)(await command.ExecuteScalarAsync(cancellation))!)
            return false;
        foreach (var poison in checkpoint.Poison)
            await DeadLetters.Park(connection, poison, cancellation);
        await WaitingTable.Add(connection, checkpoint.Waiting, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    /// <summary>The last event of every part of every topic, as of the checkpoint.</summary>
    public async Task<IReadOnlyList<PublishedPart>> ReadParts(CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand("select topic, partition, last_position from kafka_partitions");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var parts = new List<PublishedPart>();
        while (await reader.ReadAsync(cancellation))
            parts.Add(new PublishedPart(reader.GetString(0), reader.GetInt32(1), reader.GetInt64(2)));
        return parts;
    }

    /// <summary>What waits of a parked stream, in order.</summary>
    public Task<IReadOnlyList<WaitingEvent>> ReadWaiting(StreamName stream, CancellationToken cancellation) =>
        WaitingTable.Read(dataSource, stream, cancellation);

    /// <summary>A parked stream is published up to the checkpoint: its letter is closed, and nothing of it waits any more.</summary>
    /// <returns>False when the epoch is over, and nothing was changed.</returns>
    public Task<bool> Release(long epoch, ParkedStream parked, CancellationToken cancellation) =>
        Settle(epoch, parked, null, cancellation);

    /// <summary>A replay has come to an event that is refused: what came before it is done, and the stream waits from there on.</summary>
    /// <returns>False when the epoch is over, and nothing was changed.</returns>
    public Task<bool> ParkAgain(long epoch, ParkedStream parked, PoisonEvent poison, CancellationToken cancellation) =>
        Settle(epoch, parked, poison, cancellation);

    private async Task<bool> Settle(long epoch, ParkedStream parked, PoisonEvent? poison, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // The row stays locked, so that nobody takes over between the look and the change.
        await using var command = new NpgsqlCommand("select from kafka_publisher where epoch = $1 for update", connection);
        Add(command, epoch);
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            if (!reader.HasRows)
                return false;
        }
        await WaitingTable.Remove(connection, parked.Stream, poison?.Version ?? long.MaxValue, cancellation);
        // The same event once more is one more attempt of the same letter.
        if (poison is null || poison.Version != parked.Version)
            await DeadLetters.Close(connection, parked.LetterId, cancellation);
        if (poison is not null)
            await DeadLetters.Park(connection, poison, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private static void Add(NpgsqlCommand command, params object[] values)
    {
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
    }
}
