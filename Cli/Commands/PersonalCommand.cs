using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using OrleansOrders.Cli.Backup;
using OrleansOrders.Engine.Personal;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>The keys of personal data: who was erased, and a new master key.</summary>
internal static class PersonalCommand
{
    public static Command Create() =>
        new("personal", "Look after the keys of personal data.") { CreateErased(), CreateRewrap() };

    private static Command CreateErased()
    {
        var erased = new Command("erased", "List who was erased, a line of JSON each, as `restore --erasures` reads it.") { CommonOptions.Data };
        erased.Does(async (parsed, terminal, cancellation) =>
        {
            await using var log = await OpenLog.Open(parsed.GetValue(CommonOptions.Data)!, terminal, cancellation);
            var customers = (await new PersonalKeyTable(log.Source).ListErased(cancellation))
                .Select(customer => new Erasure(customer.Tenant, customer.CustomerId)).ToList();
            terminal.Print(new { erased = customers }, output =>
            {
                foreach (var customer in customers)
                    output.WriteLine(JsonSerializer.Serialize(customer, JsonSerializerOptions.Web));
            });
            return ExitCodes.Ok;
        });
        return erased;
    }

    private static Command CreateRewrap()
    {
        var rewrap = new Command(
            "rewrap", "Wrap all customers' keys under the first line of the master key file, so that its other lines can go.") { CommonOptions.Data };
        rewrap.Does(async (parsed, terminal, cancellation) =>
        {
            var data = parsed.GetValue(CommonOptions.Data)!;
            await using var log = await OpenLog.Open(data, terminal, cancellation);
            var file = MasterKeySetting.FileFor(data);
            var master = MasterKeySetting.Read(file);
            await MasterKeySetting.Claim(log.Source, master, file, cancellation);
            return await Audited.Run(
                log.Source, "orders personal rewrap", $"master key {master.Ids[0]}", null, () => Rewrap(log, master, terminal, cancellation), cancellation);
        });
        return rewrap;
    }

    private static async Task<int> Rewrap(OpenLog log, MasterKey master, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            var (rewrapped, inUse) = await MasterKeyChange.Run(log.Owner, master, cancellation);
            terminal.Print(new { masterKey = master.Ids[0], rewrapped, inUse }, output => output.WriteLine(
                $"{rewrapped} keys are wrapped anew, under master key {master.Ids[0]}. " + (inUse.Count == 0
                    ? "No other is needed: its line can go from the file, and from all copies of it that no backup needs."
                    : $"Still in use: {string.Join(", ", inUse)}. Restart what has it on the first line, and give the command again.")));
            return inUse.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
        }
        catch (CryptographicException damaged)
        {
            throw new Failure(ExitCodes.DataUnusable, $"A key cannot be wrapped anew: {damaged.Message}", damaged);
        }
    }
}
