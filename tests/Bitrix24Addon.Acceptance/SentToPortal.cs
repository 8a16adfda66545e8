using System.Text.Json.Nodes;
using Bitrix24.Client.Tests;
using Bitrix24.Client.Tests.Wrappers;

namespace Bitrix24Addon.Acceptance;

/// <summary>Holds every request that the add-on sends to the documentation's schemas, each call of each batch.</summary>
internal sealed class SentToPortal
{
    private readonly HashSet<string> _violations = [];

    public DelegatingHandler Handler() => new Judging(this);

    public void MustBeDocumented()
    {
        lock (_violations)
        {
            Assert.Empty(_violations);
        }
    }

    private sealed class Judging(SentToPortal sent) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            var isForm = request.Content.Headers.ContentType?.MediaType == "application/x-www-form-urlencoded";
            var violations = SentRequests.ViolationsAt(request.RequestUri!.AbsolutePath, isForm ? PhpBatch.Parse(body, [], "") : JsonNode.Parse(body)!);
            lock (sent._violations)
            {
                sent._violations.UnionWith(violations);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
