namespace OrleansOrders.Hosting;

/// <summary>What the programs tell their caller when they end. Documented in the README; stable.</summary>
public static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The work was done and the answer is no: a violation, a failed check, a refused switch.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or unusable input; nothing was done.</summary>
    public const int BadInput = 2;

    /// <summary>A server, a database, a port or a program that is needed cannot be had.</summary>
    public const int Unreachable = 3;

    /// <summary>The data is there but this program must not touch it: damaged, or written by a newer version.</summary>
    public const int DataUnusable = 4;

    /// <summary>The other silos have given this one up, because it did not answer them. It may be started again at once.</summary>
    public const int GivenUp = 5;

    /// <summary>An error nobody foresaw.</summary>
    public const int Unexpected = 70;
}
