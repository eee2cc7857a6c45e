-- Keeps rows of the audit as they are.
create or replace trigger audit_is_append_only
before update or delete or truncate on audit
for each statement execute function refuse_audit_change();
