using System.Globalization;

namespace OrleansOrders.Cli.Client;

/// <summary>
/// Shows how far a long verb is, with rate and remaining time: one line that changes on a terminal, a line every five
/// seconds elsewhere. Silent about phases that are over before that.
/// </summary>
public sealed class Progress : IDisposable
{
    private readonly TextWriter writer;
    private readonly bool interactive;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private string phase = "";
    private Func<string> detail = () => "";
    private long total;
    private long done;
    private long started;
    private int width;

    public Progress(TextWriter writer, bool interactive, TimeProvider time)
    {
        (this.writer, this.interactive, this.time) = (writer, interactive, time);
        var every = interactive ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(5);
        timer = time.CreateTimer(_ => Show(), null, every, every);
    }

    /// <summary>Whether a person is looking at <paramref name="writer"/>.</summary>
    public static bool IsTerminal(TextWriter writer) => ReferenceEquals(writer, Console.Error) && !Console.IsErrorRedirected;

    /// <param name="count">0 when nobody knows how much there is.</param>
    /// <param name="more">What else there is to say about it, each time it is shown.</param>
    public void Begin(string name, long count, Func<string>? more = null)
    {
        lock (gate)
        {
            (phase, total, done, started) = (name, count, 0, time.GetTimestamp());
            detail = more ?? (() => "");
            if (interactive)
                Write(Line());
        }
    }

    public void Advance(long count = 1) => Interlocked.Add(ref done, count);

    public void Set(long count) => Interlocked.Exchange(ref done, count);

    /// <summary>A line that stays.</summary>
    public void Report(string line)
    {
        lock (gate)
        {
            Clear();
            writer.WriteLine(line);
        }
    }

    /// <summary>Nothing is shown until the next phase begins.</summary>
    public void End()
    {
        lock (gate)
        {
            phase = "";
            Clear();
        }
    }

    public void Dispose()
    {
        timer.Dispose();
        End();
    }

    private void Show()
    {
        lock (gate)
        {
            if (phase.Length > 0)
                Write(Line());
        }
    }

    private string Line()
    {
        var count = Interlocked.Read(ref done);
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        var rate = seconds > 0 ? count / seconds : 0;
        if (total == 0)
            return string.Create(CultureInfo.InvariantCulture, $"{phase}: {count}, {seconds:0} s{detail()}");
        var left = rate > 0 ? string.Create(CultureInfo.InvariantCulture, $", {Math.Max(0, total - count) / rate:0} s left") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{phase}: {count} of {total}, {rate:0}/s{left}{detail()}");
    }

    private void Write(string line)
    {
        if (!interactive)
        {
            writer.WriteLine(line);
            return;
        }
        writer.Write($"\r{line.PadRight(width)}");
        width = line.Length;
        writer.Flush();
    }

    private void Clear()
    {
        if (interactive && width > 0)
            writer.Write($"\r{new string(' ', width)}\r");
        width = 0;
    }
}
