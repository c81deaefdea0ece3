"""Parts of the papers about recognised classes: the legal bases of a day, and the check code."""

from collections.abc import Iterator
from datetime import date

from domain.errors import Refusal
from domain.reviews.load import procedures_on
from domain.reviews.procedure import Source as ProcedureSource
from domain.standards.parts import Source
from projections.households import check_codes
from service.access.authorization import RequestContext
from service.papers.parts import bases
from service.papers.pdf import CheckCode, code_of_page


def legal_bases(context: RequestContext, day: date) -> tuple[str, ...]:
    """The legal texts that a decision of that day rests on: of the standard and the procedure in
    force, as far as their day of signing is known."""
    return bases(_sources(context, day))


def _sources(context: RequestContext, day: date) -> Iterator[Source | ProcedureSource]:
    try:
        yield context.services.application.standards.in_force(day, "national").sources[0]
        yield procedures_on(day).sources[0]
    except (Refusal, IndexError):
        return


def code_for(context: RequestContext, key: bytes) -> CheckCode:
    """The QR code of the public page that says whether a paper is valid."""
    return code_of_page(context, check_codes.written(key))
