using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Kafka;

/// <summary>
/// Tells the topic of dead letters of every stream that was parked, for whatever consumer: where, for whom and why. The
/// event's data stays in the log. Once or more; the letter's id tells them apart.
/// </summary>
internal sealed class LetterRelay(PublisherContext context, LetterAnnouncements announcements)
{
    private const int Batch = 100;

    /// <summary>Runs until it is told to stop; beside the publisher, which holds the lease.</summary>
    public async Task Run(CancellationToken stop)
    {
        using var sender = new Sender(context.Options, _ => { }); // the publisher says it when there is no broker
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (await Announce(sender, stop) == Batch)
                    continue;
            }
            catch (Exception failure)
            {
                if (!stop.IsCancellationRequested)
                    context.Log.AnnouncementFailed(failure);
            }
            await Task.Delay(context.Options.Patience, context.Time, stop).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task<int> Announce(Sender sender, CancellationToken stop)
    {
        var letters = await announcements.ReadNext(Batch, stop);
        var delivered = await Task.WhenAll(letters.Select(letter => Send(sender, letter).WaitAsync(stop)));
        if (delivered.FirstOrDefault(error => error.Code != ErrorCode.NoError) is { } failed)
            throw new SendFailedException(failed.Reason);
        if (letters.Count > 0)
            await announcements.Mark([.. letters.Select(letter => letter.Id)], stop);
        return letters.Count;
    }

    private static Task<Error> Send(Sender sender, UnannouncedLetter letter)
    {
        var told = new TaskCompletionSource<Error>(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new Message<byte[], byte[]>
        {
            Key = Encoding.UTF8.GetBytes(letter.StreamId),
            Value = Write(letter),
            Headers = new Headers { { PublishedEvents.DeadLetterHeaders.Consumer, Encoding.UTF8.GetBytes(letter.Consumer) } },
        };
        var partition = PublishedEvents.PartitionOf(letter.StreamId);
        return sender.Send(PublishedEvents.DeadLetterTopic, partition, message, report => told.TrySetResult(report.Error)) is { } error
            ? Task.FromResult(error)
            : told.Task;
    }

    private static byte[] Write(UnannouncedLetter letter)
    {
        using var buffer = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, letter.Id);
            json.WriteString("consumer"u8, letter.Consumer);
            json.WriteString("tenant"u8, letter.Tenant);
            json.WriteString("streamId"u8, letter.StreamId);
            json.WriteNumber("version"u8, letter.Version);
            json.WriteNumber("position"u8, letter.Position);
            json.WriteString("eventId"u8, letter.EventId);
            json.WriteString("type"u8, letter.Type);
            json.WriteString("cause"u8, letter.Cause);
            json.WriteString("parkedAt"u8, letter.ParkedAt.UtcDateTime);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }
}
