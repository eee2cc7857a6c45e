using System.Collections.Concurrent;
using OrleansOrders.Tests.Http.Contract;

namespace OrleansOrders.Tests.Http.Hostile;

/// <summary>Any number of hostile requests, a seed each, over connections that keep many of them under way.</summary>
internal sealed class HostileFlood(Uri server, string orderId)
{
    private const int Connections = 8;
    private const int Pipelined = 32;

    /// <summary>One of so many is damaged as bytes, too.</summary>
    private const int Damaged = 25;

    // Ends the connection when the damage did not.
    private static readonly byte[] Last = "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray();

    private int next;

    /// <summary>What no server should do, each with the seed that shows it.</summary>
    public ConcurrentQueue<string> Failures { get; } = new();

    public ConcurrentDictionary<int, long> Statuses { get; } = new();

    public long Answers => Statuses.Values.Sum();

    /// <summary>Sends the seeds that follow those sent before.</summary>
    public async Task Send(int count)
    {
        var end = next + count;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(() => Work(end))));
        next = end;
    }

    private async Task Work(int end)
    {
        for (int first; (first = Interlocked.Add(ref next, Pipelined) - Pipelined) < end;)
        {
            var seeds = Enumerable.Range(first, Math.Min(Pipelined, end - first)).ToList();
            await SendWhole(new Queue<int>(seeds.Where(seed => seed % Damaged != 0)));
            foreach (var seed in seeds.Where(seed => seed % Damaged == 0))
                await SendDamaged(seed);
        }
    }

    // The server may end a connection after an answer; the rest is sent again over another.
    private async Task SendWhole(Queue<int> seeds)
    {
        var requests = seeds.ToDictionary(seed => seed, seed => new HostileRequest(seed, orderId));
        while (seeds.Count > 0)
        {
            using var connection = await RawConnection.Open(server);
            await connection.Send(seeds.SelectMany(seed => requests[seed].ToBytes()).ToArray());
            RawAnswer? answer;
            var answered = 0;
            do
            {
                var seed = seeds.Peek();
                answer = await Read(connection, seed, requests[seed].Method == "HEAD");
                if (answer is not null)
                    answered++;
                else if (answered == 0)
                    Failures.Enqueue($"seed {seed}: the connection ended without an answer");
                if (answer is not null || answered == 0)
                    seeds.Dequeue();
            }
            while (answer is { IsLast: false } && seeds.Count > 0);
        }
    }

    private async Task SendDamaged(int seed)
    {
        var request = new HostileRequest(seed, orderId);
        var bytes = WireDamage.Apply(new Random(seed), request.ToBytes());
        using var connection = await RawConnection.Open(server);
        await connection.Send((byte[])[.. bytes, .. Last]);
        // What the damage left of HEAD decides whether an answer has a body.
        var hasNoBody = bytes.AsSpan().StartsWith("HEAD "u8);
        while (await Read(connection, seed, hasNoBody) is { IsLast: false })
            hasNoBody = false;
    }

    private async Task<RawAnswer?> Read(RawConnection connection, int seed, bool hasNoBody)
    {
        try
        {
            var answer = await connection.Read(hasNoBody);
            if (answer is null)
                return null;
            Statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
            if (!HostileContract.IsHarmless(answer.Status, answer.MediaType, answer.Code, hasNoBody))
                Failures.Enqueue($"seed {seed}: {answer}");
            return answer;
        }
        catch (TimeoutException)
        {
            Failures.Enqueue($"seed {seed}: neither an answer nor an end");
            return null;
        }
    }
}
