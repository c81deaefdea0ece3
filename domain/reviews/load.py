"""Reads the versions of the procedure from their files and refuses by name what makes no sense."""

import itertools
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import NoReturn

import msgspec

from domain.reviews.codes import POSTING_PLACES
from domain.reviews.errors import MalformedProcedure
from domain.reviews.procedure import (
    LIMITS,
    STEPS,
    TRACKS,
    Limit,
    Procedure,
    Procedures,
    Step,
    Track,
    Window,
)

LEAP_YEAR = 2024


@cache
def published() -> Procedures:
    """The versions that come with the program."""
    return load_procedures()


def procedures_on(day: date) -> Procedure:
    """The version in force on a day. Raises NoProcedureInForce."""
    return published().on(day)


def load_procedures(root: Traversable | None = None) -> Procedures:
    """All versions in a folder; without one, those that come with the program.

    Raises MalformedProcedure(file, where, what).
    """
    root = root or resources.files("domain.reviews") / "procedures"
    files = sorted((one for one in root.iterdir() if one.name.endswith(".toml")), key=_name)
    versions = [(one.name, parse(one.read_text(encoding="utf-8"), file=one.name)) for one in files]
    _check_together(versions)
    return Procedures(version for _, version in versions)


def parse(text: str, *, file: str) -> Procedure:
    """One version from the text of its file. Raises MalformedProcedure."""
    try:
        procedure = msgspec.convert(tomllib.loads(text), Procedure)
    except tomllib.TOMLDecodeError as error:
        raise MalformedProcedure(file=file, where="", what=str(error)) from error
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        raise MalformedProcedure(file=file, where=where.strip("`"), what=what) from error
    _check(procedure, file)
    return procedure


def _name(file: Traversable) -> str:
    return file.name


def _check_together(versions: Sequence[tuple[str, Procedure]]) -> None:
    for file, version in versions:
        if file != f"{version.id}.toml":
            _refuse(file, "id", f"is {version.id!r}; the file must bear its name")
    dated = sorted(versions, key=lambda named: named[1].valid_from)
    for (_, before), (file, after) in itertools.pairwise(dated):
        if before.valid_until is None or after.valid_from <= before.valid_until:
            _refuse(file, "valid_from", f"begins while {before.id} is in force")
        if after.valid_from != before.valid_until + timedelta(days=1):
            _refuse(file, "valid_from", f"leaves a gap after {before.id}")


def _check(procedure: Procedure, file: str) -> None:
    if procedure.valid_until is not None and procedure.valid_until < procedure.valid_from:
        _refuse(file, "valid_until", "ends before it begins")
    if bool(procedure.tracks) == (procedure.not_loaded is not None):
        _refuse(file, "tracks", "are there exactly when `not_loaded` is not")
    if procedure.tracks and procedure.announced:
        _refuse(file, "announced", "has codes of a version that is not loaded")
    numbers = {source.number for source in procedure.sources}
    for where, number in _cited(procedure):
        if number not in numbers:
            _refuse(file, where, f"cites {number!r}, which is not among the sources")
    repeated = _repeated([track.code for track in procedure.tracks])
    if repeated:
        _refuse(file, "tracks", f"repeat the code {repeated!r}")
    for one in procedure.announced:
        _check_known(file, "announced", one.value, one.certainty)
    for track in procedure.tracks:
        _check_track(procedure, track, file)


def _cited(procedure: Procedure) -> Iterator[tuple[str, str]]:
    """(place in the file, number of the legal text) of everything that cites one."""
    for code, paper in procedure.papers.items():
        yield f"papers.{code}.source", paper.source
    for number in procedure.announced:
        yield "announced", number.source
    for track in procedure.tracks:
        yield f"{track.code}.number", track.number.source
        if track.window is not None:
            yield f"{track.code}.window", track.window.source
        for step in track.steps:
            yield f"{track.code}.{step.code}.source", step.source


