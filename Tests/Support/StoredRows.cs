using System.Text;
using System.Text.Json;

namespace OrleansOrders.Tests.Support;

/// <summary>Everything that a database holds, row by row: every table of every schema that is not PostgreSQL's own.</summary>
internal static class StoredRows
{
    /// <summary>The rows in which a text can be read: as it is, in any case, as JSON escapes it, quoted once more, or as bytes.</summary>
    public static async Task<IReadOnlyList<string>> With(TestDatabase database, string text)
    {
        var found = new List<string>();
        string[] written = [text, JsonEncodedText.Encode(text).ToString(), JsonSerializer.Serialize(text, Relaxed)[1..^1]];
        string[] forms = [.. written, .. written.Select(Quoted), .. written.Select(form => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(form)))];
        foreach (var table in await Tables(database))
        {
            await using var command = database.DataSource.CreateCommand($"select t::text from {table} t");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                var row = reader.GetString(0);
                if (forms.Any(form => row.Contains(form, StringComparison.OrdinalIgnoreCase)))
                    found.Add($"{table}: {row}");
            }
        }
        return found;
    }

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // As PostgreSQL writes a text within a row.
    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\"\"", StringComparison.Ordinal);

    private static async Task<List<string>> Tables(TestDatabase database)
    {
        await using var command = database.DataSource.CreateCommand("""
            select format('%I.%I', table_schema, table_name) from information_schema.tables
            where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new List<string>();
        while (await reader.ReadAsync())
            tables.Add(reader.GetString(0));
        return tables;
    }
}
