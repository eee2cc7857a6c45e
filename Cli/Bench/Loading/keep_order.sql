-- The order that load_orders.sql copies, slot by slot; what it took from stock must be the last event of those streams. {0}: its id.
create unlogged table copied_order as
select row_number() over (order by position)::integer as slot, '{0}' as order_id, stream_key, version, tenant, stream_id, type, data::text,
    metadata::text, stream_id like 'stock-%' as is_stock
from events
where stream_id in ('order-{0}', 'fulfilment-{0}', 'payment-{0}', 'shipment-{0}')
    or stream_id like 'stock-%' and data ->> 'orderId' = '{0}'
