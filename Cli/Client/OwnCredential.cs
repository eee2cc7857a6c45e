using System.Net.Http.Headers;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Client;

/// <summary>What verbs that talk to a server show it. Never an option: a command line can be read by every user of the machine.</summary>
public static class OwnCredential
{
    /// <summary>The key or token itself.</summary>
    public const string Variable = "ORDERS_KEY";

    /// <summary>A file that holds it, and nothing else.</summary>
    public const string FileVariable = Variable + Secret.FileEnding;

    /// <returns>Null when the environment names none.</returns>
    /// <exception cref="Failure">It cannot be read, or could not be one.</exception>
    public static AuthenticationHeaderValue? Read() => Read(Environment.GetEnvironmentVariable);

    /// <param name="variable">Gives a variable's value.</param>
    /// <inheritdoc cref="Read()"/>
    public static AuthenticationHeaderValue? Read(Func<string, string?> variable)
    {
        if (Secret.Read(Variable, variable)?.Trim() is not { } text)
            return null;
        return text.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? throw new Failure(ExitCodes.BadInput, $"{Variable} (or the file that {FileVariable} names) is a key or token: visible ASCII characters without spaces.")
            : new AuthenticationHeaderValue("Bearer", text);
    }
}
