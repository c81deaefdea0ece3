"""Processes of a test that register the same person at the same moment."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from psycopg_pool import ConnectionPool

from domain.application import SocaiApplication
from domain.errors import Refusal
from domain.eventstore.personal import Keyring
from tests.given import Life, a_few_areas
from tests.histories import AN, FAMILY, REGISTERED
from tests.standards import standards

MASTER_KEY, INDEX_KEY = bytes(range(32)), bytes(range(32, 64))


def casework_on(pool: ConnectionPool[Any]) -> SocaiApplication:
    """The write side as another process has it: the same database, the same keys."""
    keyring = Keyring(pool, MASTER_KEY, INDEX_KEY)
    return SocaiApplication(pool, keyring, standards(), directory=a_few_areas())


def register_an(url: str, number: int, turns: int, ready: Any) -> list[str]:
    """In each turn, all together, registers a household of one and the same person.

    The person is another one in each turn. Returns "" for each success, else the refusal's code.
    """
    answers = []
    with ConnectionPool(url, min_size=1, max_size=2, open=True) as pool:
        life = Life(casework_on(pool))
        for turn in range(turns):
            born = date(1980, 5, 1) + timedelta(days=turn)
            someone = replace(AN, id_number=f"0460800{turn:05d}", birth_date=born)
            household = replace(FAMILY, number=f"{number}-{turn}", members=(someone,))
            ready.wait(60)
            try:
                life.households.register(life.context(REGISTERED), household)
                answers.append("")
            except Refusal as refusal:
                answers.append(refusal.code)
    return answers
