-- Declares every silo of a cluster dead (6), for whoever knows that none can be alive: the processes were all killed, and
-- nobody is left to vote. A silo that is alive after all reads it here and ends itself.
create or replace function orleans_give_up_silos(p_cluster_id text)
returns integer
language plpgsql as $$
declare
    given_up integer;
begin
    perform from orleans_clusters where cluster_id = p_cluster_id for update;
    update orleans_silos set status = 6 where cluster_id = p_cluster_id and status <> 6;
    get diagnostics given_up = row_count;
    if given_up > 0 then
        update orleans_clusters set version = version + 1, changed_at = now() where cluster_id = p_cluster_id;
    end if;
    return given_up;
end
$$;
