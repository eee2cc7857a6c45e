-- Appends to many streams in one statement, which is one transaction and one round trip.
--
-- The lock on the log's row is the only lock that is ever waited for here, and it is held until the commit: whatever is read
-- after it is what the last writer committed, and nobody can change it meanwhile. So a head needs no lock of its own, two
-- writers cannot deadlock, a stream cannot be created twice, and positions are given out in commit order. (A writer that came
-- by without the lock would meet the unique keys.) Batches of several processes have to take turns anyway, because the next
-- position is known only when the last one has committed.
--
-- A writer has its next batch here while its last one still holds the lock, and the two share neither a stream nor a command.
-- Looking up the next one's heads and receipts need not wait for the lock then: what was found holds if nobody else has
-- written since, which the log's turn tells.
--
-- Outcomes are judge_appends'; without r_outcomes all are 1, appended, which is the usual case and the fast one. The
-- outcome of one request does not touch another's. No two requests of one batch may share a stream or a command id.

-- As it was before writers had names; who calls it without one is taken for a writer of his own.
drop function if exists append_batch(
    boolean, boolean, text[], text[], bigint[], bytea[], integer[], integer[], integer[], uuid[], bytea[], text[], text[],
    integer[], bigint[], uuid[], text[], json[], json[], timestamptz[], bytea[]);

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
    -- The same as long as every earlier batch of the caller's has its answer or is on its way; a new one after a failure.
    p_writer uuid default gen_random_uuid(),
    -- One element per receipt: its receipt_digest, which its sender has made already.
    p_receipt_digests bytea[] default null,
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
    v_turn bigint;
    v_found record;
    v_last_turn bigint;
    v_is_last_writer boolean;
    v_moved bigint;
    v_shifts bigint[];
    v_added bigint := cardinality(p_event_ids);
    v_received bigint := 0;
