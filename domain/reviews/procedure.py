"""A procedure holds the tracks, steps, forms and time limits of a review, with dates.

One TOML file is one version. Everything in it carries its certainty, and what was not found has no
value. A version whose text was not found has no tracks: it says that it is not loaded. Legal texts
are named in each file under `sources`, papers under `papers`, those who act under `actors`.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Any, Literal

import msgspec

from domain.calendar import TimeLimit, Unit
from domain.reviews.errors import NoProcedureInForce, ProcedureNotLoaded, TrackNotInForce
from domain.standards.parts import Text

Certainty = Literal["seen", "inference", "memory", "unknown"]

TRACKS = ("periodic", "on_demand_entry", "on_demand_exit", "farm_average", "low_income_worker")
STEPS = ("request", "listing", "survey", "meeting", "posting", "consultation", "decision")
"""The steps in their order; a track may leave some out."""
LIMITS = ("posting", "reverification", "reposting", "consultation", "whole")


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A piece of a procedure's file; a field that is not read is a mistake and is refused."""


class Source(Part, frozen=True):
    """A legal text: its number, its dates, and what it settles."""

    number: str
    title: Text
    what: Text
    certainty: Certainty
    signed_on: date | None = None
    in_force_on: date | None = None


class Figure(Part, frozen=True):
    """One figure; without a value exactly when its certainty is "unknown"."""

    certainty: Certainty
    value: int | None = None


class Number(Part, frozen=True):
    """The national code of an administrative procedure, and the text that publishes it."""

    source: str
    certainty: Certainty
    value: str | None = None


class Paper(Part, frozen=True):
    """A form or an annex of a legal text."""

    title: Text
    source: str
    certainty: Certainty


class DayOfYear(Part, frozen=True):
    """A day of every year."""

    month: int
    day: int


class Window(Part, frozen=True):
    """The days of every year between which the review runs, both included."""

    first: DayOfYear
    last: DayOfYear
    source: str
    certainty: Certainty


class Screening(Part, frozen=True):
    """Whether form A screens requests; those with fewer signs than `fewer_than` are surveyed."""

    certainty: Certainty
    used: bool | None = None
    fewer_than: int | None = None


class Limit(Part, frozen=True):
    """A time limit and what it begins with.

    Several units mean that the texts disagree; `note` says how. Without days it is not known.
    """

    code: str
    certainty: Certainty
    begins: Text
    days: int | None = None
    units: tuple[Unit, ...] = ()
    note: Text | None = None

    @property
    def readings(self) -> tuple[TimeLimit, ...]:
        """The limit by each unit that the texts name; none where it is not known."""
        return () if self.days is None else tuple(TimeLimit(self.days, unit) for unit in self.units)


class Step(Part, frozen=True):
    """One step: who acts, with which papers, and within which time limits.

    `agreement_percent` is the least share of all who attend a meeting; `chaired_by` are the actors
    who may chair it, none named where any of them may. `answered_by` is who answers a consultation.
    `places` are those at which results have to be posted: codes of POSTING_PLACES.
    """

    code: str
    title: Text
    what: Text
    source: str
    certainty: Certainty
    actors: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    agreement_percent: Figure | None = None
    answered_by: str = ""
    chaired_by: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    time_limits: tuple[Limit, ...] = ()


class Track(Part, frozen=True):
    """One way of reviewing: its number, when it runs, its steps in order, its time limits.

    It runs either in a window of the year or monthly from a day. `not_before` is a day before which
    there was certainly no such track, where that is later than the version itself.
    """

    code: str
    title: Text
    number: Number
    screening: Screening
    steps: tuple[Step, ...]
    window: Window | None = None
    starts_monthly_on: Figure | None = None
    time_limits: tuple[Limit, ...] = ()
    not_before: date | None = None
    open_questions: tuple[Text, ...] = ()

    @property
    def requests(self) -> tuple[str, ...]:
        """The papers that a request is made by."""
        return tuple(
            paper for step in self.steps if step.code == "request" for paper in step.papers
        )

    @property
    def limits(self) -> tuple[Limit, ...]:
        """All time limits, of the steps in order and then of the whole."""
        return (*(limit for step in self.steps for limit in step.time_limits), *self.time_limits)


