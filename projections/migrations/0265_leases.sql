-- Who may do work that spans transactions, and until when: see projections/leases.py. A crash of
-- the server may forget them all, which costs their holders the batch they were at.
create unlogged table read.leases (
    name text primary key,
    holder uuid not null,
    until timestamptz not null
);
grant select, insert, update, delete on read.leases to socai_app;
