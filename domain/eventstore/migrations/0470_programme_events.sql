-- Finds the events of programmes among millions of others: each grant looks whether there is a new
-- one, as its words may name a benefit of any programme.

create index programme_events on store.events (originator_id) where topic like 'programme.%';
