using OrleansOrders.Http;

namespace OrleansOrders.Hosting;

/// <summary>The file with the callers' keys.</summary>
public static class KeysFile
{
    /// <summary>Names the file when no option does.</summary>
    public const string Variable = "ORDERS_KEYS_FILE";

    /// <summary>What the variable says, or null.</summary>
    public static string? Given => Environment.GetEnvironmentVariable(Variable);

    /// <summary>Empty when no file is named.</summary>
    /// <exception cref="Failure">It cannot be read, or is not a list of keys.</exception>
    public static IReadOnlyList<ApiKey> Read(string? file)
    {
        if (string.IsNullOrEmpty(file))
            return [];
        try
        {
            return ApiKey.Parse(File.ReadAllBytes(file));
        }
        catch (FormatException wrong)
        {
            throw new Failure(ExitCodes.BadInput, $"{file}: {wrong.Message}", wrong);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCodes.BadInput, $"The keys file cannot be read: {unreadable.Message} See --keys and {Variable}.", unreadable);
        }
    }
}
