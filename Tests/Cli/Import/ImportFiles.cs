using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Xunit;

namespace OrleansOrders.Tests.Cli.Import;

/// <summary>Files for the import's tests: a published sample where it lies beside the repository, and small ones made here.</summary>
internal static class ImportFiles
{
    public const string Header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";

    /// <summary>Null where the sample is missing.</summary>
    public static string? Sample
    {
        get
        {
            var path = Path.Combine(RepositoryRoot(), "..", "shared", "data", "online-retail-10k.csv");
            return File.Exists(path) ? Path.GetFullPath(path) : null;
        }
    }

    /// <summary>Writes the records under the header; every line ends with a line break.</summary>
    public static string Write(params string[] records) =>
        WriteText(string.Concat(records.Prepend(Header).Select(record => record + "\n")));

    public static string WriteText(string text) => WriteBytes(Encoding.UTF8.GetBytes(text));

    public static string WriteBytes(byte[] bytes)
    {
        var path = Path.Combine(Path.GetTempPath(), $"orders-import-{Guid.NewGuid():N}.csv");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>A record with everything right in it, except for what the test says.</summary>
    public static string Record(
        string invoice = "536365", string sku = "85123A", string quantity = "6", string price = "2.55", string date = "2010-12-01 08:26:00",
        string customer = "17850.0", string description = "HEART, RED") =>
        string.Create(CultureInfo.InvariantCulture, $"{invoice},{sku},\"{description}\",{quantity},{date},{price},{customer},United Kingdom");

    private static string RepositoryRoot([CallerFilePath] string thisFile = "")
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Standalone.slnf")))
                return folder.FullName;
        }
        return Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
    }
}

/// <summary>Runs only where the published sample is there, and says so where it is not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SampleFactAttribute : FactAttribute
{
    public SampleFactAttribute()
    {
        if (ImportFiles.Sample is null)
            Skip = "NOT RUN: ../shared/data/online-retail-10k.csv is missing; the import is checked on generated files only.";
    }
}
