using OrleansOrders.Tests.Http.Contract;
using OrleansOrders.Tests.Http.Support;

namespace OrleansOrders.Tests.Http;

// The standalone edition keeps the contract.

[Collection(StandaloneApi.Name)]
public sealed class StandaloneOrderTests(StandaloneApiHost host) : OrderContract(host);

[Collection(StandaloneApi.Name)]
public sealed class StandaloneOrderQueryTests(StandaloneApiHost host) : OrderQueryContract(host);

[Collection(StandaloneApi.Name)]
public sealed class StandaloneBadInputTests(StandaloneApiHost host) : BadInputContract(host);

[Collection(StandaloneApi.Name)]
public sealed class StandaloneCardNumberTests(StandaloneApiHost host) : CardNumberContract(host);

[Collection(StandaloneApi.Name)]
public sealed class StandaloneIdempotencyTests(StandaloneApiHost host) : IdempotencyContract(host);

[Collection(StandaloneApi.Name)]
public sealed class StandalonePreconditionTests(StandaloneApiHost host) : PreconditionContract(host);

[Collection(StandaloneApi.Name)]
public sealed class StandalonePaymentTests(StandaloneApiHost host) : PaymentContract(host);

[Collection(StandaloneApi.Name)]
public sealed class StandaloneFulfilmentTests(StandaloneApiHost host) : FulfilmentContract(host);

[Collection(StandaloneApi.Name)]
public sealed class StandaloneResourceTests(StandaloneApiHost host) : ResourceContract(host);

[Collection(StandaloneApi.Name)]
public sealed class StandalonePersonalDataTests(StandaloneApiHost host) : PersonalDataContract(host);

[Collection(StandaloneApi.Name)]
public sealed class StandaloneHttpTests(StandaloneApiHost host) : HttpContract(host);

[Collection(StandaloneApi.Name)]
public sealed class StandaloneLiveTests(StandaloneApiHost host) : LiveContract(host);

[Collection(StandaloneApi.Name)]
public sealed class StandaloneHostileTests(StandaloneApiHost host) : HostileContract(host);

[Collection(StandaloneApi.Name)]
public sealed class StandaloneDeadLetterTests(StandaloneApiHost host) : DeadLetterContract(host);

[Collection(StandaloneApi.Name)]
public sealed class StandaloneAuditTests(StandaloneApiHost host) : AuditContract(host);

[Collection(StandaloneApi.Name)]
public sealed class StandaloneWebhookTests(StandaloneApiHost host) : WebhookContract(host);
