-- Work on what a database held before, of a kind that SQL cannot do: done once, by the owner, in
-- steps. `after` is the last row of the steps done so far. A database without events owes none.

create table store.backfills (
    name text primary key,
    after uuid,
    done_at timestamptz
);

insert into store.backfills (name, done_at)
select 'folded_numbers', case when not exists (select from store.claims) then now() end;

grant select on store.backfills to socai_app;
