using System.Globalization;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Postgres;

/// <summary>
/// Who PostgreSQL's programs run as. They refuse root, so that root runs them as somebody else; everybody else runs
/// them as themselves.
/// </summary>
internal sealed class ServerUser
{
    private readonly Func<IEnumerable<string>, IEnumerable<string>> wrap;

    private ServerUser(string? owner, Func<IEnumerable<string>, IEnumerable<string>> wrap)
    {
        Owner = owner;
        this.wrap = wrap;
    }

    /// <summary><c>uid:gid</c> that files of the server must belong to; null when it is the current user anyway.</summary>
    public string? Owner { get; }

    /// <param name="ownerOf">An existing cluster belongs to somebody; the server must run as that one.</param>
    public static async Task<ServerUser> Choose(string ownerOf, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
            return new ServerUser(null, command => command);
        var names = new List<string> { "postgres", "nobody" };
        if (Directory.Exists(ownerOf) && await OwnerOf(ownerOf, cancellation) is { } owner and not "0")
            names.Insert(0, owner);
        foreach (var name in names)
        {
            if (await Number("-u", name, cancellation) is not { } uid || await Number("-g", name, cancellation) is not { } gid)
                continue;
            foreach (var wrap in Ways(name, uid, gid))
                if ((await Run(wrap(["true"]), cancellation)).Succeeded)
                    return new ServerUser($"{uid}:{gid}", wrap);
        }
        throw new Failure(
            ExitCodes.Unreachable,
            "PostgreSQL refuses to run as root, and there is no way to another user (setpriv, runuser and su all failed): "
            + "run this command as an ordinary user, or set ORDERS_POSTGRES to a running server's connection string.");
    }

    public Task<ChildResult> Run(string program, IEnumerable<string> arguments, CancellationToken cancellation) =>
        Run(wrap([program, .. arguments]), cancellation);

    /// <summary>The command line that runs a program as this user.</summary>
    public IReadOnlyList<string> CommandLine(string program, params string[] arguments) => [.. wrap([program, .. arguments])];

    /// <summary>Hands a file or folder, with all below it, to this user.</summary>
    public async Task Own(string path, CancellationToken cancellation)
    {
        if (Owner is not null)
            await ChildProcess.Run("chown", ["-R", Owner, path], cancellation);
    }

    private static IEnumerable<Func<IEnumerable<string>, IEnumerable<string>>> Ways(string name, string uid, string gid)
    {
        yield return command => ["setpriv", $"--reuid={uid}", $"--regid={gid}", "--clear-groups", .. command];
        yield return command => ["runuser", "-u", name, "--", .. command];
        yield return command => ["su", "-s", "/bin/sh", name, "-c", string.Join(' ', command.Select(Quote))];
    }

    private static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static Task<ChildResult> Run(IEnumerable<string> command, CancellationToken cancellation)
    {
        var words = command.ToList();
        return ChildProcess.Run(words[0], words[1..], cancellation);
    }

    private static async Task<string?> Number(string which, string name, CancellationToken cancellation) =>
        OnlyNumber(await ChildProcess.Run("id", [which, name], cancellation));

    // GNU and BusyBox take -c, the BSDs and macOS take -f.
    private static async Task<string?> OwnerOf(string path, CancellationToken cancellation) =>
        OnlyNumber(await ChildProcess.Run("stat", ["-c", "%u", path], cancellation))
        ?? OnlyNumber(await ChildProcess.Run("stat", ["-f", "%u", path], cancellation));

    private static string? OnlyNumber(ChildResult result) =>
        result.Succeeded && uint.TryParse(result.Output.Trim(), CultureInfo.InvariantCulture, out var number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : null;
}
