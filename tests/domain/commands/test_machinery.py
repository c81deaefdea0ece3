"""What the runner and the batch need by themselves: shapes of fingerprints, and moves of claims."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest
from eventsourcing.domain import Aggregate

from domain.commands.batch import net_moves
from domain.commands.claims import BatchClaims, Claim, ClaimKind, Release, refused
from domain.commands.command import IF_GIVEN, LEFT_OUT, Command, CommandResult, Outcome
from domain.errors import NotFound, Refusal, StaleVersion

DAY, LATER = date(2022, 1, 1), date(2022, 6, 1)
ONE, OTHER = UUID(int=1), UUID(int=2)


@dataclass(frozen=True, slots=True)
class Rename(Command[Outcome]):
    """A command of the first release."""

    NAME: ClassVar[str] = "rename"
    FINGERPRINT_NAMES: ClassVar[dict[str, str]] = {"house_id": "house"}
    house_id: UUID
    name: str
    seen: int = field(default=0, metadata=LEFT_OUT)


@dataclass(frozen=True, slots=True)
class RenameSince(Rename):
    """The same after a field was added."""

    reason: str | None = field(default=None, metadata=IF_GIVEN)


def test_a_field_that_is_added_later_counts_only_where_it_is_given() -> None:
    before = Rename(ONE, "A", seen=3).arguments()
    assert before == {"house": ONE, "name": "A"}
    assert RenameSince(ONE, "A").arguments() == before
    assert RenameSince(ONE, "A", reason="x").arguments() == {**before, "reason": "x"}


def taken_person(claim: Claim, holder: UUID) -> Refusal:
    return NotFound(holder=holder)


def taken_number(claim: Claim, holder: UUID) -> Refusal:
    return StaleVersion(written=claim.written)


PERSON, NUMBER = ClaimKind(b"p", taken_person), ClaimKind(b"n", taken_number, read_again=True)
KINDS = (PERSON, NUMBER)


def test_a_save_that_is_refused_for_several_claims_says_the_kind_that_comes_first() -> None:
    claims = [Claim(NUMBER.key(b"7"), ONE, DAY, "HX-7"), Claim(PERSON.key(b"a"), ONE, DAY)]
    found = refused(KINDS, [(claims[0].key, OTHER), (claims[1].key, OTHER)], claims)
    assert (found.kind, type(found.refusal)) == (PERSON, NotFound)
    found = refused(KINDS, [(claims[0].key, OTHER)], claims)
    assert found.kind.read_again
    assert found.refusal.values == {"written": "HX-7"}


def test_claims_of_a_batch_move_as_the_store_moves_them(database: Any) -> None:
    claims = BatchClaims(database.pool, KINDS)
    key = PERSON.key(b"a")
    assert claims.holder(key) is None
    claims.move([Claim(key, ONE, DAY)], [], newcomers=[OTHER])
    assert (claims.holder(key), claims.is_newcomer(ONE)) == (ONE, False)
    assert claims.is_newcomer(OTHER)
    with pytest.raises(NotFound):
        claims.move([Claim(key, OTHER, LATER)], [])
    claims.move([Claim(key, OTHER, LATER)], [Release(key, ONE, LATER)])
    assert claims.holder(key) == OTHER
    claims.move([], [Release(key, OTHER, None)])
    assert claims.look([key]) == {}


def test_a_claim_is_let_go_by_its_holder_alone_and_free_from_the_day_of_it(database: Any) -> None:
    claims = BatchClaims(database.pool, KINDS)
    key = PERSON.key(b"a")
    claims.move([Claim(key, ONE, DAY)], [])
    for until in (LATER, None):
        claims.move([], [Release(key, OTHER, until)])
        assert claims.holder(key) == ONE
    claims.move([], [Release(key, ONE, LATER)])
    assert (claims.holder(key), claims.look([key])[key].holder) == (None, ONE)
    with pytest.raises(NotFound):
        claims.move([Claim(key, OTHER, LATER - timedelta(days=1))], [])
    claims.move([Claim(key, OTHER, LATER)], [])
    assert claims.holder(key) == OTHER


def test_a_claim_that_is_refused_moves_none_of_its_save(database: Any) -> None:
    claims = BatchClaims(database.pool, KINDS)
    held, free = PERSON.key(b"a"), PERSON.key(b"b")
    claims.move([Claim(held, ONE, DAY)], [])
    with pytest.raises(NotFound):
        claims.move([Claim(free, OTHER, DAY), Claim(held, OTHER, DAY)], [])
    assert claims.holder(free) is None


def test_a_key_that_is_taken_and_let_go_in_one_save_is_not_taken() -> None:
    about, key = Aggregate(), PERSON.key(b"a")
    joined = CommandResult(about, claims=[Claim(key, ONE, DAY)])
    left = CommandResult(about, releases=[Release(key, ONE, LATER)])
    back = CommandResult(about, claims=[Claim(key, ONE, LATER)])
    elsewhere = CommandResult(about, claims=[Claim(key, OTHER, LATER)])
    assert net_moves([joined, left]) == ([], left.releases)
    assert net_moves([joined, left, elsewhere]) == (elsewhere.claims, left.releases)
    assert net_moves([left, back]) == (back.claims, left.releases)
