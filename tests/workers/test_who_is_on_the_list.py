"""Lists as offices make them, year after year: one household stays one, whatever is written."""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.commands.command import Actor, CommandContext, Document
from domain.households.corrections import MemberCorrection
from domain.households.decisions import ClassInput
from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from domain.imports.list_recorder import ListRecorder
from projections.imports import import_job, imports, job_store
from projections.imports.imports import Import
from projections.imports.matches import (
    DryRunRecordsNothing,
    NotACandidate,
    SettledOtherwise,
    settle,
    waiting_rows,
)
from tests.calls import households
from tests.lists import household, person
from tests.workers.conftest import OFFICER
from tests.workers.recorded import events, names

TRIALS = Path(__file__).parents[1] / "trials" / "lists"
NEXT_YEAR = {"decision": "98/QĐ-UBND", "decided": date(2023, 12, 11)}
WARD = "19804"
ImportList = Callable[..., Import]


def trial(name: str) -> bytes:
    (found,) = TRIALS.glob(f"{name}-*.xlsx")
    return found.read_bytes()


def said(application: Any, done: Import) -> list[tuple[int, str]]:
    with application.pool.connection() as conn:
        return [(one.row, one.code) for one in imports.remarks(conn, application.keyring, done.id)]


def waiting(application: Any, done: Import) -> list[Any]:
    with application.pool.connection() as conn:
        return waiting_rows(conn, application.keyring, done.id)


def of(application: Any, kind: str) -> list[Any]:
    return [one for one in events(application) if type(one).__name__ == kind]


# Two lists of two years, each as it came.


@pytest.mark.parametrize(
    ("first", "second", "households"),
    [
        ("04d", "04e", 1),
        ("05a", "05b", 1),
        ("05e", "05f", 1),
        ("05g", "05h", 1),
        ("06a", "06b", 1),
        ("06c", "06d", 1),
        ("07a", "07b", 2),
        ("08a", "08b", 3),
        ("15a", "15b", 1),
        ("15c", "15d", 1),
        ("34a", "34b", 1),
    ],
)
def test_the_list_of_another_year_finds_the_same_households(
    import_list: ImportList, hue: Any, clock: Any, first: str, second: str, households: int
) -> None:
    assert import_list(content=trial(first), area=WARD).recorded == households
    clock.advance(days=400)
    done = import_list(content=trial(second), area=WARD)
    assert (done.recorded, done.reclassified, done.possible) == (0, households, 0)
    assert len(of(hue, "Registered")) == households


def test_two_letters_that_look_alike_are_one_in_a_list(import_list: ImportList) -> None:
    assert import_list(content=trial("04"), area=WARD).recorded == 2


@pytest.mark.parametrize(
    ("first", "second", "number"),
    [
        ("06a", "06b", "046058009912"),
        ("06c", "06d", "046058009999"),
        ("05a", "05b", "046148009911"),
    ],
)
def test_a_new_identity_number_is_recorded_as_a_change_of_papers(
    import_list: ImportList, hue: Any, clock: Any, first: str, second: str, number: str
) -> None:
    import_list(content=trial(first), area=WARD)
    clock.advance(days=400)
    import_list(content=trial(second), area=WARD)
    (changed,) = of(hue, "PapersChanged")
    now = hue.keyring.reveal(changed.after)
    assert now == {**hue.keyring.reveal(changed.before), "id_number": number}
    assert hue.households.load(changed.originator_id).members[changed.person_id].private == (
        changed.after
    )
    assert import_list(content=trial(second), area=WARD).already == 1
    assert len(of(hue, "PapersChanged")) == 1


def test_a_new_identity_number_that_cannot_be_taken_is_said(
    import_list: ImportList, hue: Any, clock: Any
) -> None:
    import_list(content=trial("06a"), area=WARD)
    clock.advance(days=800)
    (registered,) = of(hue, "Registered")
    context = CommandContext(date(2024, 1, 2), OFFICER, uuid4(), clock())
    households(hue).correct_member(
        registered.originator_id,
        context,
        person_id=registered.members[0].person_id,
        correction=MemberCorrection(phone="0905 000 009"),
        reason="changed",
    )
    for count in ({"reclassified": 1}, {"already": 1}):
        done = import_list(content=trial("06b"), area=WARD)
        assert {name: getattr(done, name) for name in count} == count
        assert "id_not_taken" in {code for _, code in said(hue, done)}
    assert of(hue, "PapersChanged") == []


