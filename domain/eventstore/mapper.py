"""The mapper turns events into stored rows and back.

`state` holds what the row's own columns do not say: every field of the event class but
originator_id, originator_version and timestamp (which is the column recorded_at), as JSON.
Dates are ISO strings, UUIDs hyphenated, bytes base64, tuples arrays, dataclasses objects.

What is written is read back first: an event that would come back otherwise, or not at all, is
refused before it is saved.
"""

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NotRequired, TypeAlias, TypedDict, cast, get_type_hints
from uuid import UUID

import msgspec
from eventsourcing.domain import CanMutateAggregate, DomainEventProtocol
from eventsourcing.persistence import (
    JSONTranscoder,
    Mapper,
    MapperDeserialisationError,
    Notification,
    StoredEvent,
)
from eventsourcing.utils import register_topic

from domain.eventstore.errors import NotStorable, UnknownTopic

_COLUMNS = ("originator_id", "originator_version", "timestamp")


@dataclass(frozen=True, eq=False)
class StampedEvent(StoredEvent):
    """A stored event with the time it was recorded, UTC.

    Equal to any stored event that says the same; the time is compared where both have one.
    """

    recorded_at: datetime

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StoredEvent):
            return NotImplemented
        return _says_the_same(self, other)

    def __hash__(self) -> int:
        return hash((self.originator_id, self.originator_version))


@dataclass(frozen=True, eq=False)
class StampedNotification(Notification):
    """A stored event with its place in the ledger (`id`) and the time it was recorded, UTC."""

    recorded_at: datetime

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StoredEvent):
            return NotImplemented
        return _says_the_same(self, other)

    def __hash__(self) -> int:
        return hash((self.originator_id, self.originator_version))


def _says_the_same(stored: StoredEvent, other: StoredEvent) -> bool:
    names = set(vars(stored)) & set(vars(other))
    return all(getattr(stored, name) == getattr(other, name) for name in names)


Event: TypeAlias = DomainEventProtocol[UUID]
Fields: TypeAlias = dict[str, object]

_classes: dict[str, type[Event]] = {}


def register_events(classes: Iterable[type[Event]]) -> None:
    """Makes event classes known by their TOPIC, and by each of their FORMER_TOPICS.

    Called beside the classes, in the module that defines them, so that importing it is enough.
    Raises TypeError for a class without a TOPIC of its own, or a topic that is another's.
    """
    for cls in classes:
        topic = vars(cls).get("TOPIC")
        if not isinstance(topic, str) or not topic:
            raise TypeError(f"{cls.__qualname__} has no TOPIC of its own")
        for name in (topic, *vars(cls).get("FORMER_TOPICS", ())):
            if _classes.setdefault(name, cls) is not cls:
                raise TypeError(f"{name} is already the topic of {_classes[name].__qualname__}")
            register_topic(name, cls)


def registered_events() -> dict[str, type[Event]]:
    """Every registered topic, former ones too, with its class."""
    return dict(_classes)


class _Version(msgspec.Struct):
    class_version: int = 1


class _Codec:
    """Knows how the state of one event class reads. Made once per class."""

    def __init__(self, cls: type[Event]) -> None:
        self.cls = cls
        self.topic: str = vars(cls)["TOPIC"]
        self.class_version: int = getattr(cls, "class_version", 1)
        hints = get_type_hints(cls)
        self.defaults: dict[str, Callable[[], object]] = {}
        shape: dict[str, object] = {}
        for field in _fields_of(cls):
            if field.name in _COLUMNS:
                continue
            hint = hints[field.name]
            default = _default(field)
            if default is not None:
                self.defaults[field.name] = default
                hint = NotRequired[hint]
            shape[field.name] = hint
        self.shape = cast("type[Fields]", TypedDict(cls.__name__, shape))  # type: ignore[operator]
        self.size = len(shape)
        self.decoder = msgspec.json.Decoder(self.shape)

    def read(self, state: bytes) -> Fields:
        if self.class_version > 1:
            version = _version_decoder.decode(state).class_version
            fields = self.decoder.decode(state) if version == self.class_version else None
            if fields is None:
                fields = msgspec.convert(self._upcast(state, version), self.shape)
        else:
            fields = self.decoder.decode(state)
        if len(fields) != self.size:
            for name, default in self.defaults.items():
                fields.setdefault(name, default())
        return fields

    def _upcast(self, state: bytes, version: int) -> Fields:
        """The library's way: `upcast_v1_v2(state)` and so on change plain JSON values in place."""
        fields: Fields = msgspec.json.decode(state)
        fields.pop("class_version", None)
        while version < self.class_version:
            getattr(self.cls, f"upcast_v{version}_v{version + 1}")(fields)
            version += 1
        return fields


