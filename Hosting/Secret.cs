namespace OrleansOrders.Hosting;

/// <summary>
/// A setting that nobody may read: from the environment, or from the file that the variable of the same name with _FILE
/// names, as containers are given secrets. Never from a command line, which every user of the machine can see.
/// </summary>
public static class Secret
{
    /// <summary>Of the variable that names the file.</summary>
    public const string FileEnding = "_FILE";

    /// <returns>Null when neither is set.</returns>
    /// <exception cref="Failure">Both are set, or the file cannot be read or is empty. No value is ever in the message.</exception>
    public static string? Read(string variable) => Read(variable, Environment.GetEnvironmentVariable);

    /// <param name="environment">Gives a variable's value.</param>
    public static string? Read(string variable, Func<string, string?> environment)
    {
        var value = environment(variable) is { Length: > 0 } given ? given : null;
        if (environment(variable + FileEnding) is not { Length: > 0 } file)
            return value;
        if (value is not null)
            throw new Failure(ExitCodes.BadInput, $"{variable} and {variable}{FileEnding} are both set: set one of them.");
        try
        {
            return File.ReadAllText(file).TrimEnd('\r', '\n') is { Length: > 0 } content
                ? content
                : throw new Failure(ExitCodes.BadInput, $"{variable}{FileEnding} names an empty file: {file}");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new Failure(ExitCodes.BadInput, $"{variable}{FileEnding} names a file that cannot be read: {unreadable.Message}", unreadable);
        }
    }
}