@pytest.mark.parametrize("second", [False, True])
def test_a_withdrawn_decision_does_not_come_back_by_the_same_list(
    import_list: ImportList, hue: Any, clock: Any, second: bool
) -> None:
    """Of the registration, or of the next year's list."""
    import_list(content=trial("05a"), area=WARD)
    clock.advance(days=400)
    content = trial("05a")
    if second:
        content = trial("05b")
        import_list(content=content, area=WARD)
    decision = of(hue, "Classified")[-1]
    clock.advance(days=10)
    paper = Document("7/QĐ-UBND", decision.document.signed_on, "chutich")
    chairman = Actor("chutich", "chairman", OFFICER.area)
    households(hue).withdraw(
        decision.originator_id,
        CommandContext(decision.effective_on, chairman, uuid4(), clock(), paper),
        kind="decision",
        entry=decision.originator_version,
        reason="Ghi nhầm hộ",
    )
    for dry_run in (True, False):
        done = import_list(content=content, area=WARD, dry_run=dry_run)
        assert (done.reclassified, done.already, done.recorded, done.refused) == (0, 0, 0, 1)
        assert "decision_withdrawn" in {code for _, code in said(hue, done)}
    again = CommandContext(decision.effective_on, OFFICER, uuid4(), clock(), decision.document)
    households(hue).classify(decision.originator_id, again, ClassInput(decision.class_))
    assert import_list(content=content, area=WARD).already == 1


def test_a_late_list_of_an_earlier_year_finds_the_household_too(
    import_list: ImportList, hue: Any, clock: Any
) -> None:
    clock.advance(days=500)
    for name in ("49a", "49b", "49c"):
        import_list(content=trial(name), area=WARD)
    assert names(hue).count("Registered") == 1
    assert names(hue).count("Classified") == 3


def test_an_identity_number_of_another_sex_and_year_leaves_a_remark(
    import_list: ImportList, hue: Any
) -> None:
    for dry_run in (True, False):
        done = import_list(content=trial("32"), area=WARD, dry_run=dry_run)
        assert done.recorded == 1
        assert "id_doubtful" in {code for _, code in said(hue, done)}


def test_two_lists_of_the_same_households_at_the_same_moment_record_each_once(
    hue: Any, clock: Any
) -> None:
    jobs = []
    for name in ("37a", "37b"):
        import_id = uuid4()
        with hue.pool.connection() as conn:
            job_store.request(
                conn, hue.keyring, import_id=import_id, area=WARD, file=trial(name),
                actor=OFFICER, requested_at=clock(),
            )  # fmt: skip
        jobs.append(import_id)
    ready = threading.Barrier(2)

    def work(import_id: UUID) -> None:
        ready.wait()
        import_job.run(hue, import_id, clock, chunk=30)

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names(hue).count("Registered") == 120
    with hue.pool.connection() as conn:
        done = [imports.get(conn, job) for job in jobs]
    assert sum(one.recorded for one in done) == 120
    for one in done:
        dealt = one.recorded + one.reclassified + one.already + one.refused + one.possible
        assert (one.status, dealt) == ("done", 120)


