-- The read log holds every way of seeing people: a file, and also a list, a search, an export.
--
-- A line about one household names it, and stands in the area where it lives now. A line about
-- several has none: `count` says how many were shown, `filter` how they were asked for (never a
-- word of a person), `area` the unit that was asked about. A search names those it found.

alter table office.read_log alter column household_id drop not null;
alter table office.read_log add column count integer;
alter table office.read_log add column filter jsonb not null default '{}';
alter table office.read_log add column households uuid[] not null default '{}';
alter table office.read_log drop constraint read_log_what_check;
alter table office.read_log add constraint read_log_what_check check (
    what in ('file', 'history', 'search', 'list', 'export', 'import', 'replay', 'log', 'identity')
);
alter table office.read_log add constraint read_log_one_or_several check (
    (household_id is null) = (count is not null)
);

create index read_log_households on office.read_log using gin (households)
    where household_id is null;

-- How many people of other places an account met by their identity numbers is counted here.
create index read_log_identity on office.read_log (account, read_at) where what = 'identity';
