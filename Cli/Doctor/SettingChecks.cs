using OrleansOrders.Hosting;
using OrleansOrders.Http;

namespace OrleansOrders.Cli.Doctor;

/// <summary>What the environment says, and the files that it names.</summary>
/// <param name="variable">Gives a variable's value; null where it is not set.</param>
internal sealed class SettingChecks(Func<string, string?> variable, TimeProvider time)
{
    private const int LongestTypingError = 3;
    private const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    /// <summary>A variable that nobody reads is a setting that somebody believes to be made.</summary>
    /// <param name="names">Of all variables that are set.</param>
    public static IEnumerable<Finding> Names(IEnumerable<string> names)
    {
        const string name = "settings";
        var unknown = names.Where(set => set.StartsWith(Variables.Prefix, StringComparison.OrdinalIgnoreCase) && !Variables.IsKnown(set)).Order().ToList();
        foreach (var misspelled in unknown)
        {
            var near = Variables.Plain.Concat(Variables.Secrets).MinBy(known => Distance(known, misspelled.ToUpperInvariant()))!;
            yield return Finding.Warn(name, $"{misspelled} is set, and nothing reads it", Distance(near, misspelled.ToUpperInvariant()) <= LongestTypingError
                ? $"Did you mean {near}?"
                : "Unset it; docs/operations.md lists every setting.");
        }
        if (unknown.Count == 0)
            yield return Finding.Ok(name, "every ORDERS_ variable that is set is one of this program's");
    }

    /// <summary>Secrets that are given as files.</summary>
    public IEnumerable<Finding> Secrets()
    {
        const string name = "secrets";
        var isFine = true;
        foreach (var secret in Variables.Secrets)
        {
            Finding? wrong = null;
            try
            {
                Secret.Read(secret, variable);
                if (variable(secret + Secret.FileEnding) is { Length: > 0 } file && IsOpen(file))
                    wrong = Finding.Warn(name, $"{file} can be read by others than its owner and group, or written by others", $"Close it: chmod o-rwx,g-w {file}");
            }
            catch (Failure failure)
            {
                wrong = Finding.Fail(name, failure.Message, "Name a file that holds the secret and nothing else, or unset it.");
            }
            if (wrong is null)
                continue;
            isFine = false;
            yield return wrong;
        }
        if (isFine)
            yield return Finding.Ok(name, "those that are given as files can be read, by whom they should");
    }

    /// <summary>The callers' keys: whether there are any that work, and whether the API is open to all without.</summary>
    public Finding Keys()
    {
        const string name = "keys";
        const string create = "Make one with `orders keys create`.";
        if (variable(KeysFile.Variable) is not { Length: > 0 } file)
        {
            return variable("ORDERS_URLS") is { Length: > 0 } urls && variable(TokenSettings.Issuer) is not { Length: > 0 }
                ? Finding.Fail(name, $"ORDERS_URLS opens the API to other machines ({urls}), and there are no keys: nothing will start", $"Name a keys file with {KeysFile.Variable}. {create}")
                : Finding.Ok(name, "none: the server takes calls from this machine only, from anybody");
        }
        var keys = KeysFile.Read(file);
        var now = time.GetUtcNow();
        var active = keys.Where(key => key.IsActive(now)).ToList();
        if (active.Count == 0)
            return Finding.Fail(name, $"none of the {keys.Count} keys in {file} is active: every call will be 401", create);
        if (IsOpen(file))
            return Finding.Warn(name, $"{file} can be read or changed by others", $"Close it: chmod o-rwx,g-w {file}");
        if (active.Where(key => key.ExpiresAt - now < Soon).MinBy(key => key.ExpiresAt) is { } next)
            return Finding.Warn(name, $"key {next.Id} of {next.Holder} expires on {next.ExpiresAt:yyyy-MM-dd}", "Make its successor now: two may be active at a time.");
        return active.Any(key => key.Scopes.Contains(Scopes.OpsAct))
            ? Finding.Ok(name, $"{active.Count} active in {file}")
            : Finding.Warn(name, $"no active key in {file} may act for operations ({Scopes.OpsAct})", create);
    }

    /// <summary>Tokens, refund limits, call limits and the mail server: whatever a start would refuse.</summary>
    public IEnumerable<Finding> Values()
    {
        var isFine = true;
        foreach (var (name, read) in new (string, Action)[]
        {
            ("tokens", () => TokenSettings.Read(variable)),
            ("refund limits", () => RefundSettings.Read(variable)),
            ("call limits", () => LimitSettings.Read(hasKeys: true, variable)),
            ("mail", () => SmtpSettings.Read(variable)),
        })
        {
            if (Refusal(read) is not { } refusal)
                continue;
            isFine = false;
            yield return Finding.Fail(name, refusal, "Correct it: a start refuses it too. docs/operations.md lists every setting.");
        }
        if (isFine)
            yield return Finding.Ok("values", "tokens, limits and mail are set as a start takes them, where they are set");
    }

    /// <summary>The file of the master key. Whether it is this database's is asked of the database.</summary>
    /// <param name="isPrivate">The database is the data folder's own.</param>
    public Finding MasterKeyFile(string data, bool isPrivate)
    {
        const string name = "master key";
        var file = MasterKeySetting.FileFor(data, variable);
        if (!File.Exists(file))
        {
            return !isPrivate && variable(MasterKeySetting.Variable) is not { Length: > 0 }
                ? Finding.Warn(name, $"{file} would be made on the first start, on this machine only", $"Name one file for all processes with {MasterKeySetting.Variable}, and keep a copy of it apart from the backups.")
                : Finding.Ok(name, $"{file} is not there yet; the first start makes it");
        }
        if (Refusal(() => MasterKeySetting.Read(file)) is { } refusal)
            return Finding.Fail(name, refusal, "Put back the file from its copy: without it personal texts cannot be read.");
        return IsOpen(file)
            ? Finding.Warn(name, $"{file} can be read or changed by others", $"Close it: chmod o-rwx,g-w {file}")
            : Finding.Ok(name, file);
    }

    private static string? Refusal(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (Failure refused)
        {
            return refused.Message;
        }
    }

    private static bool IsOpen(string file) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0;

    // Levenshtein's, with two rows.
    private static int Distance(string left, string right)
    {
        var above = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var row = new int[right.Length + 1];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
                row[j] = Math.Min(Math.Min(row[j - 1], above[j]) + 1, above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
            above = row;
        }
        return above[^1];
    }
}
