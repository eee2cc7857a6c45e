-- Sales once had one row for all parts of the orders. A read model is only a fold of the log, so that the table of that shape
-- goes, with its position, and is filled again from the log's beginning; readers see it grow.
create or replace function drop_sales_without_shard() returns void
language plpgsql as $$
begin
    if to_regclass('sales') is null
        or exists (select from pg_attribute where attrelid = to_regclass('sales') and attname = 'shard' and not attisdropped) then
        return;
    end if;
    drop table sales;
    update projections set position = 0, generation = generation + 1, error = null, updated_at = now() where name = 'sales';
end
$$;

select drop_sales_without_shard();
