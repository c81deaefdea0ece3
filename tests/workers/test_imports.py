"""Imports from the request to the events: recorded once, whole, resumable, and kept secret."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from python_calamine import CalamineWorkbook

from domain.commands.command import Actor, CommandContext, Document
from domain.households.person import NewMember
from domain.imports.errors import EffectiveOnInFuture
from projections.imports import import_job, imports, job_store
from projections.imports.imports import Import, ImportExpired, ImportUnknown
from projections.spreadsheets.import_errors import error_sheet
from tests.calls import households
from tests.lists import HEADINGS, household, person, sheets, workbook
from tests.workers.conftest import OFFICER
from tests.workers.recorded import events, names
from workers.imports import expire_imports, run_import

ImportRequest = Callable[..., UUID]
AN = person("Hồ Văn An", birth="01/05/1980", id_number="046080001234")
BINH = person("Lê Thị Bình", "Vợ", 1982, "Nữ", "046182005678")
CUC = person("Hồ Thị Cúc", "Con", "2010", "Nữ")
EN = person("Trần Thị Én", birth=1945, sex="Nữ")
FAMILY = household(AN, BINH, CUC, number="TDP5-017")
ALONE = household(EN, class_="Hộ cận nghèo", b2=20)


def said(application: Any, done: Import) -> list[tuple[int, str]]:
    with application.pool.connection() as conn:
        return [(one.row, one.code) for one in imports.remarks(conn, application.keyring, done.id)]


# What is recorded.


def test_a_list_becomes_households_with_their_class_figures_and_causes(
    import_list: Callable[..., Import], hue: Any
) -> None:
    rows = household(AN, BINH, CUC, number="TDP5-017", **{"Nguyên nhân": "2;7"})
    done = import_list(rows, file_name="danh sách.xlsx")
    assert (done.status, done.recorded, done.persons, done.refused) == ("done", 1, 3, 0)
    assert names(hue) == ["Registered", "Classified", "CausesRecorded"]
    registered, classified, causes = events(hue)
    assert registered.source == f"import:{done.id}"
    assert (registered.area, registered.number) == ("19804@2004-07-08", "TDP5-017")
    assert registered.actor == OFFICER
    assert classified.class_ == "poor"
    assert classified.standard == "2022-2026"
    assert classified.facts == {"area_type": "urban", "b1": 150, "b2": 40}
    assert classified.document == Document("125/QĐ-UBND", date(2022, 12, 12))
    assert classified.effective_on == date(2022, 12, 12)
    assert causes.causes == ("2", "7")
    head = hue.keyring.reveal(registered.members[0].private)
    assert head["name"] == "Hồ Văn An"
    assert head["id_number"] == "046080001234"


def test_a_list_that_only_names_the_class_is_recorded_and_says_so(
    import_list: Callable[..., Import], hue: Any
) -> None:
    done = import_list(household(AN, b1="", b2=""))
    assert said(hue, done) == [(4, "figures_missing")]
    assert events(hue)[1].reasons == ("figures_not_recorded",)


def test_each_decision_is_held_against_the_standard_of_its_day(
    import_list: Callable[..., Import], hue: Any
) -> None:
    old = household(AN, decided=date(2021, 12, 10), b1=100, b2=0)
    new = household(BINH, decided=date(2022, 12, 12), b1=100, b2=0, class_="Hộ cận nghèo")
    assert import_list(old, new).recorded == 2
    standards = [one.standard for one in events(hue) if type(one).__name__ == "Classified"]
    assert standards == ["2016-2021", "2022-2026"]


def test_a_class_that_the_standard_does_not_give_is_refused_with_what_it_gives(
    import_list: Callable[..., Import], hue: Any
) -> None:
    done = import_list(household(AN, CUC, class_="Hộ cận nghèo", b2=40))
    assert (done.recorded, done.refused) == (0, 1)
    with hue.pool.connection() as conn:
        first, second = imports.remarks(conn, hue.keyring, done.id)
    assert first.details == {"proposed": "Hộ nghèo"}
    assert "Hộ nghèo" in first.sentence()
    assert "Hộ nghèo" in first.sentence("en")
    assert second.code == "household_refused"
    assert names(hue) == []


def test_the_others_are_recorded_when_one_is_refused(
    import_list: Callable[..., Import], hue: Any
) -> None:
    done = import_list(FAMILY, household(person("=1+1")), ALONE)
    assert (done.recorded, done.refused, done.households) == (2, 1, 3)
    assert said(hue, done) == [(7, "formula")]


def test_a_person_who_is_in_another_household_is_refused_in_the_row_it_stands_in(
    import_list: Callable[..., Import], hue: Any
) -> None:
    import_list(FAMILY)
    thief = person("Lê Thị Bình", "Con", 1982, "Nữ", "046182005678")
    done = import_list(household(EN, thief))
    assert said(hue, done) == [(4, "household_refused"), (5, "person_elsewhere")]
    assert names(hue) == ["Registered", "Classified"]


def test_an_identity_number_of_somebody_else_is_refused(
    import_list: Callable[..., Import], hue: Any
) -> None:
    import_list(FAMILY)
    done = import_list(household(EN, person("Lê Thị Hoa", "Con", 1999, "Nữ", "046182005678")))
    assert (4, "household_refused") in said(hue, done)
    assert {code for _, code in said(hue, done)} <= {"household_refused", "id_taken",
                                                     "person_elsewhere", "id_doubtful"}  # fmt: skip


def test_a_file_that_is_no_workbook_is_refused_as_a_whole(
    import_list: Callable[..., Import],
) -> None:
    done = import_list(content=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert done.status == "refused"
    assert done.refusal is not None
    assert done.refusal["code"] == "import_old_workbook"
    assert done.progress == 1.0


def test_an_area_that_does_not_exist_refuses_every_row(
    import_list: Callable[..., Import], hue: Any
) -> None:
    done = import_list(FAMILY, area="999")
    assert said(hue, done)[0] == (4, "area_unknown")


# The same again.


def test_the_same_file_twice_changes_nothing(import_list: Callable[..., Import], hue: Any) -> None:
    first = import_list(FAMILY, ALONE)
    before = events(hue)
    second = import_list(FAMILY, ALONE)
    assert (first.recorded, second.recorded, second.already) == (2, 0, 2)
    assert events(hue) == before
    assert said(hue, second) == []


def test_another_account_with_the_same_file_changes_nothing(
    import_list: Callable[..., Import], hue: Any
) -> None:
    import_list(FAMILY, ALONE)
    before = events(hue)
    done = import_list(FAMILY, ALONE, actor=Actor("khac", "case_worker", "474@2004-07-08"))
    assert (done.recorded, done.already) == (0, 2)
    assert events(hue) == before


def test_after_a_partial_success_only_the_corrected_households_are_recorded(
    import_list: Callable[..., Import], hue: Any
) -> None:
    assert import_list(FAMILY, household(EN, class_="?")).recorded == 1
    done = import_list(FAMILY, ALONE)
    assert (done.recorded, done.already) == (1, 1)


def test_a_dry_run_says_what_would_be_and_records_nothing(
    import_list: Callable[..., Import], hue: Any
) -> None:
    done = import_list(FAMILY, household(EN, class_="Hộ cận nghèo", b2=40), dry_run=True)
    assert (done.status, done.recorded, done.persons, done.refused) == ("done", 1, 3, 1)
    assert names(hue) == []
    import_list(FAMILY, ALONE)
    before = events(hue)
    again = import_list(household(AN, BINH, CUC, number="TDP5-017", decision="9/QĐ", b2=20,
                              class_="Hộ cận nghèo"), ALONE, dry_run=True)  # fmt: skip
    assert (again.recorded, again.reclassified, again.already) == (0, 1, 1)
    assert events(hue) == before


# Next year's list.


def test_next_years_list_gives_known_households_their_class(
    import_list: Callable[..., Import], hue: Any, clock: Any
) -> None:
    import_list(FAMILY, ALONE)
    clock.advance(days=365)
    decided = {"decision": "98/QĐ-UBND", "decided": date(2023, 12, 11)}
    better = household(AN, BINH, CUC, number="TDP5-017", class_="Hộ cận nghèo", b2=20, **decided)
    worse = household(EN, class_="Hộ nghèo", b2=30, **decided)
    done = import_list(better, worse)
    assert (done.recorded, done.reclassified, done.refused) == (0, 2, 0)
    assert sorted(names(hue)[4:]) == ["Classified", "Classified", "LeftPoverty"]
    movements = {one.movement for one in events(hue)[4:] if type(one).__name__ == "Classified"}
    assert movements == {"poor_to_near_poor", "near_poor_to_poor"}
    assert import_list(better, worse).already == 2


def test_two_entries_of_one_list_about_the_same_household_are_taken_one_after_the_other(
    import_list: Callable[..., Import], hue: Any, clock: Any
) -> None:
    import_list(FAMILY)
    clock.advance(days=365)
    decided = {"decision": "98/QĐ-UBND", "decided": date(2023, 12, 11)}
    by_number = household(BINH, number="TDP5-017", class_="Hộ cận nghèo", b2=20, **decided)
    by_head = household(AN, class_="Hộ cận nghèo", b2=20, **decided)
    done = import_list(by_number, by_head)
    assert (done.reclassified, done.already, done.refused) == (1, 1, 0)
    assert names(hue).count("Classified") == 2


def test_members_that_differ_are_said_and_not_changed(
    import_list: Callable[..., Import], hue: Any, clock: Any
) -> None:
    import_list(FAMILY)
    clock.advance(days=365)
    baby = person("Hồ Văn Dũng", "Con", 2023)
    decided = {"decision": "98/QĐ-UBND", "decided": date(2023, 12, 11)}
    done = import_list(household(AN, BINH, baby, number="TDP5-017", **decided))
    assert done.reclassified == 1
    assert said(hue, done) == [(4, "member_not_on_list"), (6, "member_not_in_record")]
    assert names(hue) == ["Registered", "Classified", "Classified"]


def test_a_household_is_found_by_its_heads_identity_number(
    import_list: Callable[..., Import], hue: Any, clock: Any
) -> None:
    import_list(household(AN, BINH))
    clock.advance(days=365)
    done = import_list(household(AN, BINH, decision="98/QĐ-UBND", decided=date(2023, 12, 11)))
    assert (done.recorded, done.reclassified) == (0, 1)
    assert said(hue, done) == []


def test_a_household_that_moved_away_is_not_classified_by_the_old_commune(
    import_list: Callable[..., Import], hue: Any, clock: Any
) -> None:
    import_list(household(AN, BINH))
    clock.advance(days=365)
    elsewhere = {"commune_code": "19810", "commune": "Phường Thuận Lộc"}
    done = import_list(
        household(AN, BINH, decision="9/QĐ", decided=date(2023, 12, 11), place=elsewhere)
    )
    assert (4, "household_elsewhere") in said(hue, done)


def test_a_number_of_other_people_is_refused(import_list: Callable[..., Import], hue: Any) -> None:
    import_list(FAMILY)
    done = import_list(household(EN, number="TDP5-017"))
    assert said(hue, done) == [(4, "nobody_in_common")]


def test_a_head_of_one_household_with_the_number_of_another_is_refused(
    import_list: Callable[..., Import], hue: Any
) -> None:
    other = household(person("Lê Văn Ba", birth=1975, id_number="046075000003"), number="2")
    import_list(FAMILY, other)
    done = import_list(household(AN, number="2"))
    assert said(hue, done)[0] in {(4, "number_taken"), (4, "person_elsewhere")}
    assert names(hue) == ["Registered", "Classified"] * 2


def test_a_household_that_ended_is_not_classified(
    import_list: Callable[..., Import], hue: Any, clock: Any
) -> None:
    import_list(ALONE)
    clock.advance(days=365)
    household_id = events(hue)[0].originator_id
    context = CommandContext(date(2023, 5, 1), OFFICER, uuid4(), clock())
    households(hue).dissolve(household_id, context, reason="death")
    done = import_list(household(EN, decision="9/QĐ", decided=date(2023, 12, 11)))
    assert said(hue, done) == [(4, "household_ended")]


def test_a_newcomer_with_a_known_number_is_not_taken_for_the_household(
    import_list: Callable[..., Import], hue: Any
) -> None:
    import_list(FAMILY)
    house = events(hue)[0].originator_id
    context = CommandContext(date(2022, 12, 14), OFFICER, uuid4(), hue.clock())
    households(hue).join_member(
        house, context, member=NewMember(name="Hồ Văn Mới", relation="child"), reason="returned"
    )
    assert import_list(FAMILY).already == 1


# The request, the task, and what becomes of the file.


def test_the_same_request_twice_is_one_import(hue: Any, clock: Any) -> None:
    import_id = uuid4()
    with hue.pool.connection() as conn:
        for _ in range(2):
            job_store.request(
                conn, hue.keyring, import_id=import_id, area="474", file=workbook(FAMILY),
                actor=OFFICER, requested_at=clock(),
            )  # fmt: skip
        assert [one.id for one in imports.of_areas(conn, ["474"])] == [import_id]


def test_an_effective_date_in_the_future_is_refused(hue: Any, clock: Any) -> None:
    with hue.pool.connection() as conn, pytest.raises(EffectiveOnInFuture):
        job_store.request(
            conn, hue.keyring, import_id=uuid4(), area="474", file=b"x", actor=OFFICER,
            requested_at=clock(), effective_on=date(2022, 12, 16),
        )  # fmt: skip


def test_an_unknown_import_is_said(hue: Any, clock: Any) -> None:
    with pytest.raises(ImportUnknown):
        import_job.run(hue, uuid4(), clock)


class OneWorker:
    """What a worker's parts would be, of this test."""

    def __init__(self, application: Any, clock: Any) -> None:
        self.application, self.pool, self.keyring = (
            application,
            application.pool,
            application.keyring,
        )
        self.clock = clock


