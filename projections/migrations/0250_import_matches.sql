-- Households of a list that a person must look at before they are recorded: the household as the
-- list gives it, sealed under the import's key and destroyed with it, beside its candidates.

alter table office.imports add column possible bigint not null default 0;

create table office.import_matches (
    import_id uuid not null references office.imports on delete cascade,
    row_number bigint not null,             -- key of the head's row: sheet and number (row_key)
    step bigint not null,
    sealed bytea not null,
    candidates jsonb not null,              -- [{"household": id, "evidence": [codes]}]
    warnings text[] not null default '{}',
    verdict text check (verdict in ('same', 'somebody_else')),  -- null: nobody said yet
    candidate uuid,                         -- the household it is, where it is the same
    reason text not null default '',
    account text,                           -- who said so, with the role and area then
    role text,
    role_area text,
    said_at timestamptz,
    outcome text check (outcome in ('recorded', 'reclassified', 'already', 'refused')),
    code text not null default '',          -- of the remark, where it was refused
    done_at timestamptz,
    primary key (import_id, row_number),
    check ((verdict is null) = (said_at is null)),
    check (outcome is null or verdict is not null)
);

create index import_matches_said on office.import_matches (import_id)
    where verdict is not null and outcome is null;

alter table office.import_rows drop constraint import_rows_kind_check;
alter table office.import_rows add constraint import_rows_kind_check
    check (kind in ('refused', 'possible', 'duplicate', 'differs', 'note', 'left_out'));

grant select, insert, update, delete on office.import_matches to socai_app;
grant update on office.import_outcomes to socai_app;
