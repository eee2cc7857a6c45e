-- Writes down how far the parts are finished, and for the standalone edition how far all of them are.
create or replace function keep_feed_positions(p_partitions integer[], p_positions bigint[]) returns void
language sql as $$
    update feed_partitions f set position = greatest(f.position, kept.position)
    from unnest(p_partitions, p_positions) kept (partition, position)
    where f.partition = kept.partition;
    insert into reaction_checkpoints (name, position)
    select 'fulfilment', min(position) from feed_partitions having count(*) > 0
    on conflict (name) do update set position = greatest(reaction_checkpoints.position, excluded.position);
$$;
