-- The hash that receipts were followed by before receipt_digest, which costs half as much; those that have it keep it.
create or replace function receipt_checksum(
    p_tenant text,
    p_command_id uuid,
    p_stream_id text,
    p_version bigint,
    p_position bigint,
    p_fingerprint bytea,
    p_refusal_code text,
    p_refusal_detail text,
    p_recorded_at timestamptz)
returns bytea
language sql stable
as $$
    select sha256(convert_to(concat_ws(
        '|', quote_literal(p_tenant), p_command_id, quote_literal(p_stream_id), p_version, p_position,
        encode(p_fingerprint, 'hex'), quote_nullable(p_refusal_code), quote_nullable(p_refusal_detail),
        (extract(epoch from p_recorded_at) * 1000000)::bigint), 'UTF8'))
$$;
