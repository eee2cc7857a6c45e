-- Stores a grain's state in place of the version that its activation knows, or as the first one. Null, and nothing
-- stored, when another activation was faster: Orleans takes that for a conflict. In this language the plan is kept
-- between calls.
create or replace function orleans_write_grain_state(
    p_service_id text,
    p_state_name text,
    p_key_high bigint,
    p_key_low bigint,
    p_key_text text,
    p_version integer,
    p_payload bytea)
returns integer
language plpgsql as $$
declare
    v_written integer;
begin
    if p_version is null then
        insert into orleans_grain_states (
            service_id, state_name, key_high, key_low, key_text, version, payload, changed_at)
        values (
            p_service_id, p_state_name, p_key_high, p_key_low, coalesce(p_key_text, ''), nextval('orleans_etags'), p_payload, now())
        on conflict do nothing
        returning version into v_written;
    else
        update orleans_grain_states
        set version = nextval('orleans_etags'), payload = p_payload, changed_at = now()
        where service_id = p_service_id and state_name = p_state_name and key_high = p_key_high and key_low = p_key_low
            and key_text = coalesce(p_key_text, '') and version = p_version
        returning version into v_written;
    end if;
    return v_written;
end
$$;
