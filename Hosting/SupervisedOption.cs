using System.CommandLine;

namespace OrleansOrders.Hosting;

/// <summary>Says that another program of ours has started this one. See <see cref="StopSignal"/>.</summary>
public static class SupervisedOption
{
    public const string Name = "--supervised";

    public static Option<bool> Create() => new(Name)
    {
        Description = "Stop when standard input ends, and leave Ctrl-C to the program that holds it open.",
        Hidden = true,
    };
}
