"""One-time codes: given, typed, locked, used once, over, revoked; and nothing told to strangers."""

import threading
from collections.abc import Callable
from dataclasses import fields
from typing import Any
from uuid import uuid4

import pytest

from domain.application import SocaiApplication
from domain.errors import CommandReused, Refusal
from domain.households.errors import HouseholdEnded, PersonNotMemberThen, PersonUnknown
from domain.own_view.errors import (
    NoCodeToRevoke,
    OneTimeCodeExpired,
    OneTimeCodeMalformed,
    OneTimeCodeRevoked,
    OneTimeCodeUsed,
    OwnViewNotOpened,
    OwnViewUnknown,
    PaperCodeTaken,
)
from domain.own_view.one_time_codes import UseCode, grouped, new_code, read_code
from tests.domain.own_view.conftest import CODE, HOUSEHOLD, PAPER, WRONG, Counter, at
from tests.given import Life
from tests.histories import alone, dissolved, poor, widowed


@pytest.fixture
def counter(life: Life) -> Counter:
    """A poor household that was given no code yet."""
    poor(life)
    return Counter(life.application, life.id)


def refused(act: Callable[[], Any]) -> type[Refusal]:
    with pytest.raises(Refusal) as found:
        act()
    return type(found.value)


def test_a_code_opens_the_page_once(counter: Counter) -> None:
    counter.give()
    assert counter.type(CODE) == "opened"
    assert refused(lambda: counter.type(CODE)) is OneTimeCodeUsed
    assert counter.events() == ["Begun", "CodeGiven", "CodeUsed"]


def test_no_event_and_no_stored_answer_holds_the_code(counter: Counter) -> None:
    given = counter.give()
    counter.type(WRONG)
    counter.type(CODE)
    for event in counter.application.events.get(counter.now().id):
        assert CODE not in repr(vars(event))
        assert WRONG not in repr(vars(event))
    with counter.application.pool.connection() as conn:
        for table in ("store.commands", "store.events"):
            rows = repr(conn.execute(f"select * from {table}").fetchall())
            assert CODE not in rows, table
            assert WRONG not in rows, table
    assert CODE not in repr(given)
    assert CODE not in repr(UseCode(PAPER, CODE))


def test_the_person_that_asks_is_a_member_on_that_day(life: Life) -> None:
    widowed(life)
    counter = Counter(life.application, life.id)
    assert refused(lambda: counter.give(person_id=uuid4())) is PersonUnknown
    gone = next(iter(life.now().former))
    assert refused(lambda: counter.give(at(10**6), person_id=gone)) is PersonNotMemberThen
    counter.give(at(10**6), person_id=life.now().head)


def test_a_closed_household_gets_no_code_and_keeps_the_one_that_it_has(life: Life) -> None:
    dissolved(life)
    counter = Counter(life.application, life.id)
    assert refused(lambda: counter.give(at(10**6))) is HouseholdEnded


def test_a_paper_that_leads_nowhere_a_wrong_code_and_a_lock_have_one_answer(
    counter: Counter,
) -> None:
    assert refused(lambda: counter.type(CODE)) is OwnViewNotOpened  # nothing given yet
    counter.give()
    assert refused(lambda: counter.type(CODE, paper=b"some other text")) is OwnViewNotOpened
    assert counter.events() == ["Begun", "CodeGiven"]
    for _ in range(5):
        assert counter.type(WRONG) == "mistyped"
    assert refused(lambda: counter.type(CODE, 2)) is OwnViewNotOpened
    assert refused(lambda: counter.type(WRONG, 2)) is OwnViewNotOpened
    assert counter.events().count("CodeMistyped") == 5


def test_a_lock_ends_after_its_time_and_ten_wrong_tries_end_the_code(counter: Counter) -> None:
    counter.give()
    for _ in range(5):
        counter.type(WRONG, 1)
    assert refused(lambda: counter.type(CODE, 15.99)) is OwnViewNotOpened
    for _ in range(5):
        assert counter.type(WRONG, 16) == "mistyped"
    assert refused(lambda: counter.type(CODE, 1_000)) is OwnViewNotOpened
    counter.give(at(1_001), code="00000001")
    assert counter.type("00000001", 1_002) == "opened"


def test_a_right_code_is_used_after_a_lock(counter: Counter) -> None:
    counter.give()
    for _ in range(5):
        counter.type(WRONG, 1)
    assert counter.type(CODE, 16) == "opened"


