-- Destroys the keys of these customers and marks them as erased, also those who have none yet. Says how many it was news for.
-- append_batch does it in the transaction of the event that says so; whoever restores an older database does it for all
-- customers who were erased since (select tenant, customer_id, erased_at from personal_keys where wrapped is null).
create or replace function erase_personal_keys(p_tenants text[], p_customer_ids text[], p_erased_at timestamptz[] default null)
returns integer
language plpgsql as $$
declare
    v_erased integer;
begin
    insert into personal_keys as k (tenant, customer_id, key_id, master_id, wrapped, erased_at)
    select distinct on (n.customer_id, n.tenant)
        n.tenant, n.customer_id, gen_random_uuid(), null, null, coalesce(n.erased_at, clock_timestamp())
    from unnest(p_tenants, p_customer_ids, p_erased_at) n(tenant, customer_id, erased_at)
    where n.customer_id is not null
    order by n.customer_id, n.tenant
    on conflict on constraint personal_keys_customer do update
        set wrapped = null, master_id = null, erased_at = excluded.erased_at where k.wrapped is not null;
    get diagnostics v_erased = row_count;
    return v_erased;
end
$$;
