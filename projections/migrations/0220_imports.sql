-- Imports of official lists: jobs, the files they read, and what was said of single rows.
--
-- A file holds personal data of whole communes. It is stored sealed under a key of the import's
-- own, which is destroyed with the import; what stands in clear here names rows, columns and
-- codes, never what a cell says.

create table office.imports (
    id uuid primary key,
    area text not null,                     -- as asked for: a unit id or an official code
    effective_on date,                      -- null: each household from the day of its decision
    sheet text not null default '',         -- the sheet asked for; '' takes the one that fits
    dry_run boolean not null,
    account text not null,
    role text not null,
    role_area text not null,                -- as held when it was asked for
    requested_at timestamptz not null,
    file_digest bytea not null check (octet_length(file_digest) = 32),
    file_bytes bigint not null check (file_bytes > 0),
    sealed bytea,                           -- file name and file key; null once expired
    status text not null default 'waiting'
        check (status in ('waiting', 'checking', 'recording', 'done', 'refused')),
    refusal jsonb,                          -- {"code", "message", "values"} of a refused file
    error text not null default '',         -- why the last attempt stopped; cleared by the next
    columns jsonb,                          -- {"read": {field: column}, "ignored": {column: text}}
    rows bigint not null default 0,         -- rows read so far
    households bigint not null default 0,   -- in the list, refused and repeated ones included
    to_record bigint not null default 0,    -- households that passed the checks of the file
    list_digest bytea,                      -- of the households that passed, in order
    done bigint not null default 0,         -- of these, how many were dealt with
    recorded bigint not null default 0,
    persons bigint not null default 0,      -- in the households recorded
    reclassified bigint not null default 0,
    already bigint not null default 0,
    refused bigint not null default 0,      -- households, by the file's or the register's checks
    repeated bigint not null default 0,     -- households that stand in the file twice
    started_at timestamptz,
    finished_at timestamptz,
    check ((status = 'refused') = (refusal is not null))
);

create index imports_unfinished on office.imports (requested_at)
    where status not in ('done', 'refused');
create index imports_area on office.imports (area, requested_at);
create index imports_kept on office.imports (finished_at) where sealed is not null;

create table office.import_files (
    import_id uuid not null references office.imports on delete cascade,
    part integer not null,
    sealed bytea not null,
    primary key (import_id, part)
);

-- step -1: the checks of the file; otherwise the household number at which a chunk began.
create table office.import_rows (
    import_id uuid not null references office.imports on delete cascade,
    step bigint not null,
    row_number bigint not null,
    kind text not null check (kind in ('refused', 'duplicate', 'differs', 'note')),
    code text not null,
    field text not null,
    details jsonb not null
);

create index import_rows_in_order on office.import_rows (import_id, row_number, code, field);

-- Households that neither a number nor an identity number names, by a keyed digest of the head's
-- name, sex and birth and the village: so that next year's list finds them again.
create table office.import_households (
    key bytea primary key check (octet_length(key) = 16),
    household_id uuid not null
);

grant select, insert, update on office.imports to socai_app;
grant select, insert, delete on office.import_files, office.import_rows to socai_app;
grant select, insert on office.import_households to socai_app;
