-- Certificates given to many households in one act: a job of its own, and what came of each
-- household. It holds ids and codes, no personal data but the name of the official who signs.

create table office.certificate_batches (
    id uuid primary key,
    area text not null,                     -- the commune, a unit id
    village text,                           -- null: all villages
    decision text,                          -- the number of one decision; null: all
    effective_on date not null,             -- the day of the certificates
    signer text not null,                   -- as printed
    account text not null,
    role text not null,
    role_area text not null,                -- as held when it was asked for
    requested_at timestamptz not null,
    households bigint not null,
    status text not null default 'waiting' check (status in ('waiting', 'running', 'done')),
    error text not null default '',         -- why the last attempt stopped; cleared by the next
    started_at timestamptz,
    finished_at timestamptz
);

create index certificate_batches_unfinished on office.certificate_batches (requested_at)
    where status <> 'done';
create index certificate_batches_area on office.certificate_batches (area, requested_at);

create table office.certificate_batch_households (
    batch_id uuid not null references office.certificate_batches on delete cascade,
    place integer not null,                 -- the order of the numbers
    household_id uuid not null,
    certificate_id uuid,                    -- null: not yet, or refused
    refusal text not null default '',       -- the code of the refusal
    primary key (batch_id, place)
);

grant select, insert, update on office.certificate_batches to socai_app;
grant select, insert, update on office.certificate_batch_households to socai_app;
