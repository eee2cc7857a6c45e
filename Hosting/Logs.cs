using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace OrleansOrders.Hosting;

/// <summary>The process's log: one line an entry, on standard error, so that standard output stays the command's own.</summary>
public static class Logs
{
    /// <summary>Names the level: <c>trace</c>, <c>debug</c>, <c>information</c>, <c>warning</c> (the default), <c>error</c>, <c>none</c>.</summary>
    public const string LevelVariable = "ORDERS_LOG_LEVEL";

    /// <summary>Names the form: <c>text</c> (the default) or <c>json</c>, one object a line.</summary>
    public const string FormatVariable = "ORDERS_LOG_FORMAT";

    /// <exception cref="Failure">The environment names no form that there is.</exception>
    public static bool IsJson() => Environment.GetEnvironmentVariable(FormatVariable) switch
    {
        null or "" or "text" => false,
        "json" => true,
        _ => throw new Failure(ExitCodes.BadInput, $"{FormatVariable} is text or json."),
    };

    /// <exception cref="Failure">The environment names no level that there is.</exception>
    public static LogLevel LevelFromEnvironment() => Environment.GetEnvironmentVariable(LevelVariable) switch
    {
        null or "" => LogLevel.Warning,
        var given when Enum.TryParse<LogLevel>(given, ignoreCase: true, out var level) && Enum.IsDefined(level) => level,
        _ => throw new Failure(ExitCodes.BadInput, $"{LevelVariable} is trace, debug, information, warning, error or none."),
    };

    public static ILoggerFactory Create(LogLevel level) => Create(level, IsJson());

    public static ILoggerFactory Create(LogLevel level, bool isJson) => LoggerFactory.Create(builder => Quieten(builder, level)
        .SetMinimumLevel(level)
        .AddConsole(console => (console.FormatterName, console.LogToStandardErrorThreshold) = (isJson ? LogLines.Json : LogLines.Text, LogLevel.Trace))
        .Services.AddSingleton<ConsoleFormatter>(new LogLines(LogLines.Text, TimeProvider.System))
        .AddSingleton<ConsoleFormatter>(new LogLines(LogLines.Json, TimeProvider.System)));

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
