-- The fast path into a large log: blocks of streams, all blocks alike, their events spread evenly over the block. Receipts of
-- stock as the product would have stored them, with heads and a command receipt for every second event, but for the hashes
-- and checksums, which are zero and do not verify.
-- $1 the first block, $2 the last, $3 the position and $4 the key of a stream that were there before block 0, $5 the streams of a
-- block by their lengths, $6 what ids begin with.
with of_block as (
    select number - 1 as stream, length from unnest($5::integer[]) with ordinality given(length, number)
), shape as (
    select stream, length, version, row_number() over (order by (version - 0.5) / length, stream) as slot
    from of_block cross join lateral generate_series(1, length) version
), rows as (
    select $3 + block * (select sum(length) from of_block)::bigint + slot as position, $4 + block * cardinality($5) + stream + 1 as stream_key,
        'stock-' || $6 || (block * cardinality($5) + stream) as stream_id, version, length, slot
    from generate_series($1, $2) block cross join shape
), heads as (
    insert into streams (stream_key, tenant, stream_id, type, version, position, hash, created_at)
    select stream_key, 'bench', stream_id, 'stock', version, position, decode(repeat('00', 32), 'hex'), now()
    from rows where version = length order by stream_key
), receipts as (
    insert into commands (tenant, command_id, stream_id, version, position, fingerprint, recorded_at, checksum)
    select 'bench', gen_random_uuid(), stream_id, version, position, decode(repeat('00', 32), 'hex'), now(), decode(repeat('00', 32), 'hex')
    from rows where slot % 2 = 0 order by position
)
insert into events (position, stream_key, version, event_id, occurred_at, recorded_at, tenant, stream_id, type, data, metadata, hash)
select position, stream_key, version, gen_random_uuid(), now(), now(), 'bench', stream_id, 'stock-received.v1',
    ('{"quantity":' || 1 + slot % 900 || ',"at":"2026-03-01T12:30:15.1234567+00:00"}')::json,
    ('{"commandId":"0198c0de-0000-7000-8000-' || lpad(to_hex(position), 12, '0') || '","correlationId":"0198c0de-0000-7000-8000-000000000000"'
        || ',"causationId":"0198c0de-0000-7000-8000-000000000000","actor":"bench"}')::json,
    decode(repeat('00', 32), 'hex')
from rows order by position
