using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace OrleansOrders.Hosting;

/// <summary>The process's log: one line an entry, on standard error, so that standard output stays the command's own.</summary>
public static class Logs
{
    public static ILoggerFactory Create(LogLevel level) => LoggerFactory.Create(builder => builder
        .SetMinimumLevel(level)
        .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
        // A start that fails reaches the caller, who says it in one line.
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
        // Advice on garbage collection, which was weighed; and again a start that fails, once for each stage it came through.
        .AddFilter("Orleans.Runtime.Silo", LogLevel.Critical)
        .AddFilter("Orleans.Runtime.SiloLifecycleSubject", LogLevel.Critical)
        // Calls that are turned away reach their callers, who repeat them; a gateway that waits for silos says so in its health.
        .AddFilter("Orleans.Messaging", LogLevel.Critical)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        })
        .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
}
