-- What a row of commands must be followed by: a hash over every other column, so that a receipt that was changed
-- afterwards is noticed by whoever verifies the log. Quoted, so that no two different receipts share an input.
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