def test_a_household_recorded_between_looking_and_saving_is_looked_at_again(
    import_list: ImportList, hue: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, entered = ListRecorder._look, []

    def look_and_be_late(self: Any, *arguments: Any) -> Any:
        looked = look(self, *arguments)
        if not entered:
            head = NewMember(name="Hồ Văn An", relation="head", sex="male", birth_year=1980)
            entry = NewHousehold(area=WARD, village="Tổ dân phố 1", members=(head,))
            context = CommandContext(date(2022, 12, 1), OFFICER, uuid4(), clock())
            entered.append(households(hue).register(context, entry))
        return looked

    monkeypatch.setattr(ListRecorder, "_look", look_and_be_late)
    done = import_list(household(person("Hồ Văn An", birth=1980)))
    assert (done.recorded, done.reclassified, done.refused) == (0, 1, 0)
    assert names(hue) == ["Registered", "Classified"]


# A number of somebody else.


def test_a_wrong_digit_does_not_move_a_strangers_class(
    import_list: ImportList, hue: Any, clock: Any
) -> None:
    stranger = person("Lê Thị Hiền", birth=1994, sex="Nữ", id_number="046194001234")
    import_list(household(stranger, class_="Hộ cận nghèo", b2=20, village="Tổ dân phố 9"))
    clock.advance(days=365)
    wrong = person("Trần Văn Sáu", birth=1971, id_number="046194001234")
    done = import_list(household(wrong, village="Tổ dân phố 2", **NEXT_YEAR))
    assert (done.recorded, done.reclassified, done.refused) == (0, 0, 1)
    assert said(hue, done) == [(4, "id_doubtful"), (4, "id_of_another")]
    assert names(hue) == ["Registered", "Classified"]
    with hue.pool.connection() as conn:
        _, remark = imports.remarks(conn, hue.keyring, done.id)
    assert remark.details == {"household": str(events(hue)[0].originator_id)}


# Possible, and then said.

HOA = person("Nguyễn Thị Hoa", birth=1960, sex="Nữ")
HOA_MISSPELT = person("Nguyễn Thị Hao", birth=1960, sex="Nữ")


def test_a_misspelt_name_waits_for_a_person_and_records_nothing(
    import_list: ImportList, hue: Any, clock: Any
) -> None:
    import_list(household(HOA))
    clock.advance(days=365)
    for dry_run in (True, False):
        done = import_list(household(HOA_MISSPELT, **NEXT_YEAR), dry_run=dry_run)
        assert (done.recorded, done.reclassified, done.possible, done.refused) == (0, 0, 1, 0)
        assert said(hue, done) == [(4, "possible_match")]
        (row,) = waiting(hue, done)
        ((candidate, evidence),) = row.candidates
        assert candidate == events(hue)[0].originator_id
        assert set(evidence) == {"birth", "village", "name_nearly"}
    assert names(hue) == ["Registered", "Classified"]


def test_a_row_that_is_the_same_household_is_classified_once_someone_says_so(
    import_list: ImportList, hue: Any, clock: Any
) -> None:
    import_list(household(HOA, class_="Hộ cận nghèo", b2=20))
    clock.advance(days=365)
    done = import_list(household(HOA_MISSPELT, **NEXT_YEAR))
    home = events(hue)[0].originator_id
    for _ in range(2):
        settled = settle(hue, done.id, 4, candidate=home, reason="", actor=OFFICER, now=clock())
        assert (settled.verdict, settled.outcome) == ("same", "reclassified")
    assert names(hue).count("Matched") == 1
    (matched,) = of(hue, "Matched")
    assert (matched.originator_id, matched.candidate, matched.verdict) == (home, home, "same")
    assert matched.actor == OFFICER
    assert matched.source == f"import:{done.id}"
    assert hue.households.load(home).class_on(date(2023, 12, 31)) == "poor"
    with hue.pool.connection() as conn:
        now = imports.get(conn, done.id)
    assert (now.possible, now.reclassified) == (0, 1)
    assert said(hue, done) == [(4, "member_not_in_record"), (4, "member_not_on_list")]
    with pytest.raises(SettledOtherwise):
        settle(hue, done.id, 4, candidate=None, reason="khác", actor=OFFICER, now=clock())
    with pytest.raises(NotACandidate):
        settle(hue, done.id, 4, candidate=uuid4(), reason="", actor=OFFICER, now=clock())


def test_a_row_that_is_somebody_else_is_recorded_and_stays_apart(
    import_list: ImportList, hue: Any, clock: Any
) -> None:
    import_list(household(HOA))
    home = events(hue)[0].originator_id
    clock.advance(days=365)
    done = import_list(household(HOA_MISSPELT, **NEXT_YEAR))
    settled = settle(
        hue, done.id, 4, candidate=None, reason="Hai bà khác nhau", actor=OFFICER, now=clock()
    )
    assert settled.outcome == "recorded"
    (matched,) = of(hue, "Matched")
    assert matched.originator_id != home
    assert (matched.candidate, matched.verdict) == (home, "somebody_else")
    assert matched.reason == "Hai bà khác nhau"
    assert said(hue, done) == []
    again = settle(
        hue, done.id, 4, candidate=None, reason="Hai bà khác nhau", actor=OFFICER, now=clock()
    )
    assert again.outcome == "recorded"
    assert names(hue).count("Registered") == 2


def test_two_of_one_name_year_and_village_are_both_recorded_when_someone_says_so(
    import_list: ImportList, hue: Any, clock: Any
) -> None:
    """The second has a claim of its own beside the first."""
    import_list(household(HOA, number="5"))
    clock.advance(days=365)
    done = import_list(household(HOA, number="6", **NEXT_YEAR))
    assert (done.recorded, done.possible) == (0, 1)
    settle(hue, done.id, 4, candidate=None, reason="Hai hộ", actor=OFFICER, now=clock())
    assert names(hue).count("Registered") == 2


def test_what_was_said_is_done_after_an_interruption(
    import_list: ImportList, hue: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_list(household(HOA))
    clock.advance(days=365)
    done = import_list(household(HOA_MISSPELT, **NEXT_YEAR))

    def fail(*_: Any, **__: Any) -> None:
        raise OSError("no disk")

    with monkeypatch.context() as patch:
        patch.setattr(type(hue), "run_many", fail)
        with pytest.raises(OSError, match="no disk"):
            settle(hue, done.id, 4, candidate=None, reason="khác", actor=OFFICER, now=clock())
    (row,) = waiting(hue, done)
    assert (row.verdict, row.outcome) == ("somebody_else", "")
    with hue.pool.connection() as conn:
        assert imports.unfinished(conn) == [done.id]  # a sweep offers it to a worker again
    for _ in range(2):
        import_job.run(hue, done.id, clock)
    with hue.pool.connection() as conn:
        assert imports.unfinished(conn) == []
    (row,) = waiting(hue, done)
    assert row.outcome == "recorded"
    assert names(hue).count("Registered") == 2


def test_a_trial_settles_nothing(import_list: ImportList, hue: Any, clock: Any) -> None:
    import_list(household(HOA))
    clock.advance(days=365)
    done = import_list(household(HOA_MISSPELT, **NEXT_YEAR), dry_run=True)
    with pytest.raises(DryRunRecordsNothing):
        settle(hue, done.id, 4, candidate=None, reason="khác", actor=OFFICER, now=clock())


def test_a_child_as_head_waits_for_a_person(import_list: ImportList, hue: Any, clock: Any) -> None:
    done = import_list(household(person("Hồ Văn Út", birth=2012)))
    assert (done.recorded, done.possible) == (0, 1)
    assert said(hue, done) == [(4, "child_head")]
    settled = settle(
        hue, done.id, 4, candidate=None, reason="Mồ côi, em trai ở cùng", actor=OFFICER,
        now=clock(),
    )  # fmt: skip
    assert settled.outcome == "recorded"
    (matched,) = of(hue, "Matched")
    assert (matched.candidate, matched.verdict, matched.evidence) == (
        None, "confirmed", ("child_head",),
    )  # fmt: skip


def test_nothing_of_a_row_that_waits_stands_in_clear(
    import_list: ImportList, hue: Any, clock: Any
) -> None:
    import_list(household(HOA))
    clock.advance(days=365)
    import_list(household(HOA_MISSPELT, **NEXT_YEAR))
    with hue.pool.connection() as conn:
        for (row,) in conn.execute("select t::text from office.import_matches t"):
            assert "Nguyễn" not in row
            assert "Hao" not in row


def test_a_household_registered_by_hand_is_found_by_a_list(
    import_list: ImportList, hue: Any, clock: Any
) -> None:
    head = NewMember(name="Trần Văn Khuý", relation="head", sex="male", birth_year=1971)
    entry = NewHousehold(area=WARD, village="TDP 1", members=(head,))
    households(hue).register(CommandContext(date(2022, 12, 1), OFFICER, uuid4(), clock()), entry)
    done = import_list(household(person("Trần Văn Khúy", birth="05/03/1971")))
    assert (done.recorded, done.reclassified) == (0, 1)


def test_a_member_who_is_in_a_household_on_record_waits_for_a_person(
    import_list: ImportList, hue: Any, clock: Any
) -> None:
    child = person("Lê Thị Mai", birth="07/09/2014", sex="Nữ")
    import_list(household(person("Lê Văn Sáu", birth=1980), child, number="61"))
    home = events(hue)[0].originator_id
    clock.advance(days=365)
    grandmother = person("Lê Thị Bảy", birth=1954, sex="Nữ")
    for dry_run in (True, False):
        done = import_list(household(grandmother, child, number="62", **NEXT_YEAR), dry_run=dry_run)
        assert (done.recorded, done.possible, done.refused) == (0, 1, 0)
        (row,) = waiting(hue, done)
        assert row.candidates == ((home, ("members", "village")),)
    settled = settle(
        hue, done.id, 4, candidate=None, reason="Hai cháu trùng tên", actor=OFFICER, now=clock()
    )
    assert settled.outcome == "recorded"
    (matched,) = of(hue, "Matched")
    assert (matched.candidate, matched.verdict) == (home, "somebody_else")


def test_a_household_under_a_new_head_is_the_same_when_someone_says_so(
    import_list: ImportList, hue: Any, clock: Any
) -> None:
    child = person("Lê Thị Mai", birth="07/09/2014", sex="Nữ")
    near_poor = {"class_": "Hộ cận nghèo", "b2": 20}
    import_list(household(person("Lê Văn Sáu", birth=1980), child, **near_poor))
    home = events(hue)[0].originator_id
    clock.advance(days=365)
    done = import_list(household(person("Lê Thị Bảy", birth=1984, sex="Nữ"), child, **NEXT_YEAR))
    assert done.possible == 1
    settled = settle(hue, done.id, 4, candidate=home, reason="", actor=OFFICER, now=clock())
    assert settled.outcome == "reclassified"
    assert hue.households.load(home).class_on(date(2023, 12, 31)) == "poor"


# Two persons of one name and birth date, in two households of one list.


def twins(**second: object) -> tuple[Any, Any]:
    """A child who stands in two households of one list, the second time as `second` says."""
    child = person("Lê Thị Mai", birth="07/09/2014", sex="Nữ")
    return (
        household(person("Lê Văn Sáu", birth=1980), child, number="61"),
        household(person("Lê Thị Bảy", birth=1984, sex="Nữ"), {**child, **second}, number="62"),
    )


def test_one_person_in_two_households_of_a_list_waits_in_both(
    import_list: ImportList, hue: Any, clock: Any
) -> None:
    done = import_list(*twins(name="LÊ THỊ  MAI"))
    assert (done.recorded, done.possible, done.refused) == (0, 2, 0)
    assert set(said(hue, done)) == {
        (4, "person_twice"), (5, "person_in_two"), (6, "person_twice"), (7, "person_in_two"),
    }  # fmt: skip
    assert [one.warnings for one in waiting(hue, done)] == [("person_twice",)] * 2
    first, second = (one.row for one in waiting(hue, done))
    settled = settle(
        hue, done.id, second, candidate=None, reason="Hai cháu trùng tên", actor=OFFICER,
        now=clock(),
    )  # fmt: skip
    assert settled.outcome == "recorded"
    (matched,) = of(hue, "Matched")
    assert (matched.verdict, matched.evidence) == ("confirmed", ("person_twice",))
    # The other one goes on waiting, and next year both would be known.
    assert [one.row for one in waiting(hue, done) if not one.outcome] == [first]
    again = import_list(*twins(name="LÊ THỊ  MAI"))
    assert (again.already, again.possible) == (1, 1)


@pytest.mark.parametrize(
    "second",
    [
        {"name": "Lê Thị Mây"},
        {"birth": "08/09/2014"},
        {"birth": 2014},
        {"sex": "Nam"},
    ],
)
def test_whoever_differs_in_name_birth_or_sex_does_not_wait(
    import_list: ImportList, second: dict[str, object]
) -> None:
    assert import_list(*twins(**second)).recorded == 2


def test_other_papers_or_a_first_of_january_make_no_warning(import_list: ImportList) -> None:
    one = person("Lê Thị Mai", birth="07/09/1984", sex="Nữ", id_number="046184000011")
    two = person("Lê Thị Mai", birth="07/09/1984", sex="Nữ", id_number="046184000029")
    new_year = person("Lê Văn Tết", birth="01/01/1990")
    done = import_list(
        household(person("Lê Văn Sáu", birth=1980), one, new_year, number="61"),
        household(person("Lê Thị Bảy", birth=1984, sex="Nữ"), two, new_year, number="62"),
    )
    assert done.recorded == 2
