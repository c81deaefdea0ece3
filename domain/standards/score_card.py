"""A score card of B1 is data: for each item and answer its points, for a standard, an area type and
a region.

A card is named by its version and the SHA-256 of its file, "hue-1@" and 64 hex digits. A survey
keeps this name with its raw answers, so that any score can be worked out again. No card comes with
the program: the points were not found.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property

import msgspec

from domain.commands.command import Document
from domain.eventstore.postgres import Connection
from domain.households.events import Answers
from domain.standards.errors import (
    ScoreCardMalformed,
    ScoreCardUnknown,
    ScoreCardVersionTaken,
)
from domain.standards.parts import Part, Text

PREFIX = "b1."
"""Answers to the items of a card are kept under "b1." and the item's code."""

_NAME = re.compile(r"[^@]+@[0-9a-f]{64}")
VERSION = re.compile(r"[A-Za-z0-9._-]{1,30}")
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_POINTS = 1_000


class ScoredAnswer(Part, frozen=True):
    """One answer of an item with its points."""

    code: str
    text: Text
    points: int


class ScoreItem(Part, frozen=True):
    """One item of a card: what is asked, and the answers it can have."""

    code: str
    text: Text
    answers: tuple[ScoredAnswer, ...]

    def points(self, answer: object) -> int | None:
        """The points of an answer; None where the item has no such answer."""
        return next((one.points for one in self.answers if one.code == answer), None)


class ScoreCard(Part, frozen=True, dict=True):
    """One card. `areas` are the codes of the provinces of its region; none means everywhere."""

    version: str
    standard: str
    area_type: str
    region: str
    source: Text
    items: tuple[ScoreItem, ...]
    areas: tuple[str, ...] = ()

    @cached_property
    def by_code(self) -> Mapping[str, ScoreItem]:
        """The items by their codes."""
        return {one.code: one for one in self.items}


def score(card: ScoreCard, answers: Answers) -> tuple[int | None, tuple[str, ...]]:
    """The points of the answers, and the items that have no answer; None where there are any."""
    found = {code: one.points(answers.get(PREFIX + code)) for code, one in card.by_code.items()}
    missing = tuple(code for code, points in found.items() if points is None)
    return None if missing else sum(points or 0 for points in found.values()), missing


def card_name(card: ScoreCard, content: bytes) -> str:
    """The name of a card: its version, "@", and the SHA-256 hex digest of its file."""
    return f"{card.version}@{hashlib.sha256(content).hexdigest()}"


def is_card_name(text: str) -> bool:
    """Whether a text names a card that was imported; else it is what a paper card was called."""
    return _NAME.fullmatch(text) is not None


def parse_card(content: bytes) -> ScoreCard:
    """A card from the bytes of its file, TOML or JSON. Raises ScoreCardMalformed."""
    try:
        text = content.decode("utf-8")
        is_json = text.lstrip().startswith("{")
        found = msgspec.json.decode(text) if is_json else tomllib.loads(text)
        card = msgspec.convert(found, ScoreCard)
    except (
        UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.DecodeError, RecursionError
    ) as error:  # fmt: skip
        raise ScoreCardMalformed(what=str(error)) from error
    if not VERSION.fullmatch(card.version):
        raise ScoreCardMalformed(what="version: letters, digits, dots and dashes, at most 30")
    if not card.items or len(card.by_code) != len(card.items):
        raise ScoreCardMalformed(what="items: none, or a code twice")
    for item in card.items:
        codes = [one.code for one in item.answers]
        if not codes or len(set(codes)) != len(codes):
            raise ScoreCardMalformed(what=f"items.{item.code}: no answers, or one twice")
        if not all(CODE.fullmatch(code) for code in (item.code, *codes)):
            raise ScoreCardMalformed(what=f"items.{item.code}: codes are small letters and digits")
        if any(abs(one.points) > MOST_POINTS for one in item.answers):
            raise ScoreCardMalformed(what=f"items.{item.code}: points above {MOST_POINTS}")
    return card


class ImportedCard(Part, frozen=True):
    """A card with its name, and who imported it when, on which paper."""

    name: str
    card: ScoreCard
    imported_by: str
    imported_at: datetime
    document: str


class ScoreCards:
    """All cards that were imported, the newest first."""

    def __init__(self, cards: tuple[ImportedCard, ...] = ()) -> None:
        self.cards = cards
        self._by_name = {one.name: one.card for one in cards}

    def get(self, name: str) -> ScoreCard:
        """The card of a name. Raises ScoreCardUnknown."""
        try:
            return self._by_name[name]
        except KeyError:
            raise ScoreCardUnknown(score_card=name) from None


_COLUMNS = "id, content, imported_by, imported_at, document_number"


def read_score_cards(conn: Connection) -> ScoreCards:
    """All cards, each compared with its digest. Raises ScoreCardMalformed."""
    rows = conn.execute(
        f"select {_COLUMNS} from store.score_cards order by imported_at desc, id"
    ).fetchall()
    return ScoreCards(tuple(_imported(*row) for row in rows))


def read_score_card(conn: Connection, name: str) -> ScoreCard:
    """The card of a name. Raises ScoreCardUnknown, ScoreCardMalformed."""
    row = conn.execute(f"select {_COLUMNS} from store.score_cards where id = %s", [name]).fetchone()
    if row is None:
        raise ScoreCardUnknown(score_card=name)
    return _imported(*row).card


def newest_score_card(
    conn: Connection, standard: str, area_type: str, area_codes: Sequence[str]
) -> ImportedCard | None:
    """The card that scores new surveys of an area type in these units; None where there is none.

    A card of the units goes before one that holds everywhere, and a newer before an older one.
    """
    row = conn.execute(
        f"select {_COLUMNS} from store.score_cards where standard = %s and area_type = %s"
        " and (areas = '{}' or areas && %s::text[]) order by areas = '{}', imported_at desc, id"
        " limit 1",
        (standard, area_type, list(area_codes)),
    ).fetchone()
    return _imported(*row) if row else None


def _imported(name: str, content: bytes, by: str, at: datetime, document: str) -> ImportedCard:
    card = parse_card(bytes(content))
    if card_name(card, bytes(content)) != name:
        raise ScoreCardMalformed(what=f"{name}: the content has another digest")
    return ImportedCard(name, card, by, at, document)


def refuse_version_taken(conn: Connection, name: str) -> None:
    """Raises ScoreCardVersionTaken where another card has the version of this name."""
    version = name.partition("@")[0]
    other = conn.execute(
        "select 1 from store.score_cards where split_part(id, '@', 1) = %s and id <> %s limit 1",
        (version, name),
    ).fetchone()
    if other is not None:
        raise ScoreCardVersionTaken(version=version)


def import_score_card(
    conn: Connection, content: bytes, *, by: str, at: datetime, document: Document
) -> str:
    """Keeps a card, and returns its name; the same file again changes nothing.

    `document` is the paper that the card is issued by. Raises ScoreCardMalformed, and
    ScoreCardVersionTaken, also where another card of the version is kept at the same moment.
    """
    card = parse_card(content)
    name = card_name(card, content)
    lock = f"score card {card.version}"
    conn.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
    refuse_version_taken(conn, name)
    conn.execute(
        "insert into store.score_cards (id, content, standard, area_type, areas, imported_by,"
        " imported_at, document_number, document_signed_on, document_signer)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (id) do nothing",
        (
            name,
            content,
            card.standard,
            card.area_type,
            list(card.areas),
            by,
            at,
            document.number,
            document.signed_on,
            document.signer,
        ),
    )
    return name
