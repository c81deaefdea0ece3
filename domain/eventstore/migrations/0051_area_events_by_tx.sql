-- What is new about administrative units is found by transaction: a walk through all their events
-- once a second, in every process, took as long as a page.

create index area_events_by_tx on store.events (tx) where topic like 'area.%';
drop index store.area_events;
