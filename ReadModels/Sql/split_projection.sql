-- Lets a read model be kept in parts, one row in projections for each partition of its topic, all from where the whole
-- stands. From then on the whole's own row moves no more; its generation changes, so that a writer of the whole that does
-- not know of it yet writes nothing. Again is harmless.
create or replace function split_projection(p_name text, p_partitions integer) returns void
language plpgsql as $$
begin
    insert into projections (name) values (p_name) on conflict (name) do nothing;
    perform from projections where name = p_name for update;
    if exists (select from projections where name = p_name || '/0') then
        return;
    end if;
    insert into projections (name, position)
    select p_name || '/' || number, (select position from projections where name = p_name)
    from generate_series(0, p_partitions - 1) number;
    update projections set generation = generation + 1, updated_at = now() where name = p_name;
end
$$;
