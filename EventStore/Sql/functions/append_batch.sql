-- Appends to many streams in one statement, which is one transaction and one round trip.
--
-- The lock on the log's row is the only lock that is ever waited for here, it is taken first, and it is held until the
-- commit: whatever is read after it is what the last writer committed, and nobody can change it meanwhile. So a head
-- needs no lock of its own, two writers cannot deadlock, a stream cannot be created twice, and positions are given out
-- in commit order. (A writer that came by without the lock would meet the unique keys.) Batches of several processes
-- have to take turns anyway, because the next position is known only when the last one has committed.
--
-- Outcomes are judge_appends'; without r_outcomes all are 1, appended, which is the usual case and the fast one. The
-- outcome of one request does not touch another's. No two requests of one batch may share a stream or a command id.
create or replace function append_batch(
    -- An earlier attempt of the same batch may have been committed without anybody hearing of it.
    p_retry boolean,
    -- False when there is neither an event nor a receipt: reading needs no lock.
    p_writes boolean,
    -- One element per request. The last event's number counts the batch's events, from 1, up to this request's last one.
    p_tenants text[],
    p_stream_ids text[],
    p_expected_versions bigint[],
    p_expected_hashes bytea[],
    p_event_counts integer[],
    p_last_events integer[],
    -- One element per receipt, with the number of its request, from 1.
    p_receipt_requests integer[],
    p_command_ids uuid[],
    p_fingerprints bytea[],
    p_refusal_codes text[],
    p_refusal_details text[],
    -- One element per event, in the order of the requests, with the number of its request.
    p_event_requests integer[],
    p_event_versions bigint[],
    p_event_ids uuid[],
    p_event_types text[],
    p_event_data json[],
    p_event_metadata json[],
    p_event_occurred_at timestamptz[],
    p_event_hashes bytea[],
    out r_recorded_at timestamptz,
    -- Of each request's stream, once this is committed.
    out r_positions bigint[],
    out r_outcomes smallint[],
    out r_versions bigint[],
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
    v_misfits bigint;
    v_creations bigint;
    v_advances bigint;
    v_shifts bigint[];
    v_added bigint := cardinality(p_event_ids);
    v_received bigint := 0;
begin
    if p_writes then
        select l.position into strict v_end from log l for update;
    else
        select l.position into strict v_end from log l;
    end if;
    r_recorded_at := clock_timestamp();

    select
        array_agg(coalesce(s.stream_key, nextval('streams_stream_key_seq'))),
        array_agg(case when r.event_count > 0 then v_end + r.last_event else coalesce(s.position, 0) end),
        count(*) filter (where coalesce(s.version, 0) <> r.expected or s.hash <> r.expected_hash),
        count(*) filter (where r.expected = 0 and r.event_count > 0),
        count(*) filter (where r.expected > 0 and r.event_count > 0)
    into v_keys, r_positions, v_misfits, v_creations, v_advances
    from (
        select unnest(p_tenants) as tenant, unnest(p_stream_ids) as stream_id, unnest(p_expected_versions) as expected,
            unnest(p_expected_hashes) as expected_hash, unnest(p_event_counts) as event_count,
            unnest(p_last_events) as last_event) r
    left join streams s on s.stream_id = r.stream_id and s.tenant = r.tenant;

    if v_misfits > 0 or exists (
        select from unnest(p_receipt_requests, p_command_ids) r(request, command_id)
        join commands c on c.tenant = p_tenants[r.request] and c.command_id = r.command_id)
    then
        select * into r_outcomes, r_versions, r_positions, r_found_hashes, r_found_recorded_at, v_shifts, v_added
        from judge_appends(
            p_retry, v_end, p_tenants, p_stream_ids, p_expected_versions, p_expected_hashes, p_event_counts, p_last_events,
            p_receipt_requests, p_command_ids, p_fingerprints, p_event_requests, p_event_versions, p_event_ids);
    end if;

    if cardinality(p_receipt_requests) > 0 then
        insert into commands (
            tenant, command_id, stream_id, version, position, fingerprint, refusal_code, refusal_detail, recorded_at, checksum)
        select r.tenant, r.command_id, r.stream_id, r.version, r.position, r.fingerprint, r.refusal_code, r.refusal_detail,
            r_recorded_at, receipt_checksum(
                r.tenant, r.command_id, r.stream_id, r.version, r.position, r.fingerprint, r.refusal_code, r.refusal_detail,
                r_recorded_at)
        from (
            select p_tenants[c.request] as tenant, p_stream_ids[c.request] as stream_id,
                p_expected_versions[c.request] + p_event_counts[c.request] as version, r_positions[c.request] as position, c.*
            from unnest(p_receipt_requests, p_command_ids, p_fingerprints, p_refusal_codes, p_refusal_details)
                c(request, command_id, fingerprint, refusal_code, refusal_detail)) r
        where coalesce(r_outcomes[r.request], 1) = 1;
        get diagnostics v_received = row_count;
    end if;

    if v_creations > 0 then
        insert into streams (stream_key, tenant, stream_id, type, version, position, hash, created_at)
        select r.stream_key, r.tenant, r.stream_id, split_part(r.stream_id, '-', 1), r.event_count, r.position,
            p_event_hashes[r.last_event], r_recorded_at
        from (
            select unnest(v_keys) as stream_key, unnest(p_tenants) as tenant, unnest(p_stream_ids) as stream_id,
                unnest(p_expected_versions) as expected, unnest(p_event_counts) as event_count,
                unnest(p_last_events) as last_event, unnest(r_positions) as position, unnest(r_outcomes) as outcome) r
        where r.expected = 0 and r.event_count > 0 and coalesce(r.outcome, 1) = 1;
    end if;

    if v_advances > 0 then
        update streams s
        set version = r.expected + r.event_count, position = r.position, hash = p_event_hashes[r.last_event]
        from (
            select unnest(v_keys) as stream_key, unnest(p_expected_versions) as expected,
                unnest(p_event_counts) as event_count, unnest(p_last_events) as last_event,
                unnest(r_positions) as position, unnest(r_outcomes) as outcome) r
        where s.stream_key = r.stream_key and r.expected > 0 and r.event_count > 0 and coalesce(r.outcome, 1) = 1;
    end if;

    if v_added > 0 then
        insert into events (
            position, stream_key, version, event_id, occurred_at, recorded_at, tenant, stream_id, type, data, metadata, hash)
        select v_end + e.number - coalesce(v_shifts[e.request], 0), v_keys[e.request], e.version, e.event_id, e.occurred_at,
            r_recorded_at, p_tenants[e.request], p_stream_ids[e.request], e.type, e.data, e.metadata, e.hash
        from (
            select generate_series(1, cardinality(p_event_ids)) as number, unnest(p_event_requests) as request,
                unnest(p_event_versions) as version, unnest(p_event_ids) as event_id, unnest(p_event_types) as type,
                unnest(p_event_data) as data, unnest(p_event_metadata) as metadata,
                unnest(p_event_occurred_at) as occurred_at, unnest(p_event_hashes) as hash) e
        where coalesce(r_outcomes[e.request], 1) = 1;
    end if;

    if v_added > 0 or v_received > 0 then
        update log set position = v_end + v_added, receipts = receipts + v_received;
    end if;
end
$$;
