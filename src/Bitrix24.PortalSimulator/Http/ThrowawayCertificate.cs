using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Bitrix24.PortalSimulator.Http;

/// <summary>A certificate for this machine alone, its own authority, whose key never leaves the process.</summary>
internal static class ThrowawayCertificate
{
    /// <param name="now">By the machine's time, as TLS has it.</param>
    public static X509Certificate2 Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Bitrix24.PortalSimulator", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(7));
        // A key that was only just attached serves TLS on Linux; Windows wants it loaded from a file's bytes.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
