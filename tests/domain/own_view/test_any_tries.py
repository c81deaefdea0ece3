"""Whatever is typed and whenever: few guesses of a code are compared, and each is on record."""

from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from domain.commands.command import CommandContext
from domain.errors import Refusal
from domain.own_view.limits import published_limits
from domain.own_view.own_view import OwnView
from tests.domain.own_view.conftest import GIVEN, HOUSEHOLD

LIMITS = published_limits().on(GIVEN.date())
tries = st.lists(st.tuples(st.floats(0, 40), st.booleans()), min_size=1, max_size=60)


def own_view() -> OwnView:
    made = OwnView.begin(_context(0), uuid4())
    made.give(
        _context(0), code_id=uuid4(), digest="00", person_id=None, way="counter", limits=LIMITS
    )
    return made


def _context(minutes: float) -> CommandContext:
    moment = GIVEN + timedelta(minutes=minutes)
    return CommandContext(moment.date(), HOUSEHOLD, uuid4(), moment)


@given(tries)
def test_of_any_tries_only_those_between_locks_are_compared(
    typed: list[tuple[float, bool]],
) -> None:
    made, minutes, compared, opened = own_view(), 0.0, [], 0
    for wait, right in typed:
        minutes += wait
        before = len(made.pending_events)
        try:
            opens = made.use(_context(minutes), right=right, limits=LIMITS)
        except Refusal:
            assert len(made.pending_events) == before
            continue
        opened += opens
        if not opens and len(made.pending_events) > before:
            compared.append(minutes)
    assert opened <= 1
    assert len(compared) <= LIMITS.most_tries
    for at in compared:
        near = [one for one in compared if at <= one < at + LIMITS.locked_minutes]
        assert len(near) <= LIMITS.tries


@given(st.integers(1, 9), st.floats(0, 14.9))
def test_a_right_code_opens_nothing_while_a_lock_runs(wrong: int, wait: float) -> None:
    made = own_view()
    taken = 0
    for _ in range(wrong):
        with suppress(Refusal):
            taken += not made.use(_context(1), right=False, limits=LIMITS)
    assert taken == min(wrong, LIMITS.tries)
    try:
        opened = made.use(_context(1 + wait), right=True, limits=LIMITS)
    except Refusal:
        opened = False
    assert opened == (wrong < LIMITS.tries)
