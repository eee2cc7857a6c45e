using System.Collections.Immutable;

namespace OrleansOrders.Domain;

/// <summary>
/// What people write into commands. A command that comes past the HTTP API is looked at here: nothing in it may be longer
/// than the rules say, and nothing may be a card number.
/// </summary>
public static class CommandTexts
{
    public enum Fault
    {
        None,

        /// <summary>A text is missing or longer than <see cref="Limits"/> says, or there are too many lines.</summary>
        OutOfShape,

        CardNumber,
    }

    public static Fault Check(Command command)
    {
        var scan = new Scan();
        switch (command)
        {
            case CreateOrder order:
                scan.Ids(order.OrderId, order.CustomerId, order.Currency, order.PaymentMethod);
                scan.Texts(order.ShippingAddress, order.Country);
                scan.Lines(order.Lines);
                break;
            case AddItems add:
                scan.Lines(add.Lines);
                break;
            case ChangeQuantity change:
                scan.Ids(change.Sku);
                break;
            case RemoveItem remove:
                scan.Ids(remove.Sku);
                break;
            case ShipOrder ship:
                scan.Ids(ship.Carrier, ship.TrackingNumber);
                break;
            case CancelOrder cancel:
                scan.Texts(cancel.Reason);
                break;
            case ReturnItems items:
                scan.Items(items.Lines);
                scan.Texts(items.Reason);
                break;
            case RequestRefund refund:
                scan.Ids(refund.RefundId);
                scan.Texts(refund.Reason);
                break;
            case ApproveRefund approve:
                scan.Ids(approve.RefundId);
                break;
            case RejectRefund reject:
                scan.Ids(reject.RefundId);
                scan.Texts(reject.Reason);
                break;
            case WithdrawRefund withdraw:
                scan.Ids(withdraw.RefundId);
                break;
            case AdjustStock adjust:
                scan.Texts(adjust.Reason, adjust.Reference);
                break;
            case PutCustomer customer:
                scan.Ids(customer.CustomerId);
                scan.Details(customer.Details);
                break;
            case RetryFulfilment retry:
                scan.Texts(retry.By, retry.Reason);
                break;
            case SkipCompensationStep skip:
                scan.Texts(skip.By, skip.Reason);
                break;
            case Compensate compensate:
                scan.Texts(compensate.By, compensate.Reason);
                break;
            default:
                break; // the fulfilment's own, made here
        }
        return scan.Fault;
    }

    private ref struct Scan
    {
        /// <summary>Carriers and tracking numbers are the longest of what is called by a name.</summary>
        private const int NameLength = 100;

        public Fault Fault { get; private set; }

        public void Ids(params ReadOnlySpan<string?> ids)
        {
            foreach (var id in ids)
                Look(id, NameLength, isNeeded: true);
        }

        public void Texts(params ReadOnlySpan<string?> texts)
        {
            foreach (var text in texts)
                Look(text, Limits.TextLength, isNeeded: false);
        }

        public void Lines(ImmutableArray<LineItem> lines)
        {
            if (!Count(lines))
                return;
            foreach (var line in lines)
            {
                Look(line?.Sku, Limits.SkuLength, isNeeded: true);
                Look(line?.Description, Limits.TextLength, isNeeded: false);
            }
        }

        public void Items(ImmutableArray<ItemQuantity> items)
        {
            if (!Count(items))
                return;
            foreach (var item in items)
                Look(item?.Sku, Limits.SkuLength, isNeeded: true);
        }

        public void Details(CustomerDetails? details)
        {
            Look(details?.Name, Limits.TextLength, isNeeded: true);
            Texts(details?.Email, details?.Phone, details?.Address, details?.Country);
        }

        private bool Count<T>(ImmutableArray<T> items)
        {
            if (!items.IsDefault && items.Length <= Limits.LinesPerOrder)
                return true;
            Fault = Fault.OutOfShape;
            return false;
        }

        private void Look(string? text, int longest, bool isNeeded)
        {
            if (text is null ? isNeeded : text.Length > longest)
                Fault = Fault.OutOfShape;
            else if (Fault == Fault.None && CardNumbers.Occur(text))
                Fault = Fault.CardNumber;
        }
    }
}
