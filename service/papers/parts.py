"""Parts that papers of a commune have in common: heading, legal bases, signature.

A paper is a Vietnamese document whatever the reader's language, so its texts are not translated.
"""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from domain.areas.directory import AreaDirectory
from service.papers.contents import Heading, Signature

COUNCIL = "Ủy ban nhân dân"
CHAIRMAN = "Chủ tịch"
ON_BEHALF = f"TM. {COUNCIL.upper()}"
"""Above the office of who signs for the People's Committee; a chairman's own decision has none."""


class Titled(Protocol):
    """A title in Vietnamese."""

    @property
    def vi(self) -> str: ...


class LegalText(Protocol):
    """A legal text with its title, and its day of signing where that is known."""

    @property
    def title(self) -> Titled: ...

    @property
    def signed_on(self) -> date | None: ...


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


def signature(name: str, *recipients: str, on_behalf: bool = False) -> Signature:
    """The signature of the chairman of the commune, or of the committee by its chairman."""
    above = (ON_BEHALF,) if on_behalf else ()
    return Signature(office=CHAIRMAN, name=name, recipients=recipients, above=above)


def bases(texts: Iterable[LegalText]) -> tuple[str, ...]:
    """The lines of the legal texts that a paper rests on; one without a day of signing is left
    out."""
    return tuple(
        f"Căn cứ {one.title.vi} ngày {one.signed_on:%d} tháng {_month(one.signed_on)} "
        f"năm {one.signed_on:%Y}"
        for one in texts
        if one.signed_on is not None
    )


def _month(day: date) -> str:
    return f"{day.month:02d}" if day.month < 3 else f"{day.month}"
