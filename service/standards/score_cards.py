"""Score cards of B1: how one is tried, signed and listed, for the pages and the API."""

from dataclasses import dataclass
from datetime import datetime

from domain.commands.command import Document
from domain.errors import Refusal
from domain.standards import Standards
from domain.standards.errors import ScoreCardMalformed
from domain.standards.score_card import (
    ImportedCard,
    ScoreCard,
    card_name,
    import_score_card,
    parse_card,
    read_score_cards,
    refuse_version_taken,
)
from domain.standards.score_card_sheet import CellRemark, read_sheet, refuse_what_cannot_score
from service.access.authorization import RequestContext, own_name
from service.problems import RequestError


class ScoreCardOutsideArea(RequestError):
    """The card scores households outside the area of the account."""

    code = "score_card_outside_area"


class ScoreCardChanged(RequestError):
    """The card is not the one whose checksum was shown."""

    code = "score_card_changed"


@dataclass(frozen=True, slots=True)
class Tried:
    """A sheet that was tried: its card, content and name; or what is wrong with its cells."""

    remarks: tuple[CellRemark, ...]
    card: ScoreCard | None = None
    content: str = ""
    name: str = ""

    @property
    def checksum(self) -> str:
        """The SHA-256 of the content, in hex."""
        return self.name.partition("@")[2]


@dataclass(frozen=True, slots=True)
class ListedCard:
    """A card of the list; the newest of its standard, area type and region scores new surveys."""

    card: ImportedCard
    newest: bool


def tried(context: RequestContext, content: bytes) -> Tried:
    """What a sheet holds; nothing is kept. Raises what `read_sheet` and `check` raise."""
    read = read_sheet(content, _standards(context))
    if read.card is None:
        return Tried(tuple(read.remarks))
    name = card_name(read.card, read.content)
    check(context, read.card, name)
    return Tried((), read.card, read.content.decode(), name)


def check(context: RequestContext, card: ScoreCard, name: str) -> None:
    """Refuses a card that the account may not import, or that cannot score.

    Raises ScoreCardOutsideArea, ScoreCardVersionTaken, ScoreCardMalformed.
    """
    refuse_what_cannot_score(card, _standards(context))
    _refuse_outside(context, card)
    with context.services.reading() as conn:
        refuse_version_taken(conn, name)


def sign(context: RequestContext, content: str, checksum: str, document: Document) -> str:
    """Keeps the card whose checksum was shown, on a paper; its name.

    Raises ScoreCardChanged, ScoreCardMalformed, and what `check` raises.
    """
    given = content.strip().encode()
    card = parse_card(given)
    name = card_name(card, given)
    if name.partition("@")[2] != checksum:
        raise ScoreCardChanged
    check(context, card, name)
    with context.services.pool.connection() as conn:
        import_score_card(
            conn, given, by=own_name(context), at=context.services.clock(), document=document
        )
    return name


def shown(content: str) -> Tried | None:
    """The card of a form that comes back; None where it is none."""
    given = content.strip().encode()
    try:
        card = parse_card(given)
    except ScoreCardMalformed:
        return None
    return Tried((), card, given.decode(), card_name(card, given))


def listed(context: RequestContext) -> list[ListedCard]:
    """All cards by standard, area type and region, of each the newest first."""
    with context.services.reading() as conn:
        cards = read_score_cards(conn).cards
    newest: dict[tuple[str, str, tuple[str, ...]], datetime] = {}
    for one in cards:
        newest.setdefault(_scores(one.card), one.imported_at)
    in_order = sorted(cards, key=lambda one: one.imported_at, reverse=True)
    in_order.sort(key=lambda one: (one.card.standard, one.card.area_type, one.card.region))
    return [
        ListedCard(one, newest=newest[_scores(one.card)] == one.imported_at) for one in in_order
    ]


def _scores(card: ScoreCard) -> tuple[str, str, tuple[str, ...]]:
    return card.standard, card.area_type, tuple(sorted(card.areas))


def _standards(context: RequestContext) -> Standards:
    return context.services.application.standards


def _refuse_outside(context: RequestContext, card: ScoreCard) -> None:
    """A card of provinces is for who holds each of them, one for everywhere for who holds all."""
    directory, today = context.services.areas(), context.today
    held = [one.area for one in context.roles]
    for code in card.areas or ("",):
        try:
            unit = directory.resolved(code, today) if code else ""
        except Refusal:
            raise ScoreCardOutsideArea(area=code) from None
        if not any(directory.covers(area, unit, today) for area in held):
            raise ScoreCardOutsideArea(area=code)
