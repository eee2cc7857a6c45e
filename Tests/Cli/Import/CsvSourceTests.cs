using System.Text;
using OrleansOrders.Cli.Import;
using Xunit;

namespace OrleansOrders.Tests.Cli.Import;

public sealed class CsvSourceTests : IDisposable
{
    private readonly List<string> files = [];

    public void Dispose() => files.ForEach(File.Delete);

    [Fact]
    public void Records_carry_the_line_that_they_begin_in()
    {
        var path = Keep(ImportFiles.Write(
            ImportFiles.Record("1", description: "two\nlines"), "", ImportFiles.Record("2"), ImportFiles.Record("3", description: "say \"\"hi\"\"")));
        using var source = CsvSource.Open(path);

        var lines = new List<SourceLine>();
        while (source.Read() is { } line)
            lines.Add(line);

        Assert.Equal([("1", 2L), ("2", 5L), ("3", 6L)], lines.Select(line => (line.Invoice, line.Number)));
        Assert.Equal("say \"hi\"", lines[2].Description);
    }

    [Fact]
    public void Columns_may_come_in_any_order_after_a_byte_order_mark()
    {
        var path = Keep(ImportFiles.WriteText(
            "\uFEFFCountry,customerid,UnitPrice,InvoiceDate,Quantity,Description,StockCode,InvoiceNo\r\nEIRE,1,2.5,2010-12-01 08:26:00,6,X,S,77"));
        using var source = CsvSource.Open(path);

        Assert.Equal(new SourceLine(2, "77", "S", "X", "6", "2010-12-01 08:26:00", "2.5", "1", "EIRE"), source.Read());
        Assert.Null(source.Read());
    }

    [Theory]
    [InlineData("", "line 1: the file is empty")]
    [InlineData("InvoiceNo,StockCode\n1,2\n", "line 1: the columns must be InvoiceNo, StockCode, Description")]
    [InlineData("InvoiceNo;StockCode;Description;Quantity;InvoiceDate;UnitPrice;CustomerID;Country\n", "line 1: the columns must be")]
    [InlineData("InvoiceNo,InvoiceNo,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n", "line 1: the columns must be")]
    [InlineData(ImportFiles.Header + ",Extra\n", "line 1: the columns must be")]
    [InlineData(ImportFiles.Header + "\n1,2,3,4,5,6,7,8\n1,2,3\n1,2,3,4,5,6,7,8\n", "line 3: 3 fields where 8 are expected.")]
    [InlineData(ImportFiles.Header + "\n1,2,3,4,5,6,7,8,9\n", "line 2: 9 fields where 8 are expected.")]
    [InlineData(ImportFiles.Header + "\n1,2,3,4,5,6,7,8\n1,2,3,4,5", "line 3: 5 fields where 8 are expected; the file seems to be cut off.")]
    [InlineData(ImportFiles.Header + "\n1,2,3,4,5,6,7,United Kingdom\n1,2,3,4,5,6,7,United K", "line 3: the file seems to be cut off in the last field")]
    [InlineData(ImportFiles.Header + "\n1,2,3,4,5,6,7,United Kingdom\n1,2,3,4,5,6,7,", "line 3: the file seems to be cut off in the last field")]
    [InlineData(ImportFiles.Header + "\n1,2,\"open,4,5,6,7,8\n1,2,3,4,5,6,7,8\n", "line 2: a quote is not closed")]
    [InlineData(ImportFiles.Header + "\n1,2,3,4,5,6,7,8\n1,2,\"open\"\"", "line 3: a quote is not closed")]
    [InlineData(ImportFiles.Header + "\n1,2,in\"side,4,5,6,7,8\n", "line 2: a quote is not closed, or stands inside")]
    [InlineData(ImportFiles.Header + "\n1,2,\"a\" b,4,5,6,7,8\n", "line 2: a quote is not closed, or stands inside")]
    public void A_malformed_file_is_refused_with_its_line(string text, string message)
    {
        var path = Keep(ImportFiles.WriteText(text));

        var error = Assert.Throws<ImportFileException>(() => ReadAll(path));

        Assert.StartsWith($"{path}, {message}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_quote_that_is_never_closed_does_not_swallow_a_large_file()
    {
        var path = Keep(ImportFiles.WriteText(
            ImportFiles.Header + "\n1,2,\"open,4,5,6,7,8\n" + string.Concat(Enumerable.Repeat("1,2,3,4,5,6,7,8\n", 5_000))));

        Assert.Contains("line 2: a field of more than 10000 characters", Assert.Throws<ImportFileException>(() => ReadAll(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_utf_8_is_refused_with_its_line()
    {
        var lines = string.Concat(Enumerable.Repeat("1,2,3,4,5,6,7,8\n", 40));
        var path = Keep(ImportFiles.WriteBytes(
            [.. Encoding.UTF8.GetBytes(ImportFiles.Header + "\n" + lines + "1,2,POUND "), 0xA3, .. Encoding.UTF8.GetBytes("5,4,5,6,7,8\n" + lines)]));

        Assert.Equal($"{path}, line 42: the text is not UTF-8.", Assert.Throws<ImportFileException>(() => ReadAll(path)).Message);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_refused()
    {
        var missing = Path.Combine(Path.GetTempPath(), "orders-import-none.csv");

        Assert.Equal($"{missing}: there is no such file.", Assert.Throws<ImportFileException>(() => ReadAll(missing)).Message);
        Assert.Equal($"{Path.GetTempPath()}: the file cannot be read.", Assert.Throws<ImportFileException>(() => ReadAll(Path.GetTempPath())).Message);
    }

    [Fact]
    public void A_last_line_without_a_line_break_is_complete_when_its_country_is()
    {
        var path = Keep(ImportFiles.WriteText(
            ImportFiles.Header + "\n1,2,3,4,5,6,7,United Kingdom\n1,2,3,4,5,6,7,EIRE\n1,2,3,4,5,6,7,EIRE"));

        Assert.Equal(3, ReadAll(path));
    }

    private static int ReadAll(string path)
    {
        using var source = CsvSource.Open(path);
        var count = 0;
        while (source.Read() is not null)
            count++;
        return count;
    }

    private string Keep(string path)
    {
        files.Add(path);
        return path;
    }
}
