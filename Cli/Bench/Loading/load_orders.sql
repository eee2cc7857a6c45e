-- The fast path into a log with many orders: copies of the one in copied_order, its events one behind the other, with ids of
-- orders and customers of their own; and what it took from stock, behind the copy before in the same streams, whose heads are
-- moved afterwards. Hashes and checksums are zero and do not verify.
-- $1 the first copy, $2 the last, $3 the position and $4 the key of a stream that were there before copy 0.
with own as (
    select stream_key, row_number() over (order by min(slot)) as number, max(slot) as last_slot
    from copied_order where not is_stock group by stream_key
), size as (
    select count(*) as events, (select count(*) from own) as streams from copied_order
), rows as (
    select $3 + copy * size.events + c.slot as position, coalesce($4 + copy * size.streams + own.number, c.stream_key) as stream_key,
        case when is_stock then version + copy + 1 else version end as version, tenant,
        replace(stream_id, order_id, left(md5(copy::text), 26)) as stream_id, type,
        replace(replace(data, order_id, left(md5(copy::text), 26)), '"customer-0"', '"customer-' || copy % 10000 || '"') as data,
        metadata, slot = own.last_slot as is_head
    from generate_series($1, $2) copy cross join size cross join copied_order c left join own on own.stream_key = c.stream_key
), heads as (
    insert into streams (stream_key, tenant, stream_id, type, version, position, hash, created_at)
    select stream_key, tenant, stream_id, split_part(stream_id, '-', 1), version, position, decode(repeat('00', 32), 'hex'), now()
    from rows where is_head order by stream_key
), receipts as (
    insert into commands (tenant, command_id, stream_id, version, position, fingerprint, recorded_at, checksum)
    select tenant, gen_random_uuid(), stream_id, version, position, decode(repeat('00', 32), 'hex'), now(), decode(repeat('00', 32), 'hex')
    from rows where type = 'order-placed.v1' order by position
)
insert into events (position, stream_key, version, event_id, occurred_at, recorded_at, tenant, stream_id, type, data, metadata, hash)
select position, stream_key, version, gen_random_uuid(), now(), now(), tenant, stream_id, type, data::json, metadata::json,
    decode(repeat('00', 32), 'hex')
from rows order by position
