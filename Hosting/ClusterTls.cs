using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansOrders.Hosting;

/// <summary>
/// How silos and gateways know each other: both sides of every connection show a certificate that one authority has issued.
/// The authority is the cluster's own; names are not compared, because silos find each other by address.
/// </summary>
/// <param name="Certificate">This program's own, with its key.</param>
public sealed record ClusterTls(X509Certificate2 Certificate, X509Certificate2Collection Authorities)
{
    public const string CertificateVariable = "ORDERS_CLUSTER_TLS_CERTIFICATE";
    public const string KeyVariable = "ORDERS_CLUSTER_TLS_KEY";
    public const string AuthorityVariable = "ORDERS_CLUSTER_TLS_AUTHORITY";

    /// <returns>Null when the environment names no certificate.</returns>
    /// <exception cref="Failure">Only some of the files are named, or one cannot be used.</exception>
    public static ClusterTls? FromEnvironment() => Read(Environment.GetEnvironmentVariable);

    /// <param name="variable">Gives a variable's value.</param>
    public static ClusterTls? Read(Func<string, string?> variable)
    {
        string[] names = [CertificateVariable, KeyVariable, AuthorityVariable];
        if (names.All(name => variable(name) is not { Length: > 0 }))
            return null;
        if (names.FirstOrDefault(name => variable(name) is not { Length: > 0 }) is { } missing)
            throw new Failure(ExitCodes.BadInput, $"{missing} is not set: a cluster with TLS needs {string.Join(", ", names)}, a PEM file each.");
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(variable(CertificateVariable)!, variable(KeyVariable)!);
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(variable(AuthorityVariable)!);
            var tls = new ClusterTls(certificate, authorities);
            // Else every other program would refuse this one, and say so where nobody looks for it.
            return tls.Accepts(certificate) ? tls : throw new Failure(
                ExitCodes.BadInput, $"The certificate in {CertificateVariable} is not of the authority in {AuthorityVariable}, or it is not valid today.");
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            // None of these quotes what a file holds.
            throw new Failure(ExitCodes.BadInput, $"The files in {string.Join(", ", names)} cannot be used: {unusable.Message}", unusable);
        }
    }

    /// <summary>Whether the other side of a connection belongs to the cluster.</summary>
    public bool Accepts(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(Authorities);
        // The authority is private: there is nowhere to ask.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
