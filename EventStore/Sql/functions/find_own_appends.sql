-- Which requests of a repeated batch were appended by an earlier attempt whose reply was lost: their events stand at the
-- versions where they would stand now, with their ids; or, without events, their receipt is there and says the same.
-- Called by append_batch under the log's lock, so an earlier attempt is either over or will never see the same heads.
create or replace function find_own_appends(
    p_outcomes smallint[],
    p_stream_keys bigint[],
    p_tenants text[],
    p_stream_ids text[],
    p_expected_versions bigint[],
    p_expected_hashes bytea[],
    p_event_counts integer[],
    p_command_ids uuid[],
    p_fingerprints bytea[],
    p_event_requests integer[],
    p_event_versions bigint[],
    p_event_ids uuid[])
returns table (request bigint, version bigint, "position" bigint, hash bytea, recorded_at timestamptz)
language sql stable
as $$
    with refused as (
        select *
        from unnest(p_outcomes, p_stream_keys, p_tenants, p_stream_ids, p_expected_versions, p_expected_hashes,
            p_event_counts, p_command_ids, p_fingerprints)
            with ordinality r(outcome, stream_key, tenant, stream_id, expected, expected_hash, event_count, command_id,
                fingerprint, request)
        where r.outcome in (2, 3)
    )
    select r.request, last.version, last.position, last.hash, last.recorded_at
    from refused r
    join events last on last.stream_key = r.stream_key and last.version = r.expected + r.event_count
    where r.event_count > 0 and not exists (
        select from unnest(p_event_requests, p_event_versions, p_event_ids) e(request, version, event_id)
        left join events stored on stored.stream_key = r.stream_key and stored.version = e.version
        where e.request = r.request and stored.event_id is distinct from e.event_id)
    union all
    select r.request, c.version, c.position, r.expected_hash, c.recorded_at
    from refused r
    join commands c on c.tenant = r.tenant and c.command_id = r.command_id
    where r.event_count = 0 and c.stream_id = r.stream_id and c.version = r.expected and c.fingerprint = r.fingerprint
$$;
