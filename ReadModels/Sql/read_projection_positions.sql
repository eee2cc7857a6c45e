-- How far each read model is: everything up to its position is in it. Where it is kept in parts, each part says how far it
-- is in its own events only. It lacks nothing up to what is published when it has the last published event of its part;
-- a part without new events does not hold the others back.
create or replace function read_projection_positions(p_names text[], p_topics text[])
returns table (r_name text, r_position bigint, r_error text)
language sql stable as $$
    select whole.name, coalesce(parts.position, whole.position), coalesce(whole.error, parts.error)
    from unnest(p_names, p_topics) wanted (name, topic)
    join projections whole on whole.name = wanted.name
    cross join lateral (
        select case when count(*) > 0 then greatest(
                min(part.position),
                least(
                    (select published.position from kafka_publisher published),
                    min(part.position) filter (where part.position < sent.last_position))) end as position,
            min(part.error) as error
        from projections part
        left join kafka_partitions sent
            on sent.topic = wanted.topic and sent.partition = split_part(part.name, '/', 2)::integer
        where part.name ^@ (wanted.name || '/')) parts
$$;
