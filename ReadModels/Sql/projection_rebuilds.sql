-- The last rebuild of each read model: how far it is while it runs, how it ended afterwards.
create table if not exists projection_rebuilds (
    name                text        collate "C" primary key,
    phase               text        not null check (phase in ('building', 'comparing', 'switched', 'refused', 'failed')),
    position            bigint      not null default 0,
    maximum_differences bigint,
    live_rows           bigint,
    shadow_rows         bigint,
    differences         bigint,
    detail              text,
    started_at          timestamptz not null,
    updated_at          timestamptz not null default now()
);