@pytest.mark.parametrize(("minutes", "opens"), [(72 * 60 - 1, True), (72 * 60, False)])
def test_a_code_is_over_after_its_time(counter: Counter, minutes: int, opens: bool) -> None:
    counter.give()
    if opens:
        assert counter.type(CODE, minutes) == "opened"
    else:
        assert refused(lambda: counter.type(CODE, minutes)) is OneTimeCodeExpired
        assert counter.type(WRONG, minutes) == "mistyped"
        assert counter.events() == ["Begun", "CodeGiven"]  # a wrong one of a dead code is no event


def test_wrong_tries_of_a_used_a_revoked_and_an_old_code_leave_no_row(counter: Counter) -> None:
    def rows() -> int:
        with counter.application.pool.connection() as conn:
            found = conn.execute("select count(*) from store.commands").fetchone()
        return int(found[0]) if found else 0

    counter.give()
    counter.type(CODE)
    before = rows()
    for _ in range(20):
        assert counter.type(WRONG, 2) == "mistyped"
    assert rows() == before
    counter.give(at(5), code="11112222")
    counter.revoke(6)
    before = rows()
    assert counter.type(WRONG, 7) == "mistyped"
    assert counter.type(WRONG, 80 * 60) == "mistyped"
    assert rows() == before


def test_a_revoked_code_opens_nothing_and_is_revoked_once(counter: Counter) -> None:
    assert refused(counter.revoke) is OwnViewUnknown
    counter.give()
    counter.revoke()
    assert refused(lambda: counter.type(CODE, 2)) is OneTimeCodeRevoked
    counter.revoke()
    assert counter.events() == ["Begun", "CodeGiven", "CodeRevoked"]


def test_a_new_code_ends_the_one_before_and_its_wrong_tries(counter: Counter) -> None:
    counter.give()
    for _ in range(4):
        counter.type(WRONG)
    counter.give(at(5), code="11112222")
    assert counter.type(CODE, 6) == "mistyped"
    assert counter.type("11112222", 7) == "opened"


def test_a_repeat_of_the_request_answers_as_before_and_counts_once(counter: Counter) -> None:
    counter.give()
    id_ = uuid4()
    assert [counter.type(WRONG, id_=id_) for _ in range(3)] == ["mistyped"] * 3
    assert counter.events().count("CodeMistyped") == 1
    assert refused(lambda: counter.type(CODE, id_=id_)) is CommandReused
    used = uuid4()
    assert [counter.type(CODE, id_=used) for _ in range(2)] == ["opened", "opened"]
    assert counter.events().count("CodeUsed") == 1


def test_a_repeated_gift_keeps_the_first_code(counter: Counter) -> None:
    id_ = uuid4()
    assert not counter.give(id_=id_).repeated
    assert counter.give(id_=id_, code="99999999").repeated
    assert counter.type("99999999") == "mistyped"
    assert counter.type(CODE) == "opened"


def test_every_certificate_leads_to_the_same_household_and_to_no_other(
    counter: Counter, application: SocaiApplication
) -> None:
    counter.papers = (PAPER, b"certificate 002")
    counter.give()
    assert counter.type(WRONG, paper=b"certificate 002") == "mistyped"
    other = Life(application)
    alone(other)
    stranger = Counter(application, other.id)
    assert refused(lambda: stranger.give()) is PaperCodeTaken


def test_of_many_tries_at_the_same_moment_each_is_counted(counter: Counter) -> None:
    """However the tries race, no more of them are compared than the lock lets through."""
    counter.give()
    answers: list[str] = []

    def guess(number: int) -> None:
        try:
            answers.append(counter.type(f"0000000{number}"))
        except Refusal as refusal:
            answers.append(refusal.code)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(9)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(answers) == 9
    assert answers.count("mistyped") <= 5
    assert counter.events().count("CodeMistyped") == answers.count("mistyped")


def test_a_code_is_read_as_people_type_it() -> None:
    for typed in ("12345678", "1234 5678", " 1234-5678 ", "12 34 56 78"):
        assert read_code(typed) == CODE
    for typed in ("", "1234567", "123456789", "1234567a", "１２３４５６７８"):
        with pytest.raises(OneTimeCodeMalformed):
            read_code(typed)
    assert grouped("00123456") == "0012 3456"
    assert {len(new_code()) for _ in range(50)} == {8}


def test_no_command_about_codes_shows_one_when_it_is_printed(counter: Counter) -> None:
    hidden = {one.name for one in fields(UseCode) if not one.repr}
    assert hidden == {"paper", "code"}
    assert HOUSEHOLD.account.count(":") == 1  # no account can have this name


def test_there_is_nothing_to_revoke_where_nothing_was_given(life: Life) -> None:
    poor(life)
    assert issubclass(NoCodeToRevoke, Refusal)
    counter = Counter(life.application, life.id)
    assert refused(counter.revoke) is OwnViewUnknown
