-- What came of each household of an imported list, by its rows; attempts without progress are
-- counted, so that no import is tried for ever.
--
-- The household's number and its head's name as the list has them are sealed under the key of the
-- import's file, and destroyed with it.

alter table office.imports
    add column attempts smallint not null default 0, -- begun without getting any further since
    add column lists jsonb not null default '[]',    -- [{"sheet", "purpose", "classes"}] as read
    add column row_counts jsonb not null default '{}'; -- rows by outcome; with "left_out" all rows

alter table office.imports drop constraint imports_status_check;
alter table office.imports add constraint imports_status_check
    check (status in ('waiting', 'checking', 'recording', 'listing', 'done', 'refused'));

alter table office.import_rows add column sheet smallint not null default 0;
alter table office.import_rows drop constraint import_rows_kind_check;
alter table office.import_rows add constraint import_rows_kind_check
    check (kind in ('refused', 'duplicate', 'differs', 'note', 'left_out'));
create index import_rows_by_sheet
    on office.import_rows (import_id, sheet, row_number, code, field);

-- step as in office.import_rows; first_row is the row of the head.
create table office.import_outcomes (
    import_id uuid not null references office.imports on delete cascade,
    sheet smallint not null,
    first_row integer not null,
    last_row integer not null,
    rows integer not null check (rows > 0),
    step bigint not null,
    outcome text not null
        check (outcome in ('recorded', 'reclassified', 'already', 'possible', 'repeated', 'refused')),
    household_id uuid,                      -- of one that is on record
    named bytea not null,                   -- number and head, sealed
    primary key (import_id, sheet, first_row)
);

create index import_outcomes_by_outcome
    on office.import_outcomes (import_id, outcome, sheet, first_row);

grant select, insert, delete on office.import_outcomes to socai_app;
