-- One row per Orleans cluster. Its version is what silos compare and swap: every change of the members locks this row
-- first, so that the members change one after the other, each on top of a table that its author has read.
create table if not exists orleans_clusters (
    cluster_id text collate "C" primary key,
    version integer not null default 0,
    changed_at timestamptz not null default now()
);
