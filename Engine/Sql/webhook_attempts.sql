-- Each try to send something, and what the receiver said to it.
create table if not exists webhook_attempts (
    delivery_id uuid not null references webhook_deliveries (id) on delete cascade,
    number integer not null,
    at timestamptz not null,
    milliseconds bigint not null,
    status_code integer,
    error text,
    reply text,
    constraint webhook_attempts_number primary key (delivery_id, number)
);
