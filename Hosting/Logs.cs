using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace OrleansOrders.Hosting;

/// <summary>The process's log: one line an entry, on standard error, so that standard output stays the command's own.</summary>
public static class Logs
{
    /// <summary>Names the level: <c>trace</c>, <c>debug</c>, <c>information</c>, <c>warning</c> (the default), <c>error</c>, <c>none</c>.</summary>
    public const string LevelVariable = "ORDERS_LOG_LEVEL";

    /// <exception cref="Failure">The environment names no level that there is.</exception>
    public static LogLevel LevelFromEnvironment() => Environment.GetEnvironmentVariable(LevelVariable) switch
    {
        null or "" => LogLevel.Warning,
        var given when Enum.TryParse<LogLevel>(given, ignoreCase: true, out var level) && Enum.IsDefined(level) => level,
        _ => throw new Failure(ExitCodes.BadInput, $"{LevelVariable} is trace, debug, information, warning, error or none."),
    };

    public static ILoggerFactory Create(LogLevel level) => LoggerFactory.Create(builder => Quieten(builder, level)
        .SetMinimumLevel(level)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        })
        .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));

    // Whoever asks for more than what an operator needs gets all of it.
    private static ILoggingBuilder Quieten(ILoggingBuilder builder, LogLevel level) => level < LogLevel.Information ? builder : builder
        .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
        // A start that fails reaches the caller, who says it in one line.
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
        // Advice on garbage collection, which was weighed; and again a start that fails, once for each stage it came through.
        .AddFilter("Orleans.Runtime.Silo", LogLevel.Critical)
        .AddFilter("Orleans.Runtime.SiloLifecycleSubject", LogLevel.Critical)
        // Calls that are turned away reach their callers, who repeat them; a gateway that waits for silos says so in its health.
        .AddFilter("Orleans.Messaging", LogLevel.Critical);
}
