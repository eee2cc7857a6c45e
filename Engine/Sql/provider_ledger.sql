-- The simulated payment provider's own books. They stand in for the world outside, so nothing of the log refers to them;
-- `orders verify` reconciles the two.
create table if not exists provider_ledger (
    tenant text not null,
    idempotency_key text not null,
    order_id text not null,
    operation text not null,
    amount bigint not null,
    currency text not null,
    target_key text,
    code text,
    reference text not null,
    recorded_at timestamptz not null default clock_timestamp(),
    primary key (tenant, idempotency_key)
);
create index if not exists provider_ledger_order on provider_ledger (tenant, order_id);
