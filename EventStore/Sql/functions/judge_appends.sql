-- Says request by request what becomes of a batch in which not everything fits; append_batch asks it under the log's lock.
-- Outcomes: 1 appended, 2 conflict (version = the actual one), 3 command already received, 4 the version fits and the
-- hash does not, 5 appended by an earlier attempt whose reply was lost. A command that was received before is told so
-- even when the stream has moved since. r_shifts: how many events of losing requests come before each request's, whose
-- positions the others move up to fill.
create or replace function judge_appends(
    p_retry boolean,
    p_end bigint,
    p_tenants text[],
    p_stream_ids text[],
    p_expected_versions bigint[],
    p_expected_hashes bytea[],
    p_event_counts integer[],
    p_last_events integer[],
    p_receipt_requests integer[],
    p_command_ids uuid[],
    p_fingerprints bytea[],
    p_event_requests integer[],
    p_event_versions bigint[],
    p_event_ids uuid[],
    out r_outcomes smallint[],
    out r_versions bigint[],
    out r_positions bigint[],
    out r_found_hashes bytea[],
    out r_found_recorded_at timestamptz[],
    out r_shifts bigint[],
    out r_added bigint)
language sql stable
-- Receipts are matched with their requests here, and there may be a thousand of both.
set enable_hashjoin = on
as $$
    with asked as (
        select r.*, c.command_id, c.fingerprint
        from unnest(p_tenants, p_stream_ids, p_expected_versions, p_expected_hashes, p_event_counts, p_last_events)
            with ordinality r(tenant, stream_id, expected, expected_hash, event_count, last_event, request)
        left join unnest(p_receipt_requests, p_command_ids, p_fingerprints) c(request, command_id, fingerprint)
            on c.request = r.request
    ), compared as (
        select a.*, s.version, s.position,
            case
                when c.command_id is not null then 3
                when coalesce(s.version, 0) <> a.expected then 2
                when s.hash <> a.expected_hash then 4
                else 1
            end as outcome
        from asked a
        left join streams s on s.stream_id = a.stream_id and s.tenant = a.tenant
        left join commands c on c.tenant = a.tenant and c.command_id = a.command_id
    ), own as (
        select c.request, f.*
        from compared c
        cross join lateral find_own_append(
            c.tenant, c.stream_id, c.expected, c.expected_hash, c.command_id, c.fingerprint,
            p_event_ids[c.last_event - c.event_count + 1:c.last_event]) f
        where p_retry and c.outcome in (2, 3)
    ), judged as (
        select c.request, c.event_count, c.last_event,
            case when o.request is not null then 5 else c.outcome end as outcome,
            case when c.outcome = 1 then c.expected + c.event_count else coalesce(o.version, c.version, 0) end as version,
            coalesce(o.position, c.position, 0) as position, o.hash, o.recorded_at,
            sum(case when c.outcome = 1 then 0 else c.event_count end) over (order by c.request) as shift
        from compared c
        left join own o on o.request = c.request
    )
    select
        array_agg(outcome::smallint order by request),
        array_agg(version order by request),
        array_agg(case when outcome = 1 and event_count > 0 then p_end + last_event - shift else position end order by request),
        array_agg(hash order by request),
        array_agg(recorded_at order by request),
        array_agg(shift::bigint order by request),
        coalesce(sum(event_count) filter (where outcome = 1), 0)::bigint
    from judged
$$;
