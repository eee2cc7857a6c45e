-- Appends to many streams in one statement, which is one transaction and one round trip.
--
-- The lock on the log's row is the only lock that is ever waited for here, it is taken first, and it is held until the
-- commit: whatever is read after it is what the last writer committed, and nobody can change it meanwhile. So a head
-- needs no lock of its own, two writers cannot deadlock, a stream cannot be created twice, and positions are given out
-- in commit order. (A writer that came by without the lock would meet the unique keys.) Batches of several processes
-- take turns anyway, because the next position is known only when the last one has committed.
--
-- Per request: 1 appended, 2 conflict (version = the actual one), 3 command already received, 4 the version fits and
-- the hash does not, 5 appended by an earlier attempt. One request's outcome does not touch another's. No two requests
-- of one batch may share a stream or a command id. When p_retry, an earlier attempt of the same batch may have been
-- committed without anybody hearing of it: events that stand where this request's would, with its event ids, are its own.
create or replace function append_batch(
    p_retry boolean,
    p_writes boolean,
    -- One element per request.
    p_tenants text[],
    p_stream_ids text[],
    p_expected_versions bigint[],
    p_expected_hashes bytea[],
    p_event_counts integer[],
    p_head_hashes bytea[],
    p_command_ids uuid[],
    p_fingerprints bytea[],
    p_refusal_codes text[],
    p_refusal_details text[],
    -- One element per event, in the order of the requests.
    p_event_requests integer[],
    p_event_versions bigint[],
    p_event_tenants text[],
    p_event_stream_ids text[],
    p_event_ids uuid[],
    p_event_types text[],
    p_event_data json[],
    p_event_metadata json[],
    p_event_occurred_at timestamptz[],
    p_event_hashes bytea[],
    out r_recorded_at timestamptz,
    out r_outcomes smallint[],
    out r_versions bigint[],
    out r_positions bigint[],
    out r_found_hashes bytea[],
    out r_found_recorded_at timestamptz[])
language plpgsql
-- The shape of the plans is known: a few rows by their keys. Statistics, stale on a young database, may not change it.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
    v_end bigint;
    v_keys bigint[];
    v_total bigint;
    v_won bigint;
    v_creations bigint;
    v_advances bigint;
    v_receipts bigint;
    v_own record;
begin
    if p_writes then
        select l.position into strict v_end from log l for update;
    else
        select l.position into strict v_end from log l;
    end if;
    r_recorded_at := clock_timestamp();

    with judged as (
        select r.request, r.event_count, r.expected, r.command_id, s.version, s.position,
            case
                when c.command_id is not null then 3
                when coalesce(s.version, 0) <> r.expected then 2
                when s.hash <> r.expected_hash then 4
                else 1
            end as outcome,
            s.stream_key
        from unnest(p_tenants, p_stream_ids, p_expected_versions, p_expected_hashes, p_event_counts, p_command_ids)
            with ordinality r(tenant, stream_id, expected, expected_hash, event_count, command_id, request)
        left join streams s on s.tenant = r.tenant and s.stream_id = r.stream_id
        left join commands c on c.tenant = r.tenant and c.command_id = r.command_id
    ), placed as (
        select j.*, sum(case when outcome = 1 then event_count else 0 end) over (order by request) as placed from judged j
    )
    select
        array_agg(outcome::smallint order by request),
        array_agg(case when outcome = 1 then expected + event_count else coalesce(version, 0) end order by request),
        array_agg(case when outcome = 1 and event_count > 0 then v_end + placed else coalesce(position, 0) end order by request),
        array_agg(case when outcome = 1 and event_count > 0 and expected = 0
            then nextval('streams_stream_key_seq') else stream_key end order by request),
        sum(event_count),
        coalesce(sum(event_count) filter (where outcome = 1), 0),
        count(*) filter (where outcome = 1 and event_count > 0 and expected = 0),
        count(*) filter (where outcome = 1 and event_count > 0 and expected > 0),
        count(*) filter (where outcome = 1 and command_id is not null)
    into r_outcomes, r_versions, r_positions, v_keys, v_total, v_won, v_creations, v_advances, v_receipts
    from placed;

    if v_receipts > 0 then
        insert into commands (
            tenant, command_id, stream_id, version, position, fingerprint, refusal_code, refusal_detail, recorded_at)
        select r.tenant, r.command_id, r.stream_id, r.version, r.position, r.fingerprint, r.refusal_code, r.refusal_detail,
            r_recorded_at
        from unnest(r_outcomes, r_versions, r_positions, p_tenants, p_stream_ids, p_command_ids, p_fingerprints,
            p_refusal_codes, p_refusal_details)
            r(outcome, version, position, tenant, stream_id, command_id, fingerprint, refusal_code, refusal_detail)
        where r.outcome = 1 and r.command_id is not null;
    end if;

    if v_creations > 0 then
        insert into streams (stream_key, tenant, stream_id, type, version, position, hash, created_at)
        select r.stream_key, r.tenant, r.stream_id, split_part(r.stream_id, '-', 1), r.version, r.position, r.hash, r_recorded_at
        from unnest(r_outcomes, v_keys, p_tenants, p_stream_ids, p_expected_versions, p_event_counts, r_versions, r_positions,
            p_head_hashes) r(outcome, stream_key, tenant, stream_id, expected, event_count, version, position, hash)
        where r.outcome = 1 and r.expected = 0 and r.event_count > 0;
    end if;

    if v_advances > 0 then
        update streams s
        set version = r.version, position = r.position, hash = r.hash
        from unnest(r_outcomes, v_keys, p_expected_versions, p_event_counts, r_versions, r_positions, p_head_hashes)
            r(outcome, stream_key, expected, event_count, version, position, hash)
        where s.stream_key = r.stream_key and r.outcome = 1 and r.expected > 0 and r.event_count > 0;
    end if;

    if v_won > 0 then
        insert into events (
            position, stream_key, version, event_id, occurred_at, recorded_at, tenant, stream_id, type, data, metadata, hash)
        select r_positions[e.request] - (r_versions[e.request] - e.version), v_keys[e.request], e.version, e.event_id,
            e.occurred_at, r_recorded_at, e.tenant, e.stream_id, e.type, e.data, e.metadata, e.hash
        from unnest(p_event_requests, p_event_versions, p_event_tenants, p_event_stream_ids, p_event_ids, p_event_types,
            p_event_data, p_event_metadata, p_event_occurred_at, p_event_hashes)
            e(request, version, tenant, stream_id, event_id, type, data, metadata, occurred_at, hash)
        where v_won = v_total or r_outcomes[e.request] = 1;

        update log set position = v_end + v_won;
    end if;

    if p_retry then
        r_found_hashes := array_fill(null::bytea, array[cardinality(r_outcomes)]);
        r_found_recorded_at := array_fill(null::timestamptz, array[cardinality(r_outcomes)]);
        for v_own in
            select * from find_own_appends(
                r_outcomes, v_keys, p_tenants, p_stream_ids, p_expected_versions, p_expected_hashes, p_event_counts,
                p_command_ids, p_fingerprints, p_event_requests, p_event_versions, p_event_ids)
        loop
            r_outcomes[v_own.request] := 5;
            r_versions[v_own.request] := v_own.version;
            r_positions[v_own.request] := v_own.position;
            r_found_hashes[v_own.request] := v_own.hash;
            r_found_recorded_at[v_own.request] := v_own.recorded_at;
        end loop;
    end if;
end
$$;
