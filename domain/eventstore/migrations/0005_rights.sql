-- The service's own role reads, and writes through the functions only: it can neither change or
-- remove what is recorded, nor insert a row with a transaction id or a seq of its own making.

revoke all on schema store from public;
revoke all on all functions in schema store from public;

grant usage on schema store to socai_app;
grant select on all tables in schema store to socai_app;
grant execute on function store.append, store.destroy_keys, store.extend_ledger, store.sequence,
    store.leaf
    to socai_app;
