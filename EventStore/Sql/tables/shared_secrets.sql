-- What is shared with other systems, such as what webhooks are signed with: 32 random bytes each, wrapped by the master key,
-- which never comes here.
create table if not exists shared_secrets (
    secret_id uuid primary key,
    tenant text collate "C" not null,
    owner text collate "C" not null,
    master_id text collate "C" not null references master_keys (master_id),
    wrapped bytea not null,
    created_at timestamptz not null,
    ends_at timestamptz
);

create index if not exists shared_secrets_by_owner on shared_secrets (owner);
