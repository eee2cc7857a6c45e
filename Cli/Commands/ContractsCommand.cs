using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOrders.Domain.Contracts;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Writes the documents for whoever builds on the topics, or says where the committed ones differ from the code.</summary>
internal static class ContractsCommand
{
    private static readonly Option<string> Out = new("--out")
    {
        Description = "Where the documents are. Default: docs/events",
        HelpName = "folder",
        DefaultValueFactory = _ => Path.Combine("docs", "events"),
    };

    private static readonly Option<bool> Check = new("--check")
    {
        Description = "Write nothing; end with exit code 1 when the documents differ from what the code says, or would break a reader.",
    };

    private static readonly Option<string?> Against = new("--against")
    {
        Description = "The documents of another version that was released, which the code must not break either.",
        HelpName = "folder",
    };

    public static Command Create()
    {
        var command = new Command("contracts", "Write the catalog of events, their schemas and the AsyncAPI document.") { Out, Check, Against };
        command.Does((parsed, terminal, _) => Task.FromResult(Run(
            parsed.GetValue(Out)!, parsed.GetValue(Against), parsed.GetValue(Check), terminal)));
        return command;
    }

    private static int Run(string folder, string? against, bool check, Terminal terminal)
    {
        if (against is not null && !Directory.Exists(Path.Combine(against, ContractFiles.SchemaFolder)))
            throw new Failure(ExitCodes.BadInput, $"--against {against} has no folder {ContractFiles.SchemaFolder}.");
        var files = ContractFiles.All();
        var now = ContractFiles.Schemas();
        string[] breaking =
        [
            .. new[] { folder, against }.OfType<string>().SelectMany(released => Compatibility.Check(Released(released), now))
                .Select(broken => broken.ToString()).Distinct(),
        ];
        var different = files.Where(file => ReadOrNull(Path.Combine(folder, file.Key)) != file.Value).Select(file => file.Key).ToArray();
        var refused = breaking.Length > 0;
        if (!check && !refused)
            Write(folder, files, different);
        terminal.Print(new { folder, breaking, different, written = !check && !refused }, output =>
        {
            foreach (var line in breaking)
                output.WriteLine($"breaks readers: {line}");
            foreach (var path in different)
                output.WriteLine(check || refused ? $"differs from the code: {path}" : $"written: {path}");
            output.WriteLine(Sum(refused, different.Length, check));
        });
        return refused || (check && different.Length > 0) ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static string Sum(bool refused, int different, bool check) => (refused, different, check) switch
    {
        (true, _, _) => "Nothing was written: give the event a new version, with a step from the old one in Domain/Catalog/Upcasters.cs.",
        (_, 0, _) => "The documents say what the code says.",
        (_, _, true) => "The documents do not say what the code says: run `orders contracts` and commit them.",
        _ => $"{different} written.",
    };

    private static Dictionary<string, JsonObject> Released(string folder)
    {
        var schemas = Path.Combine(folder, ContractFiles.SchemaFolder);
        return !Directory.Exists(schemas) ? [] : Directory.GetFiles(schemas, "*.json").Order(StringComparer.Ordinal)
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), Parse);
    }

    private static JsonObject Parse(string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(file)) as JsonObject ?? throw new JsonException("It is not an object.");
        }
        catch (JsonException error)
        {
            throw new Failure(ExitCodes.BadInput, $"{file} is not a schema: {error.Message}");
        }
    }

    private static void Write(string folder, IReadOnlyDictionary<string, string> files, IEnumerable<string> paths)
    {
        Directory.CreateDirectory(Path.Combine(folder, ContractFiles.SchemaFolder));
        foreach (var path in paths)
            File.WriteAllText(Path.Combine(folder, path), files[path]);
    }

    private static string? ReadOrNull(string file) => File.Exists(file) ? File.ReadAllText(file) : null;
}
