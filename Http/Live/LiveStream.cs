using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace OrleansOrders.Http;

/// <summary>
/// One caller's live stream: server-sent events of his tenant, each once and in log order. What is other tenants' only moves
/// the id on. Nothing is kept for him but his place; while he does not read, nothing more is fetched.
/// </summary>
internal sealed partial class LiveStream(ApiServices services, Caller caller, string scope, long? resumeAfter)
{
    public const string MediaType = "text/event-stream";

    private readonly LiveFeed feed = services.Live;
    private HttpContext context = null!;
    private CancellationToken ended;
    private long position;
    private long told;
    private long beatAt;

    public async Task Write(HttpContext http)
    {
        context = http;
        var end = await feed.Join(caller.Tenant, http.RequestAborted);
        try
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, services.Stopping);
            ended = ending.Token;
            await Begin(end);
            while (await MayGoOn())
                await Step();
        }
        catch (OperationCanceledException) when (services.Stopping.IsCancellationRequested)
        {
            // The end of the process is the end of the stream; whoever followed it comes back, to another one.
        }
        catch (Exception failure) when (http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            // It cannot be answered with a problem any more; whoever followed comes back with the id that he has.
            LogCutOff(services.Log, failure.GetType().Name);
            http.Abort();
        }
        finally
        {
            feed.Leave(caller.Tenant);
        }
    }

    private async Task Begin(long end)
    {
        context.Response.ContentType = MediaType;
        context.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy in between is not to collect it
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        Put("retry: 2000\n"u8);
        if (resumeAfter is not { } after)
            Jump("hello", new LiveJump(end, "begin", null));
        else if (after > end)
            Jump("reset", new LiveJump(end, "not-reached", after));
        else if (end - after > ApiLimits.LiveReplay)
            Jump("reset", new LiveJump(end, "too-far-behind", after));
        else
            Jump("hello", new LiveJump(after, "resume", null));
        beatAt = services.Time.GetTimestamp();
        await Flush();
    }

    private async Task Step()
    {
        var events = feed.Read(position) ?? await Missed();
        if (events.Count == 0)
        {
            await Wait();
            return;
        }
        var before = told;
        foreach (var happened in events)
        {
            if (happened.Tenant != caller.Tenant)
                continue;
            Put(happened.Frame.Span);
            told = happened.Position;
        }
        position = events[^1].Position;
        if (told > before)
            await Flush();
    }

    private async Task<IReadOnlyList<LiveEvent>> Missed()
    {
        var end = feed.Last;
        if (end - position <= ApiLimits.LiveReplay)
            return await feed.ReadLog(position, ended);
        Jump("reset", new LiveJump(end, "too-far-behind", position));
        await Flush();
        return [];
    }

    private async Task Wait()
    {
        var rest = services.Options.LiveBeat - services.Time.GetElapsedTime(beatAt);
        if (rest <= TimeSpan.Zero)
            return;
        await feed.Beyond(position).WaitAsync(rest, services.Time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ended.ThrowIfCancellationRequested();
    }

    /// <summary>Now and then says that the stream is alive and how far the log is, and looks whether the caller may still follow it.</summary>
    private async Task<bool> MayGoOn()
    {
        if (services.Time.GetElapsedTime(beatAt) < services.Options.LiveBeat)
            return true;
        beatAt = services.Time.GetTimestamp();
        try
        {
            if ((await services.Authentication.Admit(context, scope)).Tenant != caller.Tenant)
                return false;
        }
        catch (ProblemException)
        {
            return false;
        }
        Put(":\n"u8);
        if (told < position)
            Put(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {position}\n")));
        told = position;
        Put("\n"u8);
        await Flush();
        return true;
    }

    private void Jump(string name, LiveJump jump)
    {
        Put(LiveEvent.Jump(name, jump));
        told = position = jump.Position;
    }

    private void Put(ReadOnlySpan<byte> bytes) => context.Response.BodyWriter.Write(bytes);

    /// <exception cref="TimeoutException">The caller does not take it.</exception>
    private async Task Flush()
    {
        var flushing = context.Response.BodyWriter.FlushAsync(ended).AsTask();
        await flushing.WaitAsync(services.Options.LiveWriteTime, services.Time);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A live stream was cut off: {Kind}")]
    private static partial void LogCutOff(ILogger log, string kind);
}
