using Npgsql;

namespace OrleansOrders.ReadModels;

/// <summary>
/// The publishers there were. Each publishes again everything after the position that it began at, so that what an earlier
/// one has published beyond that need not be taken, and after a restored backup must not be.
/// </summary>
internal sealed class PublisherEpochs(NpgsqlDataSource dataSource)
{
    private readonly List<(long Epoch, long From)> _epochs = [];

    public async Task Load(CancellationToken cancellation)
    {
        await using var select = dataSource.CreateCommand("select epoch, from_position from kafka_epochs order by epoch");
        await using var reader = await select.ExecuteReaderAsync(cancellation);
        _epochs.Clear();
        while (await reader.ReadAsync(cancellation))
        {
            var (epoch, from) = (reader.GetInt64(0), reader.GetInt64(1));
            // One that began further back makes those in between irrelevant.
            _epochs.RemoveAll(earlier => earlier.From >= from);
            _epochs.Add((epoch, from));
        }
    }

    public bool IsVoid(long epoch, long position)
    {
        for (var i = _epochs.Count - 1; i >= 0 && _epochs[i].Epoch > epoch; i--)
        {
            if (position > _epochs[i].From)
                return true;
        }
        return false;
    }
}
