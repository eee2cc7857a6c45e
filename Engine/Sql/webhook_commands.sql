-- The idempotency keys of what was asked for about webhooks: written in the transaction of its effect.
create table if not exists webhook_commands (
    tenant text collate "C" not null,
    command_id uuid not null,
    fingerprint bytea not null,
    result bigint,
    at timestamptz not null,
    constraint webhook_commands_command primary key (command_id, tenant)
);

create index if not exists webhook_commands_at on webhook_commands (at);
