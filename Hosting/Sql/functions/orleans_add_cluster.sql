-- Every silo that starts asks for its cluster to be there; true for the one that made it.
create or replace function orleans_add_cluster(p_cluster_id text) returns boolean
language plpgsql as $$
begin
    insert into orleans_clusters (cluster_id) values (p_cluster_id) on conflict (cluster_id) do nothing;
    return found;
end
$$;
