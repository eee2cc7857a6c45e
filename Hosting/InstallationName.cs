namespace OrleansOrders.Hosting;

/// <summary>The name that the operations page shows, so that nobody takes the test system for the real one.</summary>
public static class InstallationName
{
    public const string Variable = "ORDERS_ENVIRONMENT";

    private const int Longest = 40;

    /// <returns>Null when none is set.</returns>
    /// <exception cref="Failure">It is too long for a banner.</exception>
    public static string? Read()
    {
        var name = Environment.GetEnvironmentVariable(Variable)?.Trim();
        if (name is { Length: > Longest })
            throw new Failure(ExitCodes.BadInput, $"{Variable} has at most {Longest} characters.");
        return name is { Length: > 0 } ? name : null;
    }
}
