using System.Collections.Frozen;

namespace OrleansOrders.Domain;

/// <summary>
/// The currencies that are accepted: ISO 4217's active national currencies with 0, 2 or 3 decimals, pinned here so that
/// an update of the platform cannot change what an amount means. Funds codes, metals and test codes are left out.
/// </summary>
public static class Currencies
{
    private const string NoDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";

    private const string ThreeDecimals = "BHD IQD JOD KWD LYD OMR TND";

    private const string TwoDecimals = """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC
        CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD
        KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO
        NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
        THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
        """;

    private static readonly FrozenDictionary<string, int> DecimalsByCode = Parse(NoDecimals, 0)
        .Concat(Parse(TwoDecimals, 2)).Concat(Parse(ThreeDecimals, 3))
        .ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Codes => DecimalsByCode.Keys;

    public static bool IsKnown(string code) => DecimalsByCode.ContainsKey(code);

    /// <summary>Digits after the decimal point.</summary>
    /// <exception cref="KeyNotFoundException">The code is not in the table.</exception>
    public static int Decimals(string code) => DecimalsByCode[code];

    /// <summary>Minor units in one major unit: 1, 100 or 1000.</summary>
    public static int Scale(string code) => Decimals(code) switch { 0 => 1, 2 => 100, _ => 1000 };

    private static IEnumerable<KeyValuePair<string, int>> Parse(string codes, int decimals) => codes
        .Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
        .Select(code => KeyValuePair.Create(code, decimals));
}