def test_the_task_takes_only_the_id_and_is_safe_to_run_again(
    hue: Any, clock: Any, request_import: ImportRequest
) -> None:
    import_id = request_import(FAMILY)
    parts: Any = OneWorker(hue, clock)
    for _ in range(2):
        run_import(parts, str(import_id))
    run_import(parts, str(uuid4()))
    assert names(hue) == ["Registered", "Classified"]


def test_what_stops_the_work_is_written_beside_the_job_without_its_words(
    hue: Any, clock: Any, request_import: ImportRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = request_import(FAMILY)

    def fail(*_: Any, **__: Any) -> None:
        raise OSError("Hồ Văn An")

    parts: Any = OneWorker(hue, clock)
    with monkeypatch.context() as patch:
        patch.setattr(type(hue), "run_many", fail)
        with pytest.raises(OSError, match="An"):
            run_import(parts, str(import_id))
    with hue.pool.connection() as conn:
        assert imports.get(conn, import_id).error == "OSError"
    run_import(parts, str(import_id))
    with hue.pool.connection() as conn:
        assert imports.get(conn, import_id).error == ""


def test_nothing_personal_stands_in_clear_in_the_tables_of_imports(
    import_list: Callable[..., Import], hue: Any
) -> None:
    import_list(FAMILY, household(person("Lê Văn Kín"), class_="?"), file_name="Hồ Văn An.xlsx")
    with hue.pool.connection() as conn:
        for table in ("imports", "import_files", "import_rows", "import_households"):
            for (row,) in conn.execute(f"select t::text from office.{table} t"):
                assert not any(word in row for word in ("Hồ Văn", "Kín", "046080001234"))
        (stored,) = conn.execute(
            "select string_agg(sealed, '') from office.import_files"
        ).fetchone()
    assert b"xl/workbook.xml" not in stored


def test_the_error_sheet_holds_the_refused_rows_and_can_be_imported_again(
    import_list: Callable[..., Import], hue: Any
) -> None:
    wrong = household(EN, person("=HYPERLINK(1)", "Con", 1990), village="=cmd|x", class_="Hộ nghèo")
    wrong[0][13] = "'=cmd|x"
    done = import_list(FAMILY, wrong)
    with hue.pool.connection() as conn:
        content = error_sheet(conn, hue.keyring, done.id)

    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["Dòng trong tệp gốc", "Kết quả kiểm tra", "Cột", "Lý do và cách sửa"]
    assert [row[0] for row in rows[1:]] == [7, 8]
    assert "công thức" in rows[2][3]
    assert "Trần Thị Én" in rows[1]
    assert "(công thức)" in rows[2]
    again = import_list(content=content)
    assert (again.recorded, again.refused) == (0, 1)


def test_files_are_destroyed_when_their_time_is_over(
    import_list: Callable[..., Import], hue: Any, clock: Any
) -> None:
    done = import_list(FAMILY, household(EN, class_="?"))
    parts: Any = OneWorker(hue, clock)
    expire_imports(parts)
    with hue.pool.connection() as conn:
        assert imports.get(conn, done.id).kept
    clock.advance(days=imports.KEPT_DAYS + 1)
    expire_imports(parts)
    with hue.pool.connection() as conn:
        kept = imports.get(conn, done.id)
        assert (kept.kept, kept.recorded, kept.refused) == (False, 1, 1)
        assert imports.remarks(conn, hue.keyring, done.id) == []
        assert conn.execute("select count(*) from office.import_files").fetchone() == (0,)
        destroyed = conn.execute(
            "select wrapped is null from store.subject_keys where subject = %s", [done.id]
        ).fetchone()
        assert destroyed == (True,)
        with pytest.raises(ImportExpired):
            error_sheet(conn, hue.keyring, done.id)


def test_an_import_whose_file_was_destroyed_before_it_ran_is_refused(
    hue: Any, clock: Any, request_import: ImportRequest
) -> None:
    import_id = request_import(FAMILY)
    with hue.pool.connection() as conn:
        hue.keyring.destroy(import_id, conn)
    import_job.run(hue, import_id, clock)
    with hue.pool.connection() as conn:
        assert imports.get(conn, import_id).status == "refused"


def test_progress_and_columns_are_told(hue: Any, clock: Any, request_import: ImportRequest) -> None:
    import_id, seen = request_import(FAMILY, ALONE), []
    with hue.pool.connection() as conn:
        waiting = imports.get(conn, import_id)
    assert (waiting.status, waiting.progress) == ("waiting", 0.0)
    import_job.run(hue, import_id, clock, lambda *what: seen.append(what), chunk=1)
    assert seen == [("checking", 4, 0), ("recording", 0, 2), ("recording", 1, 2),
                    ("recording", 2, 2)]  # fmt: skip
    with hue.pool.connection() as conn:
        done = imports.get(conn, import_id)
        assert imports.remark_counts(conn, import_id) == {
            "refused": 0, "possible": 0, "duplicate": 0, "differs": 0, "note": 0, "left_out": 0,
        }  # fmt: skip
    assert done.columns is not None
    assert done.columns["ignored"] == {"A": "STT"}
    assert done.started_at is not None
    assert done.finished_at is not None
    assert done.finished_at - done.started_at < timedelta(days=1)


def test_a_sheet_can_be_named(import_list: Callable[..., Import]) -> None:
    content = sheets({"A": [HEADINGS, *FAMILY], "B": [HEADINGS, *ALONE]})
    refused = import_list(content=content)
    assert refused.refusal is not None
    assert refused.refusal["values"] == {"sheets": ["A", "B"]}
    assert import_list(content=content, sheet="B").recorded == 1
