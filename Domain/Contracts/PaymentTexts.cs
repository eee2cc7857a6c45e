namespace OrleansOrders.Domain.Contracts;

/// <summary>The events of an order's payment, in words.</summary>
internal static class PaymentTexts
{
    public static IReadOnlyList<EventText> All { get; } =
    [
        EventText.Of(
            new PaymentRequested(Example.OrderId, Example.Total, Example.Currency, Example.Method, Example.At),
            "The payment provider is about to be asked to set the money aside. One payment for each order."),
        EventText.Of(new PaymentAuthorized("auth-1", Example.At), "The provider set the money aside; nothing is taken yet."),
        EventText.Of(new PaymentDeclined("insufficient_funds", Example.At), "The provider refused for good to set the money aside."),
        EventText.Of(
            new PaymentOutcomeUnknown("authorize", Example.At),
            "The provider did not answer in time. It is asked what became of the operation before anything else happens."),
        EventText.Of(
            new PaymentCaptured("cap-1", Example.Total, Example.Currency, Example.At),
            "The money was taken. At most once for each order."),
        EventText.Of(new PaymentCaptureFailed("card_blocked", Example.At), "The provider refused for good to take money that it had set aside."),
        EventText.Of(new PaymentVoided(Example.At), "The money that was set aside is free again, or will never be set aside."),
        EventText.Of(
            new RefundRequested("r-1", 510, "return: broken", Example.At) { By = "ada" },
            "The provider is about to be asked to give back part or all of the captured money."),
        EventText.Of(
            new RefundProposed("r-1", 510, "return: broken", "ada", Example.At.AddDays(7), Example.At),
            "A refund above what one person may give back was asked for; another person has to approve it first."),
        EventText.Of(
            new RefundApproved("r-1", "grace", Example.At),
            "Another person than the one who asked approved the refund; that it is requested follows at once."),
        EventText.Of(new RefundRejected("r-1", "grace", "not broken", Example.At), "Another person refused the refund; no money is given back."),
        EventText.Of(new RefundWithdrawn("r-1", "ada", Example.At), "Whoever proposed the refund took the proposal back."),
        EventText.Of(new PaymentRefunded("r-1", "ref-1", 510, Example.Currency, Example.At), "Money was given back to the customer."),
        EventText.Of(
            new RefundFailed("r-1", "account_closed", Example.At),
            "The provider refused for good to give this money back; its amount may be asked for again."),
    ];
}
