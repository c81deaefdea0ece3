-- A decision that was withdrawn, as far as the replay's ledger position knows, is an outcome of its
-- own. Replays of before have none.

alter table office.replays add column withdrawn bigint not null default 0;
alter table office.replay_parts add column withdrawn bigint not null default 0;
alter table office.replay_outcomes drop constraint replay_outcomes_outcome_check;
alter table office.replay_outcomes add constraint replay_outcomes_outcome_check
    check (outcome in ('same', 'different', 'not_reproducible', 'withdrawn'));
