-- Parks a stream for a consumer, in the caller's transaction, and says by which letter. A stream that is parked already
-- stays parked from the lower of the two versions; failing again at the version it waits at is one more attempt.
create or replace function park_stream(
    p_consumer text, p_tenant text, p_stream_id text, p_version bigint, p_position bigint, p_event_id uuid, p_type text,
    p_cause text) returns uuid
language plpgsql as $$
declare
    v_id uuid;
begin
    insert into dead_letter_revisions (consumer, revision) values (p_consumer, 1)
    on conflict (consumer) do update set revision = dead_letter_revisions.revision + 1;
    insert into dead_letters as d (consumer, tenant, stream_id, version, position, event_id, type, cause)
    values (p_consumer, p_tenant, p_stream_id, p_version, p_position, p_event_id, p_type, p_cause)
    on conflict (consumer, tenant, stream_id) where state <> 'replayed' do update set
        version = excluded.version, position = excluded.position, event_id = excluded.event_id, type = excluded.type,
        cause = excluded.cause, state = 'parked', attempts = d.attempts + 1
    where excluded.version <= d.version
    returning d.id into v_id;
    if v_id is null then
        select id into v_id from dead_letters
        where consumer = p_consumer and tenant = p_tenant and stream_id = p_stream_id and state <> 'replayed';
    end if;
    return v_id;
end
$$;
