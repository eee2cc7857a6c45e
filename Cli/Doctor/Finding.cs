namespace OrleansOrders.Cli.Doctor;

public enum Health
{
    Ok,
    Warn,
    Fail,
}

/// <summary>What one check found.</summary>
/// <param name="Fix">What to do about it; null when all is well.</param>
public sealed record Finding(string Name, Health Health, string Detail, string? Fix)
{
    public static Finding Ok(string name, string detail) => new(name, Health.Ok, detail, null);

    public static Finding Warn(string name, string detail, string fix) => new(name, Health.Warn, detail, fix);

    public static Finding Fail(string name, string detail, string fix) => new(name, Health.Fail, detail, fix);
}
