"""Personal data is readable while its subject's key exists, and never again afterwards."""

import logging
import secrets
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.eventstore.errors import SealBroken, SubjectForgotten
from domain.eventstore.personal import Keyring, Personal, Sealer
from domain.eventstore.recorder import PostgresRecorder
from tests.domain.eventstore.saves import rows

AN = {"name": "Hồ Văn An", "birth_date": "1980-05-01", "id_number": "046080001234"}


@pytest.fixture
def conn(database: Any) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.url, autocommit=True) as conn:
        yield conn


def save(database: Any, sealer: Sealer) -> None:
    PostgresRecorder(database.pool).insert_events(rows(), keys=sealer.new_keys)


def sealed(database: Any, keyring: Keyring, value: dict[str, Any] = AN) -> Personal:
    """A value of a new subject, its key saved."""
    sealer = keyring.sealer()
    personal = sealer.seal(uuid4(), value)
    save(database, sealer)
    return personal


def test_a_sealed_value_can_be_revealed(database: Any, keyring: Keyring) -> None:
    personal = sealed(database, keyring)
    assert keyring.reveal(personal) == AN
    assert b"An" not in personal.sealed
    assert b"046080001234" not in personal.sealed


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.text(max_size=10), st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=99)
    )
)
def test_any_json_object_can_be_sealed(
    database: Any, keyring: Keyring, value: dict[str, Any]
) -> None:
    assert keyring.reveal(sealed(database, keyring, value)) == value


def test_dates_come_back_as_text(database: Any, keyring: Keyring) -> None:
    personal = sealed(database, keyring, {"birth_date": date(1980, 5, 1)})
    assert keyring.reveal(personal) == {"birth_date": "1980-05-01"}


def test_the_same_value_is_never_sealed_to_the_same_bytes(keyring: Keyring) -> None:
    sealer, subject = keyring.sealer(), uuid4()
    assert len({sealer.seal(subject, AN).sealed for _ in range(100)}) == 100


def test_short_values_are_of_one_length(keyring: Keyring) -> None:
    sealer, subject = keyring.sealer(), uuid4()
    lengths = {len(sealer.seal(subject, {"name": "x" * n}).sealed) for n in range(1, 22)}
    assert lengths == {12 + 32 + 16}


def test_a_subject_keeps_one_key(database: Any, keyring: Keyring) -> None:
    first = keyring.sealer()
    subject = uuid4()
    before = first.seal(subject, {"n": 1}), first.seal(subject, {"n": 2})
    assert len(first.new_keys) == 1
    save(database, first)
    later = keyring.sealer([subject])
    after = later.seal(subject, {"n": 3})
    unprepared = keyring.sealer()
    last = unprepared.seal(subject, {"n": 4})
    assert later.new_keys == unprepared.new_keys == []
    assert [keyring.reveal(p) for p in (*before, after, last)] == [{"n": n} for n in (1, 2, 3, 4)]


def test_fresh_subjects_are_not_looked_up(database: Any, keyring: Keyring) -> None:
    subjects = [uuid4() for _ in range(3)]
    sealer = keyring.sealer(fresh=subjects)
    database.pool.close()
    for subject in subjects:
        sealer.seal(subject, AN)
    assert {key.subject for key in sealer.new_keys} == set(subjects)


def test_a_forgotten_subject_reads_none_for_ever(
    database: Any, keyring: Keyring, conn: psycopg.Connection[Any]
) -> None:
    gone, kept = sealed(database, keyring), sealed(database, keyring)
    assert keyring.reveal(gone) == AN
    keyring.destroy(gone.subject, conn)
    assert keyring.reveal(gone) is None
    assert keyring.reveal_many([gone, kept]) == {
        (gone.subject, gone.sealed): None,
        (kept.subject, kept.sealed): AN,
    }
    keyring.destroy(gone.subject, conn)


def test_other_processes_see_at_once_that_a_key_is_gone(
    database: Any, conn: psycopg.Connection[Any]
) -> None:
    master, index = secrets.token_bytes(32), secrets.token_bytes(32)
    here, there = (Keyring(database.pool, master, index) for _ in range(2))
    personal = sealed(database, here)
    assert there.reveal(personal) == AN
    here.destroy(personal.subject, conn)
    assert there.reveal(personal) is None


