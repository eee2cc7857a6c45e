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
        return await call.Execute<CustomerState>(id, new EraseCustomer(call.Now), _ => new Reply(204, null));
    }
}
