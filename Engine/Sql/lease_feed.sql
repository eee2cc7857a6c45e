-- One process asks for its share of the log: it keeps what it has, gives back what is too much, and takes what is free.
-- Whoever asks first waits for nobody; the rows are locked in order, so that two that ask together take turns.
create or replace function lease_feed(p_owner text, p_partitions integer, p_lease interval)
returns table (r_partition integer, r_position bigint)
language plpgsql as $$
declare
    v_share integer;
begin
    -- A part that nobody has read yet begins where the one reader of the standalone edition has come to.
    insert into feed_partitions (partition, position)
    select number, coalesce((select position from reaction_checkpoints where name = 'fulfilment'), 0)
    from generate_series(0, p_partitions - 1) number
    on conflict do nothing;

    insert into feed_readers (owner, seen_at) values (p_owner, clock_timestamp())
    on conflict (owner) do update set seen_at = excluded.seen_at;
    delete from feed_readers where seen_at < clock_timestamp() - p_lease;
    select ceil(p_partitions::numeric / count(*)) into v_share from feed_readers;

    perform 1 from feed_partitions order by partition for update;
    update feed_partitions set owner = null, leased_until = '-infinity'
    where partition in (
        select partition from feed_partitions where owner = p_owner order by partition offset v_share);
    update feed_partitions set owner = p_owner, leased_until = clock_timestamp() + p_lease
    where partition in (
        select partition from feed_partitions
        where owner = p_owner or leased_until < clock_timestamp()
        order by owner is distinct from p_owner, partition
        limit v_share);
    return query select partition, position from feed_partitions where owner = p_owner order by partition;
end
$$;
