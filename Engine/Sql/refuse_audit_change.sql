-- The audit is only added to, whoever asks: a mistake of the tables' owner is refused as well.
create or replace function refuse_audit_change() returns trigger
language plpgsql as $$
begin
    raise exception 'the audit is only added to' using errcode = 'insufficient_privilege';
end
$$;
