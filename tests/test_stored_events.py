"""Every type and version of event that was ever stored loads for ever.

`tests/stored/TOPIC.json` holds examples of one topic as they stand in the store, and what they
read as. A file is written once, when the type is new, and never changed:

    python -m tests.test_stored_events        writes the files of types that have none yet
"""

import dataclasses
import json
import types
import typing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest

import domain.application  # noqa: F401  # every capability registers its events
from domain.eventstore.mapper import StateMapper, registered_events
from domain.eventstore.personal import Personal
from domain.households.events import Change

FOLDER = Path(__file__).parent / "stored"
NAMESPACE = UUID("5c6b2e0a-0000-4000-8000-000000000001")
RECORDED_AT = datetime(2022, 12, 15, 2, 0, 0, 123456, tzinfo=UTC)
MAPPER = StateMapper()


def topics() -> list[str]:
    """Every topic of the domain, former ones too."""
    return sorted(
        topic for topic, cls in registered_events().items() if cls.__module__.startswith("domain.")
    )


def file_of(topic: str) -> Path:
    return FOLDER / f"{topic.replace(':', '-')}.json"


@pytest.mark.parametrize("topic", topics())
def test_stored_examples_of_every_event_load(topic):
    assert file_of(topic).exists(), f"no stored example of {topic}: see this file's docstring"
    stored = json.loads(file_of(topic).read_text(encoding="utf-8"))
    assert stored["topic"] == topic
    assert stored["examples"]
    for version, example in enumerate(stored["examples"], start=1):
        event = MAPPER.event(topic, NAMESPACE, version, RECORDED_AT, example["state"].encode())
        assert reads(event) == example["reads"]
        assert event.timestamp == RECORDED_AT


@pytest.mark.parametrize("topic", topics())
def test_an_event_of_the_newest_version_is_stored_as_it_always_was(topic):
    """Byte for byte: leaf hashes of the ledger are made over the state."""
    cls = registered_events()[topic]
    if topic != cls.TOPIC:
        return
    example = json.loads(file_of(topic).read_text(encoding="utf-8"))["examples"][-1]
    event = MAPPER.event(topic, NAMESPACE, 1, RECORDED_AT, example["state"].encode())
    assert MAPPER.to_stored_event(event).state.decode() == example["state"]


def test_no_stored_example_is_left_without_its_event():
    assert {path.name for path in FOLDER.glob("*.json")} == {file_of(one).name for one in topics()}


def reads(event: Any) -> Any:
    """What an event says, as plain JSON values."""
    fields = {**vars(event)}
    for column in ("originator_id", "originator_version", "timestamp"):
        del fields[column]
    return json.loads(msgspec.json.encode(fields))


# Making the examples: one with everything said, one with as little as may be.


def sample(cls: type[Any], *, full: bool) -> Any:
    """An event of a class whose values follow from the names and types of its fields."""
    hints = typing.get_type_hints(cls)
    values = {
        field.name: value(field.name, hints[field.name], full)
        for field in dataclasses.fields(cls)
        if field.name not in ("originator_id", "originator_version", "timestamp")
    }
    if "originator_topic" in values:
        values["originator_topic"] = cls.TOPIC.partition(".")[0]
    return cls(originator_id=NAMESPACE, originator_version=1, timestamp=RECORDED_AT, **values)


def value(name: str, hint: Any, full: bool) -> Any:
    """An example of a type."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        if type(None) in args and not full:
            return None
        return value(name, next(one for one in args if one is not type(None)), full)
    if hint == tuple[Change, ...] and full:
        sealed = value("private", Personal, full)
        return (
            Change("private", sealed, sealed),
            Change("relation", "child", "grandchild"),
            Change("birth_year", None, 1950),
            Change("meritorious", False, True),
        )
    if origin is tuple:
        return (value(name, args[0], full),) if full else ()
    if origin is dict:
        return {f"{name}-key": value(name, args[1], full)} if full else {}
    if origin is list:
        return [value(name, args[0], full)] if full else []
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return hint(**{one.name: value(one.name, hints[one.name], full)
                       for one in dataclasses.fields(hint)})  # fmt: skip
    plain = {
        str: f"{name} M’Nông" if full else "",
        int: 1_500_000 if full else 0,
        bool: full,
        date: date(2022, 11, 15),
        datetime: RECORDED_AT,
        UUID: uuid5(NAMESPACE, name),
        bytes: bytes(range(48)),
    }
    return plain[hint]


def write_new_examples() -> None:
    FOLDER.mkdir(exist_ok=True)
    for topic in topics():
        if file_of(topic).exists():
            continue
        examples = []
        for full in (True, False):
            event = sample(registered_events()[topic], full=full)
            state = MAPPER.to_stored_event(event).state.decode()
            examples.append({"state": state, "reads": reads(event)})
        text = json.dumps({"topic": topic, "examples": examples}, ensure_ascii=False, indent=1)
        file_of(topic).write_text(text + "\n", encoding="utf-8")
        print(file_of(topic))


if __name__ == "__main__":
    write_new_examples()
