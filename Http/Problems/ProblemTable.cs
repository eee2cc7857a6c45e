using System.Collections.Frozen;
using OrleansOrders.Domain;

namespace OrleansOrders.Http;

/// <summary>The one place where a code gets its status and title: 404 is not there, 409 not now, 422 not in these amounts.</summary>
internal static class ProblemTable
{
    private static readonly FrozenDictionary<string, (int Status, string Title)> Entries = new Dictionary<string, (int, string)>
    {
        [Refusals.OrderNotFound] = (404, "No such order"),
        [Refusals.ItemNotFound] = (404, "No such line"),
        [Refusals.PaymentNotFound] = (404, "No such payment"),
        [Refusals.RefundNotFound] = (404, "No such refund"),
        [Refusals.ReservationNotFound] = (404, "No such reservation"),
        [Refusals.ShipmentNotFound] = (404, "No such shipment"),
        [Refusals.CustomerNotFound] = (404, "No such customer"),
        [Refusals.FulfilmentNotFound] = (404, "No such fulfilment"),

        [Refusals.OrderExists] = (409, "The order exists"),
        [Refusals.OrderNotDraft] = (409, "The order is not a draft"),
        [Refusals.OrderEmpty] = (409, "The order is empty"),
        [Refusals.OrderCancelled] = (409, "The order is cancelled"),
        [Refusals.OrderNotPlaced] = (409, "The order is not placed"),
        [Refusals.OrderNotConfirmed] = (409, "The order is not confirmed"),
        [Refusals.OrderNotShipped] = (409, "The order is not shipped"),
        [Refusals.OrderAlreadyShipped] = (409, "The order is shipped already"),
        [Refusals.PaymentDeclined] = (409, "The payment is declined"),
        [Refusals.PaymentVoided] = (409, "The payment is voided"),
        [Refusals.PaymentMismatch] = (409, "The payment differs"),
        [Refusals.PaymentNotAuthorized] = (409, "The payment is not authorized"),
        [Refusals.PaymentCaptured] = (409, "The payment is captured"),
        [Refusals.PaymentNotCaptured] = (409, "The payment is not captured"),
        [Refusals.RefundFailed] = (409, "The refund failed"),
        [Refusals.OutOfStock] = (409, "Out of stock"),
        [Refusals.StockWouldBeNegative] = (409, "Not enough stock"),
        [Refusals.ReservationClosed] = (409, "The reservation is over"),
        [Refusals.ReservationMismatch] = (409, "The reservation differs"),
        [Refusals.ShipmentCancelled] = (409, "The shipment is cancelled"),
        [Refusals.ShipmentNotDispatched] = (409, "The shipment is not dispatched"),
        [Refusals.ShipmentAlreadyDispatched] = (409, "The shipment is dispatched already"),
        [Refusals.CustomerErased] = (409, "The customer is erased"),
        [Refusals.FulfilmentNotAtStep] = (409, "The fulfilment is at another step"),
        [Refusals.FulfilmentEnded] = (409, "The fulfilment has ended"),
        [Refusals.FulfilmentNotParked] = (409, "The fulfilment is not parked"),
        [Refusals.FulfilmentParked] = (409, "The fulfilment is parked"),

        [Refusals.OrderTooLarge] = (422, "The order is too large"),
        [Refusals.AmountOverflow] = (422, "The amount is too large"),
        [Refusals.QuantityInvalid] = (422, "The quantity is out of range"),
        [Refusals.PriceInvalid] = (422, "The price is out of range"),
        [Refusals.CurrencyUnknown] = (422, "The currency is not accepted"),
        [Refusals.ReturnExceedsDelivered] = (422, "More than was delivered"),
        [Refusals.RefundExceedsCaptured] = (422, "More than was captured"),
        [Refusals.TooManyRefunds] = (422, "Too many refunds"),
        [Refusals.CommandUnknown] = (422, "The command is not known"),

        [ProblemCodes.InvalidRequest] = (400, "The request is invalid"),
        [ProblemCodes.MalformedJson] = (400, "The body is not JSON"),
        [ProblemCodes.BodyRequired] = (400, "The body is missing"),
        [ProblemCodes.BadRequest] = (400, "The request is malformed"),
        [ProblemCodes.CardNumber] = (400, "Card numbers are not taken"),
        [ProblemCodes.IdempotencyKeyRequired] = (400, "An idempotency key is required"),
        [ProblemCodes.Unauthenticated] = (401, "Who are you?"),
        [ProblemCodes.ScopeMissing] = (403, "The key does not allow this"),
        [ProblemCodes.HostNotAllowed] = (403, "The host name is not allowed"),
        [ProblemCodes.RouteNotFound] = (404, "No such resource"),
        [ProblemCodes.VersionNotFound] = (404, "No such version"),
        [ProblemCodes.ProjectionNotFound] = (404, "No such projection"),
        [ProblemCodes.DeadLetterNotFound] = (404, "No such dead letter"),
        [ProblemCodes.StockNotFound] = (404, "No such stock item"),
        [ProblemCodes.MethodNotAllowed] = (405, "The method is not allowed"),
        [ProblemCodes.RequestTimeout] = (408, "The request came too slowly"),
        [ProblemCodes.DeadLetterClosed] = (409, "The dead letter is closed"),
        [ProblemCodes.EventNotDamaged] = (409, "The event is not damaged"),
        [ProblemCodes.RebuildRunning] = (409, "A rebuild is running"),
        [ProblemCodes.IdempotencyKeyInUse] = (409, "The idempotency key is in use"),
        [ProblemCodes.VersionMismatch] = (412, "The version is another"),
        [ProblemCodes.BodyTooLarge] = (413, "The body is too large"),
        [ProblemCodes.RequestLineTooLong] = (414, "The address is too long"),
        [ProblemCodes.UnsupportedMediaType] = (415, "Only JSON is taken"),
        [ProblemCodes.IdempotencyKeyReused] = (422, "The idempotency key belongs to another request"),
        [ProblemCodes.HeadersTooLarge] = (431, "The headers are too large"),
        [ProblemCodes.Internal] = (500, "Something went wrong"),
        [ProblemCodes.EventUnreadable] = (500, "An event cannot be read"),
        [ProblemCodes.Unavailable] = (503, "Not available now"),
        [ProblemCodes.OutcomeUnknown] = (503, "The outcome is not known yet"),
        [ProblemCodes.ProjectionBehind] = (503, "The projection is behind"),
        [ProblemCodes.NotReady] = (503, "Not ready"),
    }.ToFrozenDictionary();

    public static IEnumerable<string> Codes => Entries.Keys;

    /// <exception cref="KeyNotFoundException">The code is in neither <see cref="Refusals"/> nor <see cref="ProblemCodes"/>.</exception>
    public static (int Status, string Title) Find(string code) => Entries[code];
}
