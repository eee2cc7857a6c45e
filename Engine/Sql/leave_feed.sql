-- A process that stops gives everything back at once.
create or replace function leave_feed(p_owner text) returns void
language sql as $$
    delete from feed_readers where owner = p_owner;
    update feed_partitions set owner = null, leased_until = '-infinity' where owner = p_owner;
$$;
