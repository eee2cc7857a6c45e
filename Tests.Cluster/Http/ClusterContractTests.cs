using OrleansOrders.Http;
using OrleansOrders.Tests.Http;
using OrleansOrders.Tests.Http.Contract;
using OrleansOrders.Tests.Http.Support;

namespace OrleansOrders.Tests.Cluster.Http;

// The cluster edition keeps the same contract.

[Collection(ClusterApi.Name)]
public sealed class ClusterOrderTests(ClusterApiHost host) : OrderContract(host);

[Collection(ClusterApi.Name)]
public sealed class ClusterOrderQueryTests(ClusterApiHost host) : OrderQueryContract(host);

[Collection(ClusterApi.Name)]
public sealed class ClusterBadInputTests(ClusterApiHost host) : BadInputContract(host);

[Collection(ClusterApi.Name)]
public sealed class ClusterCardNumberTests(ClusterApiHost host) : CardNumberContract(host);

[Collection(ClusterApi.Name)]
public sealed class ClusterIdempotencyTests(ClusterApiHost host) : IdempotencyContract(host);

[Collection(ClusterApi.Name)]
public sealed class ClusterPreconditionTests(ClusterApiHost host) : PreconditionContract(host);

[Collection(ClusterApi.Name)]
public sealed class ClusterPaymentTests(ClusterApiHost host) : PaymentContract(host);

[Collection(ClusterApi.Name)]
public sealed class ClusterFulfilmentTests(ClusterApiHost host) : FulfilmentContract(host);

[Collection(ClusterApi.Name)]
public sealed class ClusterResourceTests(ClusterApiHost host) : ResourceContract(host);

[Collection(ClusterApi.Name)]
public sealed class ClusterPersonalDataTests(ClusterApiHost host) : PersonalDataContract(host);

[Collection(ClusterApi.Name)]
public sealed class ClusterHttpTests(ClusterApiHost host) : HttpContract(host);

[Collection(ClusterApi.Name)]
public sealed class ClusterLiveTests(ClusterApiHost host) : LiveContract(host);

[Collection(ClusterApi.Name)]
public sealed class ClusterHostileTests(ClusterApiHost host) : HostileContract(host);

[Collection(ClusterApi.Name)]
public sealed class ClusterDeadLetterTests(ClusterApiHost host) : DeadLetterContract(host);

[Collection(ClusterApi.Name)]
public sealed class ClusterAuditTests(ClusterApiHost host) : AuditContract(host);

[Collection(ClusterApi.Name)]
public sealed class ClusterIdentityTests(ClusterApiHost host) : IdentityContract
{
    private protected override Task<ApiServer> Start(ApiOptions options) =>
        ApiServer.Start(host.Aggregates, host.ReadModels, options with { Webhooks = host.Webhooks });
}

[Collection(ClusterApi.Name)]
public sealed class ClusterRefundApprovalTests(ClusterApiHost host) : RefundApprovalContract
{
    private protected override Task<ApiServer> Start(ApiOptions options) => ApiServer.Start(host.Aggregates, host.ReadModels, options);
}

[Collection(ClusterApi.Name)]
public sealed class ClusterWebhookTests(ClusterApiHost host) : WebhookContract(host);
