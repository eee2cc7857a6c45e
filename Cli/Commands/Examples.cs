using System.CommandLine;

namespace OrleansOrders.Cli.Commands;

/// <summary>What <c>--help</c> shows below a verb's options. Each can be typed as it stands.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> ByVerb = new(StringComparer.Ordinal)
    {
        ["orders"] = ["orders serve", "orders seed", "orders doctor", "orders order show --help"],
        ["serve"] = ["orders serve", "orders serve --port 8080 --data shop", "orders serve --silos 3"],
        ["migrate"] = ["orders migrate", "ORDERS_POSTGRES='Host=db;Username=owner;Database=shop' orders migrate"],
        ["import"] = ["orders import sales.csv", "orders import sales.csv --no-stock --url http://localhost:8080 --json"],
        ["order show"] = ["orders order show o7f3k", "orders order show o7f3k --at 3", "orders order show o7f3k --tenant shop --json"],
        ["projections list"] = ["orders projections list", "orders projections list --json"],
        ["projections rebuild"] = ["orders projections rebuild sales", "orders projections rebuild sales --max-differences 10"],
        ["dead-letters list"] = ["orders dead-letters list", "orders dead-letters list --consumer reactions --state parked"],
        ["dead-letters show"] = ["orders dead-letters show 0b54cf0e-8f6c-4d8e-9a0c-3f6a5f0a2a11"],
        ["dead-letters repair"] =
        [
            "orders dead-letters repair 0b54cf0e-8f6c-4d8e-9a0c-3f6a5f0a2a11 --type order-placed.v1 --data-file event.json --reason 'written by 2.0'",
        ],
        ["dead-letters replay"] =
        [
            "orders dead-letters replay 0b54cf0e-8f6c-4d8e-9a0c-3f6a5f0a2a11 --reason repaired",
            "orders dead-letters replay --consumer reactions --dry-run --reason 'after the upgrade'",
        ],
        ["keys create"] =
        [
            "orders keys create --keys keys.json --holder till-7 --tenant shop --scopes orders:read,orders:write",
            "orders keys create --keys keys.json --holder ada --tenant shop --scopes all --days 30",
        ],
        ["keys list"] = ["orders keys list --keys keys.json"],
        ["keys revoke"] = ["orders keys revoke k3f9a --keys keys.json"],
        ["verify"] = ["orders verify", "orders verify --log-only --json"],
        ["audit list"] = ["orders audit list", "orders audit list --actor ada --limit 200"],
        ["audit verify"] = ["orders audit verify"],
        ["personal erased"] = ["orders personal erased > erased.jsonl"],
        ["personal rewrap"] = ["orders personal rewrap"],
        ["archive"] = ["orders archive --dry-run", "orders archive --older-than 365d --to /srv/cold"],
        ["backup"] = ["orders backup --to /srv/backups/monday"],
        ["restore"] = ["orders restore --from /srv/backups/monday --data restored --reason 'the disk broke'"],
        ["kafka accept-ahead"] = ["orders kafka accept-ahead --reason 'the lost hour was agreed on'"],
        ["simulate"] = ["orders simulate --seeds 10000", "orders simulate --first 4711 --seeds 1"],
        ["seed"] = ["orders seed", "orders seed --orders 500 --seed 7"],
        ["load"] = ["orders load --rate 200 --duration 60s", "orders load --rate 50 --url http://10.0.0.7:8080 --yes --json"],
        ["doctor"] = ["orders doctor", "orders doctor --port 9090 --data shop --json"],
        ["contracts"] = ["orders contracts", "orders contracts --check"],
        ["bench"] = ["orders bench --quick", "orders bench --only R1 --only R6"],
        ["bench growth"] = ["orders bench growth --quick"],
        ["completion"] = ["source <(orders completion bash)", "orders completion fish > ~/.config/fish/completions/orders.fish"],
    };

    /// <summary>Empty for a verb that only has verbs below it.</summary>
    public static IReadOnlyList<string> Of(Command command) => ByVerb.GetValueOrDefault(NameOf(command)) ?? [];

    /// <summary>As it is typed, without the program: <c>order show</c>.</summary>
    public static string NameOf(Command command) => command is RootCommand
        ? "orders"
        : string.Join(' ', command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).Select(NameOf).Append(command.Name));
}
