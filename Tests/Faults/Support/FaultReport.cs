using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit.Abstractions;

namespace OrleansOrders.Tests.Faults;

/// <summary>One line for each fault: what came of it, how long it took, what the clients know.</summary>
internal static class FaultReport
{
    /// <summary>A file that the lines are added to, beside the tests' own output.</summary>
    public const string Variable = "ORDERS_TEST_FAULT_RESULTS";

    private static readonly Lock Writing = new();

    public static string EditionOf(Assembly assembly) =>
        assembly.GetName().Name!.EndsWith("Cluster", StringComparison.Ordinal) ? "cluster" : "standalone";

    /// <summary>A line for each fault that is skipped here, with the reason.</summary>
    public static void WriteNotRun(Assembly assembly, ITestOutputHelper output)
    {
        foreach (var fault in FaultAttribute.In(assembly).Where(fault => fault.Skip is not null))
            Write("not run", fault.Name, EditionOf(assembly), fault.Skip!["not run: ".Length..], output);
    }

    public static void Write(string verdict, string fault, string edition, string rest, ITestOutputHelper output)
    {
        var line = $"{verdict,-8}  {edition,-10}  {fault}: {rest}";
        output.WriteLine(line);
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } file)
            return;
        lock (Writing)
            File.AppendAllText(file, $"{line}\n");
    }
}

/// <summary>Faults are not to have company: what comes of them in time depends on what else the machine has to do.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultsOneByOne
{
    public const string Name = "faults";
}

/// <summary>A shop that something is going to happen to.</summary>
internal interface IShop : IAsyncDisposable
{
    ServerAddress Address { get; }

    /// <summary>Of the database, past whatever is between it and the server.</summary>
    string ConnectionString { get; }

    /// <summary>What is wrong with the topics; null where nothing is published.</summary>
    Func<Task<IReadOnlyList<string>>>? Published => null;

    /// <summary>What the server has said, for when something goes wrong.</summary>
    string Log { get; }
}

/// <summary>Runs a fault: opens the shop, lets customers in, does it, lets them go on, and judges what is left.</summary>
[Trait("tier", "faults"), Collection(FaultsOneByOne.Name)]
public abstract class FaultTest(ITestOutputHelper output)
{
    private const int CommandsAfter = 60;

    protected ITestOutputHelper Output => output;

    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("ORDERS_TEST_ROUNDS"), CultureInfo.InvariantCulture, out var asked) ? asked : 1;

    /// <param name="before">Commands that are acknowledged before it; 0 where the load itself brings it about.</param>
    /// <param name="test">The method that has the fault's name.</param>
    private protected async Task Run<TShop>(
        Func<Task<TShop>> open, Func<TShop, Shoppers, Task> fault, int before = 40, [CallerMemberName] string test = "")
        where TShop : IShop
    {
        var name = GetType().GetMethod(test)!.GetCustomAttribute<FaultAttribute>()!.Name;
        for (var seed = 1; seed <= Rounds; seed++)
        {
            var clock = Stopwatch.StartNew();
            var verdict = new List<Finding>();
            await using var shop = await open();
            await using var shoppers = await Shoppers.Start(shop.Address, seed);
            try
            {
                await shoppers.Continue(before);
                await fault(shop, shoppers);
                await shoppers.Continue(CommandsAfter);
                await shoppers.Stop();
                verdict.AddRange(await HistoryCheck.Run(shop.ConnectionString, shoppers.History, shop.Published));
            }
            catch (Exception failure)
            {
                verdict.Add(new Finding(0, $"{failure.GetType().Name}: {failure.Message}"));
            }
            var seconds = clock.Elapsed.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
            FaultReport.Write(
                verdict.Count == 0 ? "held" : "violated", name, FaultReport.EditionOf(GetType().Assembly),
                $"seed {seed}, {seconds} s, {shoppers.History.Count()}{string.Concat(verdict.Take(1).Select(finding => $"; {finding}"))}", output);
            Assert.True(verdict.Count == 0, $"{string.Join('\n', verdict.Take(20))}\n{shop.Log}");
        }
    }
}
