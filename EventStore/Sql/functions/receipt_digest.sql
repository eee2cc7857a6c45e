-- What a row of commands must be followed by, see ReceiptDigest: a hash over what its sender says, so that a receipt that was
-- changed afterwards is noticed by whoever verifies the log. Where it stands, and since when, the log itself bears out.
create or replace function receipt_digest(
    p_tenant text,
    p_command_id uuid,
    p_stream_id text,
    p_version bigint,
    p_fingerprint bytea,
    p_refusal_code text,
    p_refusal_detail text)
returns bytea
language sql stable
as $$
    select sha256(
        uuid_send(p_command_id) || int8send(p_version)
        || convert_to(p_tenant, 'UTF8') || '\x00' || convert_to(p_stream_id, 'UTF8') || '\x00'
        || coalesce(convert_to(p_refusal_code, 'UTF8'), '\xff') || '\x00'
        || coalesce(convert_to(p_refusal_detail, 'UTF8'), '\xff') || '\x00'
        || p_fingerprint)
$$;