def _check_track(procedure: Procedure, track: Track, file: str) -> None:
    where = track.code
    if where not in TRACKS:
        _refuse(file, "tracks", f"have the code {where!r}, which is not a track")
    _check_known(file, f"{where}.number", track.number.value, track.number.certainty)
    if (track.window is None) == (track.starts_monthly_on is None):
        _refuse(file, where, "has either a `window` or `starts_monthly_on`")
    if track.window is not None:
        _check_window(track.window, file, f"{where}.window")
    monthly = track.starts_monthly_on
    if monthly is not None:
        _check_known(file, f"{where}.starts_monthly_on", monthly.value, monthly.certainty)
        if monthly.value is not None and not 1 <= monthly.value <= 28:
            _refuse(file, f"{where}.starts_monthly_on", "is not a day of every month")
    screening = track.screening
    _check_known(file, f"{where}.screening", screening.used, screening.certainty)
    if screening.used is not True and screening.fewer_than is not None:
        _refuse(file, f"{where}.screening", "counts signs where form A is not used")
    _check_order(track, file)
    for step in track.steps:
        _check_step(procedure, step, file, f"{where}.{step.code}")
    _check_limits(track.time_limits, file, f"{where}.time_limits")
    if repeated := _repeated([limit.code for limit in track.limits]):
        _refuse(file, f"{where}.time_limits", f"repeat the code {repeated!r}")


def _check_window(window: Window, file: str, where: str) -> None:
    days = []
    for one in (window.first, window.last):
        try:
            days.append(date(LEAP_YEAR, one.month, one.day))
        except ValueError:
            _refuse(file, where, "names a day that no year has")
    if days[1] < days[0]:
        _refuse(file, where, "ends before it begins")


def _check_order(track: Track, file: str) -> None:
    codes = [step.code for step in track.steps]
    unknown = [code for code in codes if code not in STEPS]
    if unknown:
        _refuse(file, f"{track.code}.steps", f"have the code {unknown[0]!r}, which is not a step")
    if codes != [code for code in STEPS if code in codes]:
        _refuse(file, f"{track.code}.steps", "are repeated or out of order")
    if codes[:1] != ["request"] or codes[-1:] != ["decision"]:
        _refuse(file, f"{track.code}.steps", "begin with a request and end with a decision")


def _check_step(procedure: Procedure, step: Step, file: str, where: str) -> None:
    if not step.actors:
        _refuse(file, where, "has no actor")
    if bool(step.answered_by) != (step.code == "consultation"):
        _refuse(file, f"{where}.answered_by", "is named exactly where a consultation is answered")
    for actor in (*step.actors, *filter(None, [step.answered_by])):
        if actor not in procedure.actors:
            _refuse(file, where, f"names the actor {actor!r}, who is not there")
    if step.chaired_by and (step.code != "meeting" or set(step.chaired_by) - set(step.actors)):
        _refuse(file, f"{where}.chaired_by", "names who chairs a meeting, of its actors")
    if step.places and (step.code != "posting" or set(step.places) - set(POSTING_PLACES)):
        _refuse(file, f"{where}.places", "names places of a posting")
    for paper in step.papers:
        if paper not in procedure.papers:
            _refuse(file, where, f"names the paper {paper!r}, which is not there")
    share = step.agreement_percent
    if share is not None:
        _check_known(file, f"{where}.agreement_percent", share.value, share.certainty)
        if share.value is not None and not 0 <= share.value <= 100:
            _refuse(file, f"{where}.agreement_percent", "is not between 0 and 100")
    if (share is not None) != (step.code == "meeting"):
        _refuse(file, f"{where}.agreement_percent", "is there exactly where a meeting votes")
    _check_limits(step.time_limits, file, f"{where}.time_limits")


def _check_limits(limits: Sequence[Limit], file: str, where: str) -> None:
    for limit in limits:
        at = f"{where}.{limit.code}"
        if limit.code not in LIMITS:
            _refuse(file, where, f"have the code {limit.code!r}, which is not a time limit")
        _check_known(file, at, limit.days, limit.certainty)
        if (limit.days is None) != (not limit.units):
            _refuse(file, at, "has a unit exactly when it has days")
        if limit.days is not None and limit.days < 1:
            _refuse(file, at, "is shorter than a day")
        if _repeated(limit.units) or (len(limit.units) > 1) != (limit.note is not None):
            _refuse(file, at, "has a note exactly where the texts disagree about the unit")


def _check_known(file: str, where: str, value: object, certainty: str) -> None:
    if (value is None) != (certainty == "unknown"):
        _refuse(file, where, "has a value exactly when its certainty is not 'unknown'")


def _repeated(codes: Sequence[str]) -> str:
    """The first code that is there twice, "" if none is."""
    return next((code for code, times in Counter(codes).items() if times > 1), "")


def _refuse(file: str, where: str, fault: str) -> NoReturn:
    raise MalformedProcedure(file=file, where=where, what=fault)
