-- Gives the keys of these customers, and makes those that are missing of what the caller has brought along. Whoever comes
-- second gets the first one's key; a customer who was erased gets none, for ever: wrapped is null then.
-- The commit waits for the disk: a key that a crash took back would still be in its maker's memory, and what it seals then
-- could be read by nobody.
create or replace function ensure_personal_keys(
    p_tenants text[], p_customer_ids text[], p_key_ids uuid[], p_master_ids text[], p_wrapped bytea[])
returns table (tenant text, customer_id text, key_id uuid, master_id text, wrapped bytea)
language plpgsql as $$
#variable_conflict use_column
begin
    if exists (
        select from unnest(p_tenants, p_customer_ids) n(tenant, customer_id)
        where not exists (select from personal_keys k where k.customer_id = n.customer_id and k.tenant = n.tenant))
    then
        insert into personal_keys (tenant, customer_id, key_id, master_id, wrapped)
        select n.* from unnest(p_tenants, p_customer_ids, p_key_ids, p_master_ids, p_wrapped)
            n(tenant, customer_id, key_id, master_id, wrapped)
        order by n.customer_id, n.tenant
        on conflict on constraint personal_keys_customer do nothing;
    end if;
    return query
    select k.tenant, k.customer_id, k.key_id, k.master_id, k.wrapped
    from unnest(p_tenants, p_customer_ids) n(tenant, customer_id)
    join personal_keys k on k.customer_id = n.customer_id and k.tenant = n.tenant;
end
$$;
