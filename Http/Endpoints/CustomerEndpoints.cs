using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Customers: what is known of them, and its erasure.</summary>
internal static class CustomerEndpoints
{
    private const string One = "/v1/customers/{id}";

    public static void Map(ApiRoutes routes)
    {
        routes.Map(new RouteContract("PUT", One, Scopes.OrdersWrite, "putCustomer", "Registers a customer or changes the details")
        {
            Key = KeyUse.Optional,
            IsConditional = true,
            Body = RequestJson.Strict.CustomerRequest,
            Reply = typeof(CustomerView),
            HasEntityTag = true,
        }, Put);
        routes.Map(new RouteContract("DELETE", One, Scopes.OrdersWrite, "eraseCustomer", "Erases a customer's details for good")
        {
            Key = KeyUse.Optional,
            IsConditional = true,
            IsAudited = true,
            Success = 204,
            HasEntityTag = true,
        }, Erase);
        routes.Map(new RouteContract(
            "GET", One + "/erasure", Scopes.OrdersRead, "getErasure", "What was found where after the customer was erased")
        {
            Reply = typeof(ErasureReceipt),
        }, Receipt);
    }

    private static async Task<Reply> Put(Call call)
    {
        var id = call.Id("id");
        var body = await call.Read(RequestJson.Strict.CustomerRequest);
        var checks = call.Checks;
        var details = new CustomerDetails(
            checks.Text("/name", body.Name, ApiLimits.NameLength), checks.OptionalEmail("/email", body.Email),
            checks.OptionalPhone("/phone", body.Phone), checks.OptionalText("/address", body.Address, Limits.TextLength),
            body.Country is null ? null : checks.Text("/country", body.Country, ApiLimits.ShortTextLength));
        return await call.Execute<CustomerState>(id, new PutCustomer(id, details, call.Now), loaded => Reply.Json(
            200, CustomerView.From(loaded.State, loaded.Version, loaded.Position)!, ReplyJson.Instance.CustomerView));
    }

    private static async Task<Reply> Erase(Call call)
    {
        var id = call.Id("id");
        await call.Intend($"customer-{id}");
        call.Checks.ThrowIfAny();
        var isKnown = call.Services.Options.Personal is { } personal && await personal.Knows(call.Tenant, id, call.Aborted);
        var texts = call.Services.Options.Erasures is { } erasures ? await erasures.Gather(call.Tenant, id, call.Aborted) : null;
        var reply = await call.Execute<CustomerState>(
            id, new EraseCustomer(call.Now, isKnown ? id : null), _ => new Reply(204, null));
        call.Services.Options.Personal?.Forget(call.Tenant, id);
        if (texts is not null)
            call.Services.Options.Erasures!.Check(texts);
        return reply;
    }

    private static async Task<Reply> Receipt(Call call)
    {
        var id = call.Id("id");
        call.Checks.ThrowIfAny();
        return call.Services.Options.Erasures is { } erasures && await erasures.Find(call.Tenant, id, call.Aborted) is { } receipt
            ? Reply.Json(200, receipt, ReplyJson.Instance.ErasureReceipt)
            : throw new ProblemException(Problem.Of(Refusals.CustomerNotFound, "No customer with this id was erased."));
    }
}
