-- The key of each customer's personal texts, wrapped by the master key, which never comes here. A row that has lost its key
-- is the mark that the customer was erased: it stays for good, no key is ever made for the customer again, and whatever was
-- sealed under the old one can be read by nobody. A master key that is given up meanwhile wraps no new ones.
create table if not exists personal_keys (
    tenant text collate "C" not null,
    customer_id text collate "C" not null,
    key_id uuid not null,
    master_id text collate "C" references master_keys (master_id),
    wrapped bytea,
    created_at timestamptz not null default clock_timestamp(),
    erased_at timestamptz,
    constraint personal_keys_customer primary key (customer_id, tenant),
    constraint personal_keys_key_id unique (key_id),
    constraint personal_keys_erased check ((wrapped is null) = (erased_at is not null) and (wrapped is null) = (master_id is null))
);

create index if not exists personal_keys_erased_at on personal_keys (erased_at) where erased_at is not null;
