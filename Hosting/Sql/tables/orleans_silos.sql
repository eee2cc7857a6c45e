-- The members of a cluster, the living and the lately dead. A silo that starts again on the same address is a new member
-- with a higher generation, and its older self must stay readable as dead, or a silo that only stood still would not
-- learn that it was given up. Status is Orleans' SiloStatus: 3 is active, 6 is dead. proxy_port is 0 without a gateway.
create table if not exists orleans_silos (
    cluster_id text collate "C" not null references orleans_clusters on delete cascade,
    address text collate "C" not null,
    port integer not null,
    generation integer not null,
    silo_name text not null,
    host_name text not null,
    status integer not null,
    proxy_port integer not null,
    suspect_times text,
    started_at timestamptz not null,
    alive_at timestamptz not null,
    primary key (cluster_id, address, port, generation)
);
