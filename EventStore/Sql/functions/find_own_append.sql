-- Finds what an earlier attempt of the same append, whose reply was lost, has written: events with its ids stand at the
-- versions where its events belong; or, when it has none, its receipt is there and says the same. No row otherwise.
-- Asked under the log's lock, so that the earlier attempt is either over or will never find the head that it expects.
create or replace function find_own_append(
    p_tenant text,
    p_stream_id text,
    p_expected bigint,
    p_expected_hash bytea,
    p_command_id uuid,
    p_fingerprint bytea,
    p_event_ids uuid[])
returns table (version bigint, "position" bigint, hash bytea, recorded_at timestamptz)
language sql stable
as $$
    select last.version, last.position, last.hash, last.recorded_at
    from streams s
    join events last on last.stream_key = s.stream_key and last.version = p_expected + cardinality(p_event_ids)
    where s.stream_id = p_stream_id and s.tenant = p_tenant and cardinality(p_event_ids) > 0
        and p_event_ids = (
            select array_agg(e.event_id order by e.version)
            from events e
            where e.stream_key = s.stream_key and e.version > p_expected
                and e.version <= p_expected + cardinality(p_event_ids))
    union all
    select c.version, c.position, p_expected_hash, c.recorded_at
    from commands c
    where c.tenant = p_tenant and c.command_id = p_command_id and cardinality(p_event_ids) = 0
        and c.stream_id = p_stream_id and c.version = p_expected and c.fingerprint = p_fingerprint
$$;
