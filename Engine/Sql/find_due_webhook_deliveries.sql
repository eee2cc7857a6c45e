-- What may be sent now, for each subscription as many as it has room for: what is due, is nobody's work already, and has nothing
-- before it in its turn.
create or replace function find_due_webhook_deliveries(p_webhooks uuid[], p_rooms integer[], p_busy uuid[], p_now timestamptz)
returns table (
    r_webhook_id uuid, r_id uuid, r_position bigint, r_event_id uuid, r_type text, r_attempts integer, r_tried_since timestamptz,
    r_created_at timestamptz)
language sql stable as $$
    select n.id, d.id, d.position, d.event_id, d.type, d.attempts, d.tried_since, d.created_at
    from unnest(p_webhooks, p_rooms) n(id, room)
    cross join lateral (
        select * from webhook_deliveries d
        where d.webhook_id = n.id and d.status = 'pending' and d.due_at <= p_now and d.id <> all (p_busy)
            and not exists (
                select from webhook_deliveries e
                where e.webhook_id = d.webhook_id and e.turn = d.turn and e.status = 'pending' and e.position < d.position)
        order by d.due_at, d.position limit n.room) d
$$;
