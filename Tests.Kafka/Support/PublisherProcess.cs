using System.Diagnostics;

namespace OrleansOrders.Tests.Kafka.Support;

/// <summary>A publisher that can be killed for real.</summary>
internal sealed class PublisherProcess : IDisposable
{
    private readonly Process process;

    public PublisherProcess(string connectionString, string bootstrapServers)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet",
            [typeof(Program).Assembly.Location, "publish", connectionString, bootstrapServers])
        {
            RedirectStandardInput = true,
        };
        process = Process.Start(start)!;
    }

    /// <summary>As <c>kafka_publisher.owner</c> names it.</summary>
    public bool Owns(string? owner) => owner?.Split('/') is [_, var id, _] && id == $"{process.Id}";

    public long WorkingSet
    {
        get
        {
            process.Refresh();
            Assert.False(process.HasExited, "The publisher has ended by itself.");
            return process.WorkingSet64;
        }
    }

    /// <summary>SIGKILL: it can do nothing about it.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
            Kill();
        process.Dispose();
    }
}
