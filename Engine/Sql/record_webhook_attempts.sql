-- Writes down attempts and what follows from them. One that is not the next of its delivery is left out: somebody else has
-- written his. What waits behind a delivery in its turn is due with it, or at once when it has ended. A subscription is failing
-- from its first failed attempt on until something arrives, and is disabled when that takes too long or nobody listens any more.
-- Returns those that were disabled by it.
create or replace function record_webhook_attempts(
    p_ids uuid[], p_numbers integer[], p_at timestamptz[], p_milliseconds bigint[], p_status_codes integer[], p_errors text[],
    p_replies text[], p_statuses text[], p_due_at timestamptz[], p_gone boolean[], p_patience interval)
returns table (r_webhook_id uuid, r_reason text)
language plpgsql as $$
declare
    v_recorded uuid[];
begin
    with tried as (
        select * from unnest(p_ids, p_numbers, p_at, p_status_codes, p_errors, p_statuses, p_due_at)
            n(id, number, at, status_code, error, status, due_at)),
    recorded as (
        update webhook_deliveries d set
            attempts = n.number, status = n.status, due_at = n.due_at, tried_since = coalesce(d.tried_since, n.at),
            ended_at = case when n.status <> 'pending' then n.at end, status_code = n.status_code, error = n.error
        from tried n where d.id = n.id and d.attempts = n.number - 1 and d.status = 'pending'
        returning d.id)
    select coalesce(array_agg(id), '{}') into v_recorded from recorded;

    insert into webhook_attempts (delivery_id, number, at, milliseconds, status_code, error, reply)
    select n.id, n.number, n.at, n.milliseconds, n.status_code, n.error, n.reply
    from unnest(p_ids, p_numbers, p_at, p_milliseconds, p_status_codes, p_errors, p_replies)
        n(id, number, at, milliseconds, status_code, error, reply)
    where n.id = any (v_recorded);

    update webhook_deliveries f set due_at = case when d.status = 'pending' then d.due_at else d.ended_at end
    from webhook_deliveries d
    where d.id = any (v_recorded) and f.webhook_id = d.webhook_id and f.turn = d.turn and f.status = 'pending' and f.id <> d.id
        and (d.status = 'pending' or d.attempts > 1);

    return query
    with seen as (
        select d.webhook_id, bool_or(d.status = 'delivered') as arrived, min(n.at) as at, max(n.at) as last_at, bool_or(n.gone) as gone
        from unnest(p_ids, p_at, p_gone) n(id, at, gone) join webhook_deliveries d on d.id = n.id
        where d.id = any (v_recorded) group by d.webhook_id),
    judged as (
        update webhooks w set
            failing_since = case when s.arrived then null else coalesce(w.failing_since, s.at) end,
            enabled = w.enabled and not s.gone and (s.arrived or coalesce(w.failing_since, s.at) > s.last_at - p_patience),
            disabled_reason = case
                when not w.enabled then w.disabled_reason
                when s.gone then 'gone'
                when not s.arrived and coalesce(w.failing_since, s.at) <= s.last_at - p_patience then 'failing' end
        from seen s
        where w.id = s.webhook_id and (s.gone or not s.arrived or w.failing_since is not null)
        returning w.id, w.enabled, w.disabled_reason)
    select j.id, j.disabled_reason from judged j where not j.enabled and j.disabled_reason <> 'asked';
end
$$;
