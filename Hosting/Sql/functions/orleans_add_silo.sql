-- A silo enters the table, and the cluster gets its next version: both or neither. False when the table is not at the
-- version that the silo has read, or has the silo already; it then reads again. The lock on the cluster makes silos
-- that join at once take turns.
create or replace function orleans_add_silo(
    p_cluster_id text,
    p_version integer,
    p_address text,
    p_port integer,
    p_generation integer,
    p_silo_name text,
    p_host_name text,
    p_status integer,
    p_proxy_port integer,
    p_started_at timestamptz,
    p_alive_at timestamptz)
returns boolean
language plpgsql as $$
begin
    perform from orleans_clusters where cluster_id = p_cluster_id and version = p_version for update;
    if not found then
        return false;
    end if;
    insert into orleans_silos (
        cluster_id, address, port, generation, silo_name, host_name, status, proxy_port, started_at, alive_at)
    values (
        p_cluster_id, p_address, p_port, p_generation, p_silo_name, p_host_name, p_status, p_proxy_port, p_started_at, p_alive_at)
    on conflict (cluster_id, address, port, generation) do nothing;
    if not found then
        return false;
    end if;
    update orleans_clusters set version = version + 1, changed_at = now() where cluster_id = p_cluster_id;
    return true;
end
$$;
