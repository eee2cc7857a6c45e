-- A process that stops gives everything back at once.
create or replace function leave_webhook_lanes(p_owner text) returns void
language sql as $$
    delete from webhook_senders where owner = p_owner;
    update webhook_lanes set owner = null, leased_until = '-infinity' where owner = p_owner;
$$;