class Procedure(Part, frozen=True, dict=True):
    """One version of the procedure and its validity; `valid_until` is the last day.

    `not_loaded` says what is missing where the text was not found; `announced` are then the codes
    that are known.
    """

    id: str
    title: Text
    valid_from: date
    validity: Certainty
    sources: tuple[Source, ...]
    valid_until: date | None = None
    actors: dict[str, Text] = {}
    papers: dict[str, Paper] = {}
    tracks: tuple[Track, ...] = ()
    announced: tuple[Number, ...] = ()
    not_loaded: Text | None = None
    open_questions: tuple[Text, ...] = ()

    def holds_on(self, on: date) -> bool:
        """Whether the version is in force on that day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    def source(self, number: str) -> Source:
        """The legal text with this number; the file was checked to have it."""
        return next(source for source in self.sources if source.number == number)

    def tracks_on(self, on: date) -> tuple[Track, ...]:
        """The tracks that there are on a day. Raises ProcedureNotLoaded."""
        if self.not_loaded is not None:
            raise ProcedureNotLoaded(procedure=self.id, why=self.not_loaded.vi)
        return tuple(
            track for track in self.tracks if track.not_before is None or track.not_before <= on
        )

    def track(self, code: str, on: date) -> Track:
        """The track of that code on a day. Raises ProcedureNotLoaded, TrackNotInForce."""
        for track in self.tracks_on(on):
            if track.code == code:
                return track
        later = next((one.steps[0].source for one in self.tracks if one.code == code), "")
        raise TrackNotInForce(track=code, on=on.isoformat(), source=later)

    @cached_property
    def digest(self) -> str:
        """SHA-256 hex of what decides: tracks, windows, steps, who acts, papers, limits, votes.

        Titles, explanations, sources, certainty and validity are left out: a text corrected, or a
        version continued by a later decision, leaves every step taken by it reproducible.
        """
        return hashlib.sha256(self.canonical()).hexdigest()

    def canonical(self) -> bytes:
        """The bytes that the digest is taken of: JSON with sorted keys and no spaces, in UTF-8."""
        content = {
            "id": self.id,
            "announced": [number.value for number in self.announced],
            "tracks": [_track_content(track) for track in self.tracks],
        }
        return msgspec.json.encode(content, order="deterministic")


class Procedures:
    """Every version of the procedure, in the order of their dates."""

    def __init__(self, versions: Iterable[Procedure]) -> None:
        self._versions = tuple(sorted(versions, key=lambda version: version.valid_from))

    def __iter__(self) -> Iterator[Procedure]:
        return iter(self._versions)

    def on(self, day: date) -> Procedure:
        """The version in force on a day. Raises NoProcedureInForce."""
        for version in self._versions:
            if version.holds_on(day):
                return version
        raise NoProcedureInForce(on=day.isoformat())

    def not_loaded(self) -> tuple[Procedure, ...]:
        """The versions whose text was not found."""
        return tuple(version for version in self._versions if version.not_loaded is not None)


def _track_content(track: Track) -> dict[str, Any]:
    window = track.window
    return {
        "code": track.code,
        "number": track.number.value,
        "window": window and [window.first, window.last],
        "starts_monthly_on": track.starts_monthly_on and track.starts_monthly_on.value,
        "screening": [track.screening.used, track.screening.fewer_than],
        "steps": [
            {
                "code": step.code,
                "actors": step.actors,
                "papers": step.papers,
                "agreement_percent": step.agreement_percent and step.agreement_percent.value,
                "answered_by": step.answered_by,
                "chaired_by": step.chaired_by,
                "places": step.places,
                "time_limits": [_limit_content(limit) for limit in step.time_limits],
            }
            for step in track.steps
        ],
        "time_limits": [_limit_content(limit) for limit in track.time_limits],
        "not_before": track.not_before,
    }


def _limit_content(limit: Limit) -> list[Any]:
    return [limit.code, limit.days, limit.units]
