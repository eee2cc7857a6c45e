-- What the database knows of a batch's streams and commands. Only append_batch asks, and whether the answer still holds when
-- it is used is its business. Its settings, which say how to plan, hold here as well.
create or replace function look_up_batch(
    p_tenants text[],
    p_stream_ids text[],
    p_expected_versions bigint[],
    p_expected_hashes bytea[],
    p_event_counts integer[],
    p_command_ids uuid[],
    -- One element per request: its stream's key, a new one where there is no stream; its head's row; its head's position.
    out r_keys bigint[],
    out r_rows tid[],
    out r_positions bigint[],
    -- Whether some head is not the expected one, or some command was received before: the judge has to say which.
    out r_misfits boolean,
    out r_creations bigint,
    out r_advances bigint)
language plpgsql
as $$
declare
    v_misfits bigint;
begin
    select
        array_agg(coalesce(s.stream_key, nextval('streams_stream_key_seq'))),
        array_agg(s.ctid),
        array_agg(coalesce(s.position, 0)),
        count(*) filter (where coalesce(s.version, 0) <> r.expected or s.hash <> r.expected_hash),
        count(*) filter (where r.expected = 0 and r.event_count > 0),
        count(*) filter (where r.expected > 0 and r.event_count > 0)
    into r_keys, r_rows, r_positions, v_misfits, r_creations, r_advances
    from (
        select unnest(p_tenants) as tenant, unnest(p_stream_ids) as stream_id, unnest(p_expected_versions) as expected,
            unnest(p_expected_hashes) as expected_hash, unnest(p_event_counts) as event_count) r
    left join streams s on s.stream_id = r.stream_id and s.tenant = r.tenant;

    -- An id that is only another tenant's is found here as well; the judge knows better.
    r_misfits := v_misfits > 0 or exists (
        select from commands c where c.command_id = any (p_command_ids) and c.tenant = any (p_tenants));
end
$$;
