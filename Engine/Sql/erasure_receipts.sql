-- What was found where after a customer was erased: counts, never texts.
create table if not exists erasure_receipts (
    tenant text collate "C" not null,
    customer_id text collate "C" not null,
    checked_at timestamptz not null,
    texts_sought integer not null,
    places json not null,
    unchecked json not null,
    constraint erasure_receipts_customer primary key (customer_id, tenant)
);
