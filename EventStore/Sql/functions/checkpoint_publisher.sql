-- Moves the outbox's position, with the last published event of each part, in the caller's transaction. False when the
-- epoch is over: somebody else publishes now, and what the caller knows is of no account any more.
create or replace function checkpoint_publisher(
    p_epoch bigint, p_position bigint, p_topics text[], p_partitions integer[], p_positions bigint[])
returns boolean
language plpgsql as $$
begin
    update kafka_publisher set position = p_position, updated_at = clock_timestamp()
    where epoch = p_epoch and position <= p_position;
    if not found then
        return false;
    end if;
    insert into kafka_partitions (topic, partition, last_position)
    select * from unnest(p_topics, p_partitions, p_positions)
    on conflict on constraint kafka_partitions_key do update set last_position = excluded.last_position;
    return true;
end
$$;
