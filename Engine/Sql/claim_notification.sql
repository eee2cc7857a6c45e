-- Asks for the right to tell of an event until the lease ends. Whoever holds the claim already may renew it: that is a
-- further attempt. Says what the row's state is, and when it is somebody else's claim, for how long that still holds.
create or replace function claim_notification(
    p_event_id uuid, p_tenant text, p_order_id text, p_kind text, p_claimer uuid, p_lease interval)
returns table (r_state text, r_is_mine boolean, r_attempts integer, r_held_for interval)
language plpgsql as $$
begin
    return query
    insert into notifications as n (event_id, tenant, order_id, kind, state, claimed_by, claimed_until)
    values (p_event_id, p_tenant, p_order_id, p_kind, 'claimed', p_claimer, clock_timestamp() + p_lease)
    on conflict on constraint notifications_event do update set
        claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until, attempts = n.attempts + 1
    where n.state = 'claimed' and (n.claimed_by = p_claimer or n.claimed_until <= clock_timestamp())
    returning n.state, true, n.attempts, interval '0';
    if not found then
        return query
        select n.state, false, n.attempts, greatest(n.claimed_until - clock_timestamp(), interval '0')
        from notifications n where n.event_id = p_event_id and n.tenant = p_tenant;
    end if;
end
$$;
