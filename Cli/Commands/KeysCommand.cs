using System.CommandLine;
using System.Security.Cryptography;
using OrleansOrders.Hosting;
using OrleansOrders.Http;

namespace OrleansOrders.Cli.Commands;

/// <summary>The callers' keys: making, showing and revoking them. A running server takes up the change by itself.</summary>
internal static class KeysCommand
{
    private const int LongestLife = 3_650;

    private static readonly Argument<string> Id = new("id") { Description = "The key's id, as `keys list` shows it." };

    private static readonly Option<string?> File = new("--keys") { Description = $"The keys file. Default: {KeysFile.Variable}", HelpName = "file" };

    private static readonly Option<string> Holder = new("--holder")
    {
        Description = "Who will act with it, as it is written into events. One person or program, whatever the number of keys.", HelpName = "name", Required = true,
    };

    private static readonly Option<string> Tenant = new("--tenant")
    {
        Description = "Whose data it opens. Default: default", HelpName = "tenant", DefaultValueFactory = _ => "default",
    };

    private static readonly Option<string> ScopesOption = new("--scopes")
    {
        Description = $"What it may do, separated by commas: {string.Join(", ", Scopes.All)}; or all.", HelpName = "scopes", Required = true,
    };

    private static readonly Option<int> Days = new("--days")
    {
        Description = "After how many days it expires; 0 for never. Default: 365", HelpName = "n", DefaultValueFactory = _ => 365,
    };

    public static Command Create()
    {
        CommonOptions.AcceptOnly(Days, 0, LongestLife);
        return new Command("keys", "Make, list and revoke the callers' keys.") { CreateCreate(), CreateList(), CreateRevoke() };
    }

    private static Command CreateCreate()
    {
        var create = new Command("create", "Make a key and show its secret, once: only its hash is kept.") { File, Holder, Tenant, ScopesOption, Days };
        create.Does((parsed, terminal, _) =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var secret = ApiKeySecret.Create();
            var key = Read(parsed, secret, now);
            KeysFile.Change(FileOf(parsed), keys => Add(keys, key, now));
            terminal.Print(new { secret, key = KeyRow.Of(key, now) }, output => output.WriteLine(
                $"""
                 {secret}

                 Key {key.Id} of {key.Holder}, tenant {key.Tenant}{(key.ExpiresAt is { } end ? $", until {end:yyyy-MM-dd}" : "")}.
                 The secret is not kept: store it now. Callers send it as Authorization: Bearer.
                 """));
            return Task.FromResult(ExitCodes.Ok);
        });
        return create;
    }

    private static Command CreateList()
    {
        var list = new Command("list", "Show the keys; no secrets, for none are kept.") { File };
        list.Does((parsed, terminal, _) =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var keys = KeysFile.Read(FileOf(parsed)).Select(key => KeyRow.Of(key, now)).ToArray();
            terminal.Print(new { keys }, output =>
            {
                foreach (var key in keys)
                    output.WriteLine($"{key.State,-8} {key.Id,-24} {key.Holder,-20} {key.Tenant,-12} {key.ExpiresAt?.ToString("yyyy-MM-dd") ?? "never",-10} {string.Join(',', key.Scopes)}");
            });
            return Task.FromResult(ExitCodes.Ok);
        });
        return list;
    }

    private static Command CreateRevoke()
    {
        var revoke = new Command("revoke", "Refuse a key from now on. Its line stays, so that what it did has a name.") { Id, File };
        revoke.Does((parsed, terminal, _) =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var id = parsed.GetValue(Id)!;
            ApiKey? revoked = null;
            KeysFile.Change(FileOf(parsed), keys =>
            {
                var key = keys.FirstOrDefault(key => key.Id == id)
                    ?? throw new Failure(ExitCodes.BadInput, $"There is no key {id}: `orders keys list` shows which there are.");
                revoked = key with { RevokedAt = key.RevokedAt ?? now };
                return [.. keys.Select(key => key.Id == id ? revoked : key)];
            });
            terminal.Print(KeyRow.Of(revoked!, now), output => output.WriteLine($"Key {id} of {revoked!.Holder} is refused; servers know within seconds."));
            return Task.FromResult(ExitCodes.Ok);
        });
        return revoke;
    }

    private static ApiKey Read(ParseResult parsed, string secret, DateTimeOffset now)
    {
        var (holder, tenant, days) = (parsed.GetValue(Holder)!, parsed.GetValue(Tenant)!, parsed.GetValue(Days));
        var text = parsed.GetValue(ScopesOption)!;
        var scopes = text == "all" ? [.. Scopes.All] : text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (scopes.Length == 0)
            throw new Failure(ExitCodes.BadInput, "--scopes names at least one scope.");
        var start = Texts.IsId(holder) ? holder[..Math.Min(holder.Length, 40)] : "key";
        return new ApiKey($"{start}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}", ApiKeySecret.Hash(secret), tenant, scopes.ToHashSet())
        {
            Holder = holder, CreatedAt = now, ExpiresAt = days == 0 ? null : now.AddDays(days),
        };
    }

    // One active key of a person in two tenants is no rotation, but two persons: holders are counted by tenant.
    private static IReadOnlyList<ApiKey> Add(IReadOnlyList<ApiKey> keys, ApiKey key, DateTimeOffset now)
    {
        var active = keys.Where(other => other.Holder == key.Holder && other.Tenant == key.Tenant && other.IsActive(now)).Select(other => other.Id).ToList();
        return active.Count < ApiKey.ActivePerHolder ? [.. keys, key] : throw new Failure(
            ExitCodes.BadInput, $"{key.Holder} has {active.Count} active keys, {string.Join(" and ", active)}: revoke one with `orders keys revoke`.");
    }

    private static string FileOf(ParseResult parsed) => parsed.GetValue(File) ?? KeysFile.Given
        ?? throw new Failure(ExitCodes.BadInput, $"Which keys file? Name it with --keys or {KeysFile.Variable}.");

    private sealed record KeyRow(
        string Id, string Holder, string Tenant, string State, IEnumerable<string> Scopes, DateTimeOffset? CreatedAt, DateTimeOffset? ExpiresAt,
        DateTimeOffset? RevokedAt)
    {
        public static KeyRow Of(ApiKey key, DateTimeOffset now) => new(
            key.Id, key.Holder, key.Tenant, key.RevokedAt is not null ? "revoked" : key.IsActive(now) ? "active" : "expired",
            Http.Scopes.All.Where(key.Scopes.Contains), key.CreatedAt, key.ExpiresAt, key.RevokedAt);
    }
}
