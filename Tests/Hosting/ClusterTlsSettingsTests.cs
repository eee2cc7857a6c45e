using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Hosting;

public sealed class ClusterTlsSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_files_there_is_no_tls_and_some_of_them_are_refused_by_name()
    {
        Assert.Null(Read(null, null, null));
        using var authority = new TestAuthority(_folder.Path, "cluster");
        var (certificate, key) = authority.Issue("silo");
        Assert.Contains(ClusterTls.KeyVariable, Assert.Throws<Failure>(() => Read(certificate, null, authority.Certificate)).Message, StringComparison.Ordinal);
        Assert.NotNull(Read(certificate, key, authority.Certificate));
    }

    [Fact]
    public void A_certificate_of_another_authority_and_a_file_that_is_none_are_refused_at_the_start()
    {
        using var authority = new TestAuthority(_folder.Path, "cluster");
        using var other = new TestAuthority(_folder.Path, "other");
        var (certificate, key) = other.Issue("silo");
        Assert.Contains("is not of the authority", Assert.Throws<Failure>(() => Read(certificate, key, authority.Certificate)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be used", Assert.Throws<Failure>(() => Read(key, key, authority.Certificate)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be used", Assert.Throws<Failure>(() => Read("/nowhere", key, authority.Certificate)).Message, StringComparison.Ordinal);
    }

    private static ClusterTls? Read(string? certificate, string? key, string? authority) => ClusterTls.Read(name => name switch
    {
        ClusterTls.CertificateVariable => certificate,
        ClusterTls.KeyVariable => key,
        _ => authority,
    });
}
