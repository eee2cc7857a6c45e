-- Keeps the marks of erased customers: neither a key comes back, nor does the row go.
create or replace trigger erased_keys_stay_erased
before update or delete on personal_keys
for each row when (old.wrapped is null) execute function refuse_key_revival();