begin
    select l.position, l.turn, l.writer is not distinct from p_writer into strict v_end, v_turn, v_is_last_writer from log l;
    if v_is_last_writer or not p_writes then
        v_found := look_up_batch(p_tenants, p_stream_ids, p_expected_versions, p_expected_hashes, p_event_counts, p_command_ids);
    end if;
    if p_writes then
        select l.position, l.turn, l.writer is not distinct from p_writer
        into strict v_end, v_last_turn, v_is_last_writer from log l for update;
        if v_found is null or v_last_turn <> v_turn then
            v_found := look_up_batch(p_tenants, p_stream_ids, p_expected_versions, p_expected_hashes, p_event_counts, p_command_ids);
        end if;
    end if;
    r_recorded_at := clock_timestamp();

    if v_found.r_misfits then
        select * into r_outcomes, r_versions, r_positions, r_found_hashes, r_found_recorded_at, v_shifts, v_added
        from judge_appends(
            p_retry, v_end, p_tenants, p_stream_ids, p_expected_versions, p_expected_hashes, p_event_counts, p_last_events,
            p_receipt_requests, p_command_ids, p_fingerprints, p_event_requests, p_event_versions, p_event_ids);
    else
        select array_agg(case when r.event_count > 0 then v_end + r.last_event else r.position end) into r_positions
        from (
            select unnest(p_event_counts) as event_count, unnest(p_last_events) as last_event,
                unnest(v_found.r_positions) as position) r;
    end if;

    if cardinality(p_receipt_requests) > 0 then
        insert into commands (
            tenant, command_id, stream_id, version, position, fingerprint, refusal_code, refusal_detail, recorded_at, checksum)
        select r.tenant, r.command_id, r.stream_id, r.version, r.position, r.fingerprint, r.refusal_code, r.refusal_detail,
            r_recorded_at, coalesce(r.digest, receipt_digest(
                r.tenant, r.command_id, r.stream_id, r.version, r.fingerprint, r.refusal_code, r.refusal_detail))
        from (
            select p_tenants[c.request] as tenant, p_stream_ids[c.request] as stream_id,
                p_expected_versions[c.request] + p_event_counts[c.request] as version, r_positions[c.request] as position, c.*
            from unnest(p_receipt_requests, p_command_ids, p_fingerprints, p_refusal_codes, p_refusal_details, p_receipt_digests)
                c(request, command_id, fingerprint, refusal_code, refusal_detail, digest)) r
        where coalesce(r_outcomes[r.request], 1) = 1;
        get diagnostics v_received = row_count;
    end if;

    if v_found.r_creations > 0 then
        insert into streams (stream_key, tenant, stream_id, type, version, position, hash, created_at)
        select r.stream_key, r.tenant, r.stream_id, split_part(r.stream_id, '-', 1), r.event_count, r.position,
            p_event_hashes[r.last_event], r_recorded_at
        from (
            select unnest(v_found.r_keys) as stream_key, unnest(p_tenants) as tenant, unnest(p_stream_ids) as stream_id,
                unnest(p_expected_versions) as expected, unnest(p_event_counts) as event_count,
                unnest(p_last_events) as last_event, unnest(r_positions) as position, unnest(r_outcomes) as outcome) r
        where r.expected = 0 and r.event_count > 0 and coalesce(r.outcome, 1) = 1;
    end if;

    if v_found.r_advances > 0 then
        -- Found above, and nobody moves a head without the log's lock.
        update streams s
        set version = r.expected + r.event_count, position = r.position, hash = p_event_hashes[r.last_event]
        from (
            select unnest(v_found.r_rows) as row, unnest(p_expected_versions) as expected,
                unnest(p_event_counts) as event_count, unnest(p_last_events) as last_event,
                unnest(r_positions) as position, unnest(r_outcomes) as outcome) r
        where s.ctid = r.row and r.expected > 0 and r.event_count > 0 and coalesce(r.outcome, 1) = 1;
        get diagnostics v_moved = row_count;
        if v_moved < v_found.r_advances and (r_outcomes is null or v_moved < (
            select count(*) from unnest(p_expected_versions, p_event_counts, r_outcomes) r(expected, event_count, outcome)
            where r.expected > 0 and r.event_count > 0 and r.outcome = 1))
        then
            raise 'A stream was changed by somebody who did not hold the lock on the log.' using errcode = 'serialization_failure';
        end if;
    end if;

    if v_added > 0 then
        insert into events (
            position, stream_key, version, event_id, occurred_at, recorded_at, tenant, stream_id, type, data, metadata, hash)
        select v_end + e.number - coalesce(v_shifts[e.request], 0), v_found.r_keys[e.request], e.version, e.event_id, e.occurred_at,
            r_recorded_at, p_tenants[e.request], p_stream_ids[e.request], e.type, e.data, e.metadata, e.hash
        from (
            select generate_series(1, cardinality(p_event_ids)) as number, unnest(p_event_requests) as request,
                unnest(p_event_versions) as version, unnest(p_event_ids) as event_id, unnest(p_event_types) as type,
                unnest(p_event_data) as data, unnest(p_event_metadata) as metadata,
                unnest(p_event_occurred_at) as occurred_at, unnest(p_event_hashes) as hash) e
        where coalesce(r_outcomes[e.request], 1) = 1;

        -- Whoever writes this event, by whichever program, destroys the customer's key with it, in this transaction.
        if 'customer-erased.v1' = any (p_event_types) then
            perform erase_personal_keys(array_agg(p_tenants[e.request]), array_agg(substr(p_stream_ids[e.request], 10)))
            from unnest(p_event_requests, p_event_types) e(request, type)
            where e.type = 'customer-erased.v1' and p_stream_ids[e.request] like 'customer-%'
                and coalesce(r_outcomes[e.request], 1) = 1;
        end if;
    end if;

    if v_added > 0 or v_received > 0 then
        update log
        set position = v_end + v_added, receipts = receipts + v_received, writer = p_writer,
            turn = case when v_is_last_writer then turn else turn + 1 end;
    end if;
end
$$;
