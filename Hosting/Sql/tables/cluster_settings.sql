-- What all silos of a cluster must have alike: with two service ids, or two ways to share out the log, silos would work
-- side by side without noticing.
create table if not exists cluster_settings (
    cluster_id text collate "C" primary key,
    settings jsonb not null,
    written_at timestamptz not null default now()
);
