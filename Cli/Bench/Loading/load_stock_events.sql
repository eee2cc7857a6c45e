-- The fast path into the log: receipts of stock as the product would have stored them, but for the hashes, which are zero and
-- do not verify, and for the receipts of commands. $1 holds each event's SKU as a number, in the order of the log.
with numbered as (
    select ordinality as number, sku,
        row_number() over (partition by sku order by ordinality) as nth
    from unnest($1::integer[]) with ordinality drawn(sku, ordinality)
), heads as (
    insert into streams as s (tenant, stream_id, type, version, position, hash, created_at)
    select 'bench', 'stock-sku' || sku, 'stock', count(*), (select position from log) + max(number), decode(repeat('00', 32), 'hex'), now()
    from numbered group by sku
    on conflict (stream_id, tenant) do update set version = s.version + excluded.version, position = excluded.position
    returning stream_key, stream_id, version
), counted as (
    select sku, count(*) as added from numbered group by sku
), added as (
    insert into events (position, stream_key, version, event_id, occurred_at, recorded_at, tenant, stream_id, type, data, metadata, hash)
    select (select position from log) + n.number, h.stream_key, h.version - c.added + n.nth, gen_random_uuid(), now(), now(), 'bench',
        h.stream_id, 'stock-received.v1', '{"quantity":100,"at":"2026-03-01T12:30:15.1234567+00:00"}',
        '{"commandId":"0198c0de-0000-7000-8000-000000000000","correlationId":"0198c0de-0000-7000-8000-000000000000","actor":"bench"}',
        decode(repeat('00', 32), 'hex')
    from numbered n
    join counted c using (sku)
    join heads h on h.stream_id = 'stock-sku' || n.sku
    order by n.number
    returning 1
)
update log set position = position + (select count(*) from added)
