"""Events to stored rows and back."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, ClassVar
from uuid import UUID, uuid4

import msgspec
import pytest
from eventsourcing.domain import AggregateEvent
from eventsourcing.persistence import MapperDeserialisationError, Notification, StoredEvent
from eventsourcing.utils import resolve_topic
from hypothesis import given
from hypothesis import strategies as st

from domain.eventstore import mapper as eventstore_mapper
from domain.eventstore.errors import NotStorable, UnknownTopic
from domain.eventstore.mapper import (
    StampedEvent,
    StampedNotification,
    StateMapper,
    register_events,
    registered_events,
)
from domain.eventstore.personal import Personal
from domain.households.events import EVENTS, MemberLeft
from tests.domain.eventstore.saves import NOON


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    weight: int | None = None


class Assembled(AggregateEvent):
    TOPIC: ClassVar[str] = "test.assembled:1"

    on: date
    whole: UUID
    parts: tuple[Part, ...]
    private: Personal | None
    before: Personal | str | int | bool | None
    answers: dict[str, str | int | bool | list[str] | None]
    colour: str = "red"
    marks: list[str] = field(default_factory=list)


class Painted(AggregateEvent):
    """Its third version: `colour` was called `color`, then came `coats`."""

    TOPIC: ClassVar[str] = "test.painted:3"
    FORMER_TOPICS: ClassVar[tuple[str, ...]] = ("test.painted:1", "test.painted:2")
    class_version: ClassVar[int] = 3

    colour: str
    coats: int
    on: date

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        state["colour"] = state.pop("color")

    @staticmethod
    def upcast_v2_v3(state: dict[str, Any]) -> None:
        state["coats"] = 1


mapper = StateMapper()


@pytest.fixture(autouse=True, scope="module")
def _registered() -> Iterator[None]:
    """The made-up events are known while these tests run, and not to the rest of the suite."""
    before = registered_events()
    register_events([Assembled, Painted])
    yield
    for topic in registered_events().keys() - before.keys():
        del eventstore_mapper._classes[topic]


# Times that a zone has twice a year are equal to no time of another zone, so fixed offsets.
zones = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
texts = st.text(max_size=20)
personals = st.builds(Personal, st.uuids(), st.binary(max_size=40))
assembled = st.builds(
    Assembled,
    originator_id=st.uuids(),
    originator_version=st.integers(1, 2**31 - 1),
    timestamp=st.datetimes(
        datetime(1990, 1, 1),  # noqa: DTZ001 (the zone is added)
        datetime(2200, 1, 1),  # noqa: DTZ001
        timezones=zones,
    ),
    on=st.dates(),
    whole=st.uuids(),
    parts=st.lists(st.builds(Part, texts, st.none() | st.integers(-(2**63), 2**63 - 1))).map(tuple),
    private=st.none() | personals,
    before=st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts | personals,
    answers=st.dictionaries(
        texts, st.none() | st.booleans() | st.integers(0, 10**6) | texts | st.lists(texts)
    ),
    colour=texts,
    marks=st.lists(texts),
)


def example(**changes: Any) -> Assembled:
    event = Assembled(
        originator_id=uuid4(),
        originator_version=7,
        timestamp=NOON,
        on=date(2022, 12, 12),
        whole=uuid4(),
        parts=(Part("mái tôn", 3), Part("M'Nông")),
        private=Personal(uuid4(), b"\x00\xff"),
        before=None,
        answers={"a": ["b"], "c": None},
    )
    return replace(event, **changes)


@given(assembled)
def test_every_event_comes_back_as_it_was(event: Assembled) -> None:
    stored = mapper.to_stored_event(event)
    back = mapper.to_domain_event(stored)
    assert back == event
    assert type(back) is Assembled
    assert back.timestamp.tzinfo is UTC
    assert mapper.to_stored_event(back).state == stored.state


def test_state_holds_only_what_the_columns_do_not_say() -> None:
    event = example()
    stored = mapper.to_stored_event(event)
    state = msgspec.json.decode(stored.state)
    assert set(state) == {
        "on", "whole", "parts", "private", "before", "answers", "colour", "marks"
    }  # fmt: skip
    assert state["on"] == "2022-12-12"
    assert state["whole"] == str(event.whole)
    assert state["private"]["sealed"] == "AP8="
    assert state["parts"][1] == {"name": "M'Nông", "weight": None}
    assert (stored.topic, stored.originator_version) == ("test.assembled:1", 7)


def test_the_recorded_time_is_stored_in_utc() -> None:
    vietnam = timezone(timedelta(hours=7))
    event = example(timestamp=datetime(2022, 12, 12, 12, 0, tzinfo=vietnam))
    stored = mapper.to_stored_event(event)
    assert stored.recorded_at == event.timestamp
    assert stored.recorded_at.tzinfo is UTC


def test_fields_with_a_default_may_be_missing_in_what_was_stored_before_they_came() -> None:
    stored = mapper.to_stored_event(example())
    state = msgspec.json.decode(stored.state)
    del state["colour"], state["marks"]
    old = replace(stored, state=msgspec.json.encode(state))
    first, second = mapper.to_domain_event(old), mapper.to_domain_event(old)
    assert (first.colour, first.marks) == ("red", [])
    assert first.marks is not second.marks


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"parts": [Part("x")]}, "parts"),
        ({"on": "2022-12-12"}, "on"),
        ({"on": datetime(2022, 12, 12, tzinfo=UTC)}, r"\$\.on"),
        ({"whole": "no uuid, secret"}, r"\$\.whole"),
        ({"colour": 5}, r"\$\.colour"),
        ({"parts": (Part("secret", "heavy"),)}, r"\$\.parts\[0\]\.weight"),  # type: ignore[arg-type]
        ({"answers": {"secret": 0.5}}, r"\$\.answers\[\.\.\.\]"),
        ({"answers": {"secret": object()}}, "TypeError"),
        ({"timestamp": datetime(2022, 12, 12)}, "no time zone"),  # noqa: DTZ001
    ],
)
def test_what_would_not_come_back_is_refused_by_the_name_of_the_field(
    changes: dict[str, Any], names: str
) -> None:
    event = example(**changes)
    with pytest.raises(NotStorable, match=names) as refused:
        mapper.to_stored_event(event)
    assert str(event.originator_id) in str(refused.value)
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None or refused.value.__suppress_context__


def stored_painted(topic: str, **state: Any) -> StampedEvent:
    return StampedEvent(uuid4(), 1, topic, msgspec.json.encode(state), NOON)


def test_older_versions_are_brought_up_to_date() -> None:
    first = stored_painted("test.painted:1", color="blue", on="2022-01-01")
    second = stored_painted("test.painted:2", colour="blue", on="2022-01-01", class_version=2)
    for stored in (first, second):
        event = mapper.to_domain_event(stored)
        assert type(event) is Painted
        assert (event.colour, event.coats, event.on) == ("blue", 1, date(2022, 1, 1))
        assert not hasattr(event, "class_version") or event.class_version == 3


def test_the_newest_version_is_stored_with_its_number() -> None:
    event = Painted(uuid4(), 1, NOON, "green", 2, date(2022, 1, 1))
    stored = mapper.to_stored_event(event)
    assert stored.topic == "test.painted:3"
    assert msgspec.json.decode(stored.state)["class_version"] == 3
    assert mapper.to_domain_event(stored) == event
    assert vars(mapper.to_domain_event(stored)).keys() == vars(event).keys()


def test_an_unknown_topic_names_the_row() -> None:
    stored = StampedEvent(uuid4(), 3, "household.abolished:9", b'{"secret":1}', NOON)
    with pytest.raises(UnknownTopic, match=r"household\.abolished:9") as error:
        mapper.to_domain_event(stored)
    assert str(stored.originator_id) in str(error.value)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    "state",
    [b"", b"{", b"[]", b'{"secret":1}', b'{"color":"secret","on":"secret"}', b'{"color":{}}'],
)
@pytest.mark.parametrize("topic", ["test.assembled:1", "test.painted:1"])
def test_a_damaged_state_names_the_row_and_not_the_state(topic: str, state: bytes) -> None:
    stored = StampedEvent(uuid4(), 3, topic, state, NOON)
    with pytest.raises(MapperDeserialisationError) as error:
        mapper.to_domain_event(stored)
    assert topic in str(error.value)
    assert str(stored.originator_id) in str(error.value)
    assert "version 3" in str(error.value)
    assert "secret" not in str(error.value)
    assert error.value.__suppress_context__


def test_a_row_without_its_recorded_time_is_refused() -> None:
    stored = mapper.to_stored_event(example())
    plain = StoredEvent(stored.originator_id, 7, stored.topic, stored.state)
    with pytest.raises(MapperDeserialisationError, match="recorded_at"):
        mapper.to_domain_event(plain)


def test_stored_events_are_compared_by_what_they_say() -> None:
    stored = mapper.to_stored_event(example())
    plain = StoredEvent(stored.originator_id, 7, stored.topic, stored.state)
    assert stored == plain
    assert plain == stored
    assert stored == replace(stored)
    assert stored != replace(stored, recorded_at=NOON + timedelta(microseconds=1))
    assert stored != replace(plain, state=b"{}")
    assert stored != "stored"
    assert len({stored, replace(stored)}) == 1
    notified = StampedNotification(*(getattr(stored, n) for n in vars(plain)), 5, NOON)
    assert notified == stored
    assert notified != Notification(*(getattr(stored, n) for n in vars(plain)), 6)
    assert len({notified, replace(notified)}) == 1


def test_a_class_needs_a_topic_of_its_own() -> None:
    class Nameless(AggregateEvent):
        pass

    class Heir(Assembled):
        pass

    for cls in (Nameless, Heir):
        with pytest.raises(TypeError, match="no TOPIC of its own"):
            register_events([cls])


def test_a_topic_belongs_to_one_class() -> None:
    class Usurper(AggregateEvent):
        TOPIC: ClassVar[str] = "test.assembled:1"

    with pytest.raises(TypeError, match="already the topic of Assembled"):
        register_events([Usurper])
    with pytest.raises(NotStorable, match="another class"):
        mapper.to_stored_event(Usurper(uuid4(), 1, NOON))
    register_events([Assembled])


def test_an_unregistered_class_is_not_stored() -> None:
    class Forgotten(AggregateEvent):
        TOPIC: ClassVar[str] = "test.forgotten:1"

    with pytest.raises(UnknownTopic, match=r"test\.forgotten:1"):
        mapper.to_stored_event(Forgotten(uuid4(), 1, NOON))


def test_the_events_of_households_are_registered_by_importing_them() -> None:
    known = registered_events()
    assert all(known[cls.TOPIC] is cls for cls in EVENTS)
    assert resolve_topic(MemberLeft.TOPIC) is MemberLeft
