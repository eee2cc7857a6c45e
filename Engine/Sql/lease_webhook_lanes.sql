-- One process asks for its share of the lanes: it keeps what it has, gives back what is too much, and takes what is free. The
-- rows are locked in order, so that two that ask together take turns.
create or replace function lease_webhook_lanes(p_owner text, p_lanes integer, p_lease interval) returns table (r_lane integer)
language plpgsql as $$
declare
    v_share integer;
begin
    insert into webhook_lanes (lane) select number from generate_series(0, p_lanes - 1) number on conflict do nothing;
    insert into webhook_senders (owner, seen_at) values (p_owner, clock_timestamp())
    on conflict (owner) do update set seen_at = excluded.seen_at;
    delete from webhook_senders where seen_at < clock_timestamp() - p_lease;
    select ceil(p_lanes::numeric / count(*)) into v_share from webhook_senders;

    perform 1 from webhook_lanes order by lane for update;
    update webhook_lanes set owner = null, leased_until = '-infinity'
    where lane in (select lane from webhook_lanes where owner = p_owner order by lane offset v_share);
    update webhook_lanes set owner = p_owner, leased_until = clock_timestamp() + p_lease
    where lane in (
        select lane from webhook_lanes where owner = p_owner or leased_until < clock_timestamp()
        order by owner is distinct from p_owner, lane limit v_share);
    return query select lane from webhook_lanes where owner = p_owner order by lane;
end
$$;
