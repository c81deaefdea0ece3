"""A procedure as the API answers it, in one language."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from domain.reviews.procedure import (
    DayOfYear,
    Figure,
    Limit,
    Number,
    Procedure,
    Step,
    Track,
    Window,
)
from domain.standards.parts import Text


def procedure_body(procedure: Procedure, tracks: Sequence[Track], language: str) -> dict[str, Any]:
    """The body of a version with some of its tracks."""
    return {
        "id": procedure.id,
        "digest": procedure.digest,
        "title": procedure.title.in_language(language),
        "valid_from": procedure.valid_from,
        "valid_until": procedure.valid_until,
        "validity": procedure.validity,
        "loaded": procedure.not_loaded is None,
        "tracks": [_track(procedure, track, language) for track in tracks],
        "sources": [
            {
                "number": source.number,
                "title": source.title.in_language(language),
                "what": source.what.in_language(language),
                "signed_on": source.signed_on,
                "in_force_on": source.in_force_on,
                "certainty": source.certainty,
            }
            for source in procedure.sources
        ],
        "open_questions": _texts(procedure.open_questions, language),
    }


def not_loaded_body(procedure: Procedure, language: str) -> dict[str, Any]:
    """The body of a version whose text was not found."""
    why = procedure.not_loaded
    return {
        "id": procedure.id,
        "valid_from": procedure.valid_from,
        "codes": [number.value for number in procedure.announced],
        "why": why.in_language(language) if why is not None else "",
    }


def tracks_on(procedure: Procedure, on: date, code: str | None) -> Sequence[Track]:
    """The tracks asked for; none of a version that is not loaded. Raises TrackNotInForce."""
    if procedure.not_loaded is not None:
        return ()
    return (procedure.track(code, on),) if code else procedure.tracks_on(on)


def _track(procedure: Procedure, track: Track, language: str) -> dict[str, Any]:
    screening = track.screening
    return {
        "code": track.code,
        "title": track.title.in_language(language),
        "number": _number(track.number),
        "window": _window(track.window) if track.window else None,
        "starts_monthly_on": _figure(track.starts_monthly_on),
        "requests": _papers(procedure, track.requests, language),
        "screening": {
            "used": screening.used,
            "fewer_than": screening.fewer_than,
            "certainty": screening.certainty,
        },
        "steps": [_step(procedure, step, language) for step in track.steps],
        "time_limits": [_limit(limit, language) for limit in track.time_limits],
        "open_questions": _texts(track.open_questions, language),
    }


def _step(procedure: Procedure, step: Step, language: str) -> dict[str, Any]:
    def actor(code: str) -> dict[str, str]:
        return {"code": code, "name": procedure.actors[code].in_language(language)}

    return {
        "code": step.code,
        "title": step.title.in_language(language),
        "what": step.what.in_language(language),
        "source": step.source,
        "certainty": step.certainty,
        "actors": [actor(code) for code in step.actors],
        "answered_by": actor(step.answered_by) if step.answered_by else None,
        "chaired_by": [actor(code) for code in step.chaired_by],
        "places": list(step.places),
        "papers": _papers(procedure, step.papers, language),
        "agreement_percent": _figure(step.agreement_percent),
        "time_limits": [_limit(limit, language) for limit in step.time_limits],
    }


def _limit(limit: Limit, language: str) -> dict[str, Any]:
    return {
        "code": limit.code,
        "days": limit.days,
        "units": list(limit.units),
        "begins": limit.begins.in_language(language),
        "note": limit.note.in_language(language) if limit.note else None,
        "certainty": limit.certainty,
    }


def _papers(procedure: Procedure, codes: Iterable[str], language: str) -> list[dict[str, Any]]:
    found = [(code, procedure.papers[code]) for code in codes]
    return [
        {
            "code": code,
            "title": paper.title.in_language(language),
            "source": paper.source,
            "certainty": paper.certainty,
        }
        for code, paper in found
    ]


def _number(number: Number) -> dict[str, Any]:
    return {"value": number.value, "source": number.source, "certainty": number.certainty}


def _figure(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    return {"value": figure.value, "certainty": figure.certainty}


def _window(window: Window) -> dict[str, Any]:
    def written(day: DayOfYear) -> str:
        return f"{day.month:02}-{day.day:02}"

    return {
        "first": written(window.first),
        "last": written(window.last),
        "source": window.source,
        "certainty": window.certainty,
    }


def _texts(texts: Iterable[Text], language: str) -> list[str]:
    return [text.in_language(language) for text in texts]