_version_decoder = msgspec.json.Decoder(_Version)
_encoder = msgspec.json.Encoder()


def _fields_of(cls: type) -> "tuple[dataclasses.Field[object], ...]":
    if not dataclasses.is_dataclass(cls):
        raise TypeError(f"{cls.__qualname__} is no dataclass")
    return dataclasses.fields(cls)


def _default(field: "dataclasses.Field[object]") -> Callable[[], object] | None:
    if field.default is not dataclasses.MISSING:
        value = field.default
        return lambda: value
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory
    return None


class StateMapper(Mapper[UUID]):
    """Maps events of registered classes; needs no keys, as personal values stay sealed."""

    def __init__(self) -> None:
        super().__init__(transcoder=JSONTranscoder())
        self._codecs: dict[str, _Codec] = {}

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StampedEvent:
        """Raises NotStorable for an event that would not come back as it is."""
        cls = type(domain_event)
        codec = self._codec(getattr(cls, "TOPIC", cls.__qualname__), domain_event)
        fields = dict(vars(domain_event))
        originator_id = fields.pop("originator_id")
        version = fields.pop("originator_version")
        recorded_at = fields.pop("timestamp")
        if recorded_at.tzinfo is None:
            raise NotStorable(f"{codec.topic} of {originator_id}: timestamp has no time zone")
        try:
            if codec.class_version > 1:
                state = _encoder.encode({**fields, "class_version": codec.class_version})
            else:
                state = _encoder.encode(fields)
            back = codec.read(state)
        except (TypeError, ValueError, msgspec.MsgspecError) as error:
            raise NotStorable(f"{codec.topic} of {originator_id}: {_where(error)}") from None
        if back != fields:
            wrong = sorted(k for k in {*fields, *back} if fields.get(k) != back.get(k))
            raise NotStorable(
                f"{codec.topic} of {originator_id}: would come back otherwise: {', '.join(wrong)}"
            )
        return StampedEvent(originator_id, version, codec.topic, state, recorded_at.astimezone(UTC))

    def to_domain_event(self, stored_event: StoredEvent) -> Event:
        """Raises UnknownTopic or MapperDeserialisationError: they name the row, not its state."""
        recorded_at = getattr(stored_event, "recorded_at", None)
        if recorded_at is None:
            raise MapperDeserialisationError(
                f"{stored_event.topic} of {stored_event.originator_id}: recorded_at is missing"
            )
        return self.event(
            stored_event.topic,
            cast("UUID", stored_event.originator_id),
            stored_event.originator_version,
            recorded_at,
            stored_event.state,
        )

    def event(
        self, topic: str, originator_id: UUID, version: int, recorded_at: datetime, state: bytes
    ) -> Event:
        """The event of one row, given column by column. Errors as in `to_domain_event`."""
        codec = self._codecs.get(topic) or self._codec(topic, None, originator_id, version)
        try:
            fields = codec.read(state)
        except (TypeError, ValueError, LookupError, AttributeError, msgspec.MsgspecError) as error:
            raise MapperDeserialisationError(
                f"{topic} of {originator_id}, version {version}: {_where(error)}"
            ) from None
        fields["originator_id"] = originator_id
        fields["originator_version"] = version
        fields["timestamp"] = recorded_at.astimezone(UTC)
        event = object.__new__(codec.cls)
        object.__setattr__(event, "__dict__", fields)
        return event

    def _codec(
        self,
        topic: str,
        event: Event | None,
        originator_id: UUID | None = None,
        version: int | None = None,
    ) -> _Codec:
        codec = self._codecs.get(topic)
        if codec is None:
            cls = _classes.get(topic)
            if cls is None:
                raise UnknownTopic(
                    f"{topic} is not registered"
                    + (f" (originator {originator_id}, version {version})" if originator_id else "")
                )
            codec = self._codecs[topic] = _Codec(cls)
        if event is not None and codec.cls is not type(event):
            raise NotStorable(f"{topic} is the topic of another class")
        return codec


def aggregate_of(events: Iterable[Event]) -> object:
    """The aggregate that its events make, in their order; None without any.

    The library's loop asks of each event whether it follows a protocol, which takes longer than to
    apply it.
    """
    aggregate: object = None
    for event in events:
        aggregate = cast("CanMutateAggregate[UUID]", event).mutate(aggregate)  # type: ignore[arg-type]
    return aggregate


def _where(error: Exception) -> str:
    """Which field an error is about, without what stood in it."""
    _, found, path = str(error).rpartition(" - at `")
    place = path.rstrip("`") if found else ""
    return f"{type(error).__name__} at {place}" if place else type(error).__name__
