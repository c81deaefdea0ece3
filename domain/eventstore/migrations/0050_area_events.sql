-- Finds the events of administrative units among millions of others: every process keeps all
-- units in memory and looks now and then whether there is something new.

create index area_events on store.events (position) where topic like 'area.%';
