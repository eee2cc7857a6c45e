-- Moves subscriptions on in the log and writes down what they are to be sent of it, both or neither. A subscription that is not
-- where the caller believed is left as it is: somebody else has planned it, or it was stopped. Says which ones moved.
-- What has its turn after something that waits is due no sooner than that.
create or replace function plan_webhook_deliveries(
    p_webhooks uuid[], p_from bigint[], p_to bigint[], p_ids uuid[], p_webhook_ids uuid[], p_positions bigint[], p_event_ids uuid[],
    p_types text[], p_order_ids text[], p_turns text[], p_now timestamptz)
returns uuid[]
language plpgsql as $$
declare
    v_moved uuid[];
begin
    with moved as (
        update webhooks w set position = n.until
        from unnest(p_webhooks, p_from, p_to) n(id, start, until)
        where w.id = n.id and w.position = n.start and w.enabled and w.removed_at is null
        returning w.id)
    select coalesce(array_agg(id), '{}') into v_moved from moved;
    insert into webhook_deliveries (
        id, webhook_id, position, event_id, type, order_id, turn, status, created_at, due_at)
    select n.id, n.webhook_id, n.position, n.event_id, n.type, n.order_id, n.turn, 'pending', p_now, greatest(p_now, before.due_at)
    from unnest(p_ids, p_webhook_ids, p_positions, p_event_ids, p_types, p_order_ids, p_turns)
        n(id, webhook_id, position, event_id, type, order_id, turn)
    left join lateral (
        select max(d.due_at) as due_at from webhook_deliveries d
        where d.webhook_id = n.webhook_id and d.turn = n.turn and d.status = 'pending') before on true
    where n.webhook_id = any (v_moved)
    on conflict (id) do nothing;
    return v_moved;
end
$$;
