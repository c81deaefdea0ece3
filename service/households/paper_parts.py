"""Parts that papers of a commune have in common: heading, legal bases, signature, check code.

A paper is a Vietnamese document whatever the reader's language, so its texts are not translated.
"""

from collections.abc import Iterator
from datetime import date

from flask import request

from domain.areas.directory import AreaDirectory
from domain.errors import Refusal
from domain.reviews.load import procedures_on
from domain.reviews.procedure import Source as ProcedureSource
from domain.standards.parts import Source
from projections.households import check_codes
from service.access.authorization import RequestContext
from service.papers.contents import Heading, Signature
from service.papers.pdf import CheckCode, check_code

COUNCIL = "Ủy ban nhân dân"
CHAIRMAN = "Chủ tịch"


def commune_name(directory: AreaDirectory, unit: str, day: date) -> str:
    """The name of a unit within a sentence: "phường Hương Sơ"."""
    name = directory.name_of(unit, day)
    return name[:1].lower() + name[1:]


def heading(
    directory: AreaDirectory, unit: str, day: date, *, number: str | None, signed_on: date | None
) -> Heading:
    """The heading of a paper of a commune; the place is its name without its kind."""
    name = commune_name(directory, unit, day)
    found = directory.lineage.units.get(unit)
    kind = found.kind_on(day) if found else ""
    place = name.removeprefix(kind).strip() or name
    return Heading(issuer=(COUNCIL, name), place=place, number=number, day=signed_on)


def signature(name: str, *recipients: str) -> Signature:
    """The signature of the chairman of the commune."""
    return Signature(office=CHAIRMAN, name=name, recipients=recipients)


def legal_bases(context: RequestContext, day: date) -> tuple[str, ...]:
    """The legal texts that a decision of that day rests on: of the standard and the procedure in
    force, as far as their day of signing is known."""
    return tuple(
        f"Căn cứ {one.title.vi} ngày {one.signed_on:%d} tháng {_month(one.signed_on)} "
        f"năm {one.signed_on:%Y}"
        for one in _sources(context, day)
        if one.signed_on is not None
    )


def _sources(context: RequestContext, day: date) -> Iterator[Source | ProcedureSource]:
    try:
        yield context.services.application.standards.in_force(day, "national").sources[0]
        yield procedures_on(day).sources[0]
    except (Refusal, IndexError):
        return


def _month(day: date) -> str:
    return f"{day.month:02d}" if day.month < 3 else f"{day.month}"


def code_for(context: RequestContext, key: bytes) -> CheckCode:
    """The QR code of the public page that says whether a paper is valid."""
    base = context.services.settings.public_url or request.host_url
    return check_code(f"{base.rstrip('/')}/kiem-tra/{check_codes.written(key)}")
