using System.Collections.Concurrent;
using Confluent.Kafka;
using Npgsql;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Notifications;

namespace OrleansOrders.Kafka;

/// <summary>
/// How far the notifications are, for people: one row of <c>reaction_checkpoints</c> for each part of a topic, named
/// <c>notifications/orders.order/3</c>. Where reading begins is in the group's own offsets.
/// </summary>
internal sealed class NotificationPositions(NpgsqlDataSource database)
{
    private readonly ConcurrentDictionary<TopicPartition, long> reached = [];
    private readonly ConcurrentDictionary<TopicPartition, long> written = [];

    /// <param name="position">Of the last event that was taken, in the log; 0 when there was none yet.</param>
    public void Reached(TopicPartition part, long position)
    {
        if (position > 0)
            reached[part] = position;
    }

    public async Task Write(CancellationToken cancellation)
    {
        foreach (var (part, position) in reached)
        {
            if (written.GetValueOrDefault(part) == position)
                continue;
            var name = $"{NotificationStreams.Consumer}/{part.Topic}/{part.Partition.Value}";
            await new PostgresReactionCheckpoint(database, name).Write(position, cancellation);
            written[part] = position;
        }
    }
}