def test_a_destruction_that_is_rolled_back_did_not_happen(
    database: Any, keyring: Keyring, conn: psycopg.Connection[Any]
) -> None:
    personal = sealed(database, keyring)
    with conn.transaction(force_rollback=True):
        keyring.destroy(personal.subject, conn)
        assert keyring.reveal_many([personal], conn) == {(personal.subject, personal.sealed): None}
    assert keyring.reveal(personal) == AN


def test_nothing_is_sealed_for_a_forgotten_subject(
    database: Any, keyring: Keyring, conn: psycopg.Connection[Any]
) -> None:
    personal, never_seen = sealed(database, keyring), uuid4()
    for subject in (personal.subject, never_seen):
        keyring.destroy(subject, conn)
        for sealer in (keyring.sealer(), keyring.sealer([subject])):
            with pytest.raises(SubjectForgotten) as refused:
                sealer.seal(subject, AN)
            assert "Hồ" not in str(refused.value)


def test_a_value_whose_key_was_never_saved_reads_none(keyring: Keyring) -> None:
    assert keyring.reveal(keyring.sealer().seal(uuid4(), AN)) is None


def test_many_are_revealed_with_one_query(
    database: Any, keyring: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    sealer = keyring.sealer()
    many = [sealer.seal(uuid4(), {"n": n}) for n in range(50)]
    save(database, sealer)
    statements: list[str] = []

    class Counting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
            statements.append(query)
            return super().execute(query, *args, **kwargs)

    with (
        caplog.at_level(logging.DEBUG),
        psycopg.connect(database.url, cursor_factory=Counting) as conn,
    ):
        values = keyring.reveal_many(many, conn)
    assert [values[p.subject, p.sealed] for p in many] == [{"n": n} for n in range(50)]
    assert len(statements) == 1
    assert keyring.reveal_many([]) == {}


def test_a_value_cannot_be_passed_off_as_another_subjects(database: Any, keyring: Keyring) -> None:
    mine, yours = sealed(database, keyring), sealed(database, keyring)
    with pytest.raises(SealBroken, match=str(yours.subject)):
        keyring.reveal(Personal(yours.subject, mine.sealed))


@pytest.mark.parametrize("damage", [b"", b"short", None])
def test_a_damaged_value_is_named_by_its_subject(
    database: Any, keyring: Keyring, damage: bytes | None
) -> None:
    personal = sealed(database, keyring)
    other = bytes([personal.sealed[-1] ^ 1])
    bad = personal.sealed[:-1] + other if damage is None else damage
    with pytest.raises(SealBroken, match=str(personal.subject)):
        keyring.reveal(Personal(personal.subject, bad))


def test_another_master_key_opens_nothing(database: Any, keyring: Keyring) -> None:
    personal = sealed(database, keyring)
    other = Keyring(database.pool, secrets.token_bytes(32), secrets.token_bytes(32))
    with pytest.raises(SealBroken, match="master key"):
        other.reveal(personal)


def test_an_identity_number_has_one_index_however_it_is_written(database: Any) -> None:
    master, index, other = (secrets.token_bytes(32) for _ in range(3))
    keyring = Keyring(database.pool, master, index)
    plain = keyring.blind_index("046080001234")
    assert len(plain) == 16
    assert keyring.blind_index(" 046 080-001.234 ") == plain
    assert keyring.blind_index("c1234567") == keyring.blind_index("C1234567")
    assert keyring.blind_index("046080001235") != plain
    assert Keyring(database.pool, master, other).blind_index("046080001234") != plain


@pytest.mark.parametrize("sizes", [(31, 32), (32, 16), (0, 0)])
def test_keys_are_32_bytes_each(database: Any, sizes: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring(database.pool, bytes(sizes[0]), bytes(range(sizes[1])))


def test_the_two_keys_differ(database: Any) -> None:
    with pytest.raises(ValueError, match="different"):
        Keyring(database.pool, bytes(32), bytes(32))


def test_nothing_shows_in_a_repr(database: Any) -> None:
    master, index = b"M" * 32, b"I" * 32
    keyring = Keyring(database.pool, master, index)
    sealer = keyring.sealer()
    personal = sealer.seal(uuid4(), AN)
    for shown in (repr(keyring), repr(sealer), repr(sealer.new_keys), repr(personal)):
        assert "MMMM" not in shown
        assert "IIII" not in shown
        assert "An" not in shown
    assert "wrapped" not in repr(sealer.new_keys)
