using System.Globalization;
using System.Text;
using System.Text.Unicode;
using CsvHelper;
using CsvHelper.Configuration;

namespace OrleansOrders.Cli.Import;

/// <summary>
/// Reads a file of the "Online Retail" layout, strictly: UTF-8, the eight columns in any order, as many fields in every
/// record, every quote closed. The first violation ends the reading with the line that it is in.
/// </summary>
public sealed class CsvSource : IDisposable
{
    private const int LongestField = 10_000;
    private const int MostLines = 2_000_000;

    private readonly string path;
    private readonly StreamReader text;
    private readonly CsvParser parser;
    private readonly CsvColumns columns;
    private readonly HashSet<string> lastFields = new(StringComparer.Ordinal);
    private long line;
    private bool isBad;

    private CsvSource(string path, Stream file)
    {
        this.path = path;
        text = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true));
        parser = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = ",",
            IgnoreBlankLines = false,
            MaxFieldSize = LongestField,
            BadDataFound = _ => isBad = true,
        });
        columns = CsvColumns.Find(NextRecord() ?? throw Fail(1, "the file is empty; its first line must name the columns"))
            ?? throw Fail(1, $"the columns must be {CsvColumns.Expected}, each once");
    }

    /// <exception cref="ImportFileException">The file cannot be read, or its columns are not the eight expected ones.</exception>
    public static CsvSource Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            try
            {
                return new CsvSource(path, file);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImportFileException($"{path}: there is no such file.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ImportFileException($"{path}: the file cannot be read.", error);
        }
    }

    /// <summary>The next record, or null at the end of the file.</summary>
    /// <exception cref="ImportFileException">The file is malformed here.</exception>
    public SourceLine? Read()
    {
        if (NextRecord() is not { } fields)
            return null;
        if (fields.Length != columns.Count)
            throw Fail(line, $"{fields.Length} fields where {columns.Count} are expected{(IsLast ? "; the file seems to be cut off" : "")}");
        if (line > MostLines)
            throw Fail(line, $"more than {MostLines} lines; split the file by invoice");
        RefuseCutLastField(fields[^1]);
        return columns.Line(line, fields);
    }

    public void Dispose()
    {
        parser.Dispose();
        text.Dispose();
    }

    private bool IsLast => parser.RawRecord.Length > 0 && parser.RawRecord[^1] is not ('\n' or '\r');

    private string[]? NextRecord()
    {
        while (true)
        {
            line = parser.RawRow + 1;
            if (!Advance())
                return null;
            var fields = new string[parser.Count];
            for (var i = 0; i < fields.Length; i++)
                fields[i] = parser[i].Trim(); // The parser finds bad quotes only when a field is asked for.
            if (isBad || parser.RawRecord.Count(character => character == '"') % 2 != 0)
                throw Fail(line, "a quote is not closed, or stands inside a field that is not quoted");
            if (fields is not [""])
                return fields;
        }
    }

    private bool Advance()
    {
        try
        {
            return parser.Read();
        }
        catch (DecoderFallbackException)
        {
            throw Fail(FirstInvalidLine(), "the text is not UTF-8");
        }
        catch (MaxFieldSizeException)
        {
            throw Fail(line, $"a field of more than {LongestField} characters; is a quote not closed?");
        }
    }

    // A cut inside the last column leaves the right number of fields. A country that no other line has, and that begins
    // the name of one that others have, is taken for such a cut; a mere missing line break at the end is not.
    private void RefuseCutLastField(string field)
    {
        if (!columns.EndsWithCountry)
            return;
        if (IsLast && !lastFields.Contains(field) && lastFields.Any(other => other.StartsWith(field, StringComparison.Ordinal)))
            throw Fail(line, $"the file seems to be cut off in the last field, \"{field}\"");
        if (lastFields.Count < 1_000)
            lastFields.Add(field);
    }

    // The decoder reads ahead, so the parser does not know the line; a second look at the bytes does.
    private long FirstInvalidLine()
    {
        var number = 1L;
        var bytes = new List<byte>();
        using var file = File.OpenRead(path);
        using var buffered = new BufferedStream(file, 1 << 16);
        for (var next = buffered.ReadByte(); next >= 0; next = buffered.ReadByte())
        {
            bytes.Add((byte)next);
            if (next != '\n')
                continue;
            if (!Utf8.IsValid(bytes.ToArray()))
                return number;
            bytes.Clear();
            number++;
        }
        return number;
    }

    private ImportFileException Fail(long number, string reason) => new($"{path}, line {number}: {reason}.");
}
