-- Says which master key is missing among those that the caller has, or null when he may work: with his first one from now on.
-- Whoever comes first decides; two that come at once take turns.
create or replace function claim_master_key(p_master_ids text[]) returns text
language plpgsql as $$
declare
    v_missing text;
begin
    perform pg_advisory_xact_lock(hashtextextended('master_keys', 0));
    select m.master_id into v_missing from master_keys m where m.master_id <> all (p_master_ids) order by m.since limit 1;
    if v_missing is null then
        insert into master_keys (master_id) values (p_master_ids[1]) on conflict do nothing;
    end if;
    return v_missing;
end
$$;
