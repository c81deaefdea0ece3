"""Every import ends: done when the lists show it, or refused with its reason after attempts."""

import io
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from dramatiq.middleware import Shutdown
from python_calamine import CalamineWorkbook

from projections.imports import import_job, imports, job_store
from projections.imports.imports import Import
from projections.spreadsheets.import_errors import error_sheet
from tests.conftest import Database
from tests.domain.imports.test_xlsx_workbook import rezipped
from tests.lists import household, person, workbook
from tests.workers.conftest import OFFICER
from tests.workers.recorded import names
from tests.workers.test_imports import OneWorker
from workers.imports import expire_imports, run_import

ImportRequest = Callable[..., UUID]
ROWS = [household(person(f"Hồ Văn {name}", birth=1980)) for name in ("An", "Bình", "Cường")]


MOST_ATTEMPTS = imports.IMPORTS.most_attempts or 0


def state(hue: Any, import_id: UUID) -> Import:
    with hue.pool.connection() as conn:
        return imports.get(conn, import_id)


def requested(hue: Any, clock: Any, content: bytes) -> UUID:
    import_id = uuid4()
    with hue.pool.connection() as conn:
        job_store.request(
            conn, hue.keyring, import_id=import_id, area="474", file=content, actor=OFFICER,
            requested_at=clock(),
        )  # fmt: skip
    return import_id


class Killed(BaseException):
    """The worker is gone: nothing after this line was run."""


def test_an_import_that_kills_its_worker_every_time_is_given_up(
    hue: Any, clock: Any, request_import: ImportRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = request_import(*ROWS)
    parts: Any = OneWorker(hue, clock)

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(import_job, "check_list", die)
        for _ in range(MOST_ATTEMPTS):
            with pytest.raises(Killed):
                run_import(parts, str(import_id))
            assert state(hue, import_id).status == "checking"
        run_import(parts, str(import_id))
    done = state(hue, import_id)
    assert done.refusal is not None
    assert (done.status, done.refusal["code"]) == ("refused", "import_given_up")
    with hue.pool.connection() as conn:
        assert imports.unfinished(conn) == []
        sheet = error_sheet(conn, hue.keyring, import_id, reason="Không thử nữa")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert rows == [["Tệp không hợp lệ"], ["Không thử nữa"]]
    clock.advance(days=imports.KEPT_DAYS + 1)
    expire_imports(parts)
    assert state(hue, import_id).kept is False


def test_what_was_recorded_before_it_was_given_up_is_told(
    hue: Any, clock: Any, request_import: ImportRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = request_import(*ROWS)
    real = job_store.write_chunk

    def fail(*arguments: Any) -> None:
        if arguments[3] == 1:
            raise OSError("full")
        real(*arguments)

    monkeypatch.setattr(job_store, "write_chunk", fail)
    for _ in range(MOST_ATTEMPTS + 1):  # the first of them got on, and counts no more
        with pytest.raises(OSError, match="full"):
            import_job.run(hue, import_id, clock, chunk=1)
    assert import_job.run(hue, import_id, clock, chunk=1)
    done = state(hue, import_id)
    assert (done.status, done.recorded, done.done) == ("refused", 1, 1)
    assert names(hue).count("Registered") >= 1


def test_a_worker_that_is_told_to_end_gives_its_attempt_back(
    hue: Any, clock: Any, request_import: ImportRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = request_import(*ROWS)
    parts: Any = OneWorker(hue, clock)

    def end(*_: Any, **__: Any) -> None:
        raise Shutdown

    with monkeypatch.context() as patch:
        patch.setattr(import_job, "check_list", end)
        for _ in range(2 * MOST_ATTEMPTS):
            with pytest.raises(Shutdown):
                run_import(parts, str(import_id))
    run_import(parts, str(import_id))
    assert state(hue, import_id).recorded == 3


def test_done_means_that_the_lists_show_it(
    hue: Any, clock: Any, request_import: ImportRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = request_import(*ROWS)
    with monkeypatch.context() as patch:
        patch.setattr(import_job, "catch_up", lambda *_: 0)
        patch.setattr(import_job, "LISTED_WITHIN", 0.0)
        for _ in range(MOST_ATTEMPTS + 2):  # waiting is never given up
            assert import_job.run(hue, import_id, clock) is False
    waiting = state(hue, import_id)
    assert (waiting.status, waiting.recorded) == ("listing", 3)
    assert waiting.finished_at is not None
    with hue.pool.connection() as conn:
        assert imports.unfinished(conn) == [import_id]
        assert _listed(conn) == 0
    assert import_job.run(hue, import_id, clock) is True
    assert state(hue, import_id).status == "done"
    with hue.pool.connection() as conn:
        assert _listed(conn) == 3
        assert imports.unfinished(conn) == []


def test_an_import_waits_for_what_an_open_transaction_holds_back(
    hue: Any,
    database: Database,
    clock: Any,
    request_import: ImportRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import_id = request_import(*ROWS)
    looked: list[int | None] = []
    last_seq = job_store.last_seq
    with psycopg.connect(database.url) as writer:
        writer.execute("select pg_current_xact_id()")

        def look_and_let_go(*arguments: Any) -> int | None:
            looked.append(last_seq(*arguments))
            writer.rollback()
            return looked[-1]

        monkeypatch.setattr(job_store, "last_seq", look_and_let_go)
        assert import_job.run(hue, import_id, clock) is True
    assert looked[0] is None
    assert len(looked) == 2
    assert state(hue, import_id).status == "done"


def _listed(conn: Any) -> int:
    return int(conn.execute("select count(*) from read.register").fetchone()[0])


def test_nothing_is_waited_for_after_a_dry_run_or_where_nothing_is_new(
    import_list: Callable[..., Import],
) -> None:
    assert import_list(*ROWS, dry_run=True).status == "done"
    assert import_list(*ROWS).status == "done"
    again = import_list(*ROWS)
    assert (again.status, again.already) == ("done", 3)


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (b'<row r="5"', b'<row r="99999999999999999999"'),
        (b'<row r="5"', b'<row r="1048577"'),
        (b'<row r="5"', b'<row r="4"'),
        (b'<row r="5"', b'<row r="0"'),
        (b'<row r="5"', b'<row r="' + b"9" * 5000 + b'"'),
        (b'<c r="E5"', b'<c r="C5"'),
        (b'<c r="E5"', b'<c r="' + b"A" * 400 + b'5"'),
        (b'<c r="E5"', b'<c r="E5" s="' + b"9" * 30 + b'"'),
    ],
)
def test_damaged_rows_are_refused_and_never_tried_again(
    hue: Any, clock: Any, was: bytes, now: bytes
) -> None:
    content = workbook(*ROWS)
    xml = _part(content).replace(was, now, 1)
    assert xml != _part(content)
    import_id = requested(hue, clock, rezipped(content, replace={SHEET: xml}))
    assert import_job.run(hue, import_id, clock)
    done = state(hue, import_id)
    assert done.status in ("refused", "done")
    if done.status == "refused":
        assert done.refusal is not None
        assert done.refusal["code"] == "import_broken_workbook"
    with hue.pool.connection() as conn:
        assert imports.unfinished(conn) == []
        assert error_sheet(conn, hue.keyring, import_id, reason="Tệp hỏng")


def _part(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(SHEET)


UNSTORABLE = ["_x0000_", "_xD83D_", "_xDE00_", "_xFFFE_", "_xFFFF_", "_x0001_", "_xFDD0_",
              "&#xFFFD;", "1e400", "_x0000__xD83D_"]  # fmt: skip


@pytest.mark.parametrize("sign", UNSTORABLE)
@pytest.mark.parametrize("where", ["Phân loại hộ", "Hồ Văn An", "Danh sách", "STT", "125/QĐ-UBND"])
def test_signs_that_cannot_be_stored_end_in_an_answer(
    hue: Any, clock: Any, sign: str, where: str
) -> None:
    content = workbook(*ROWS)
    parts = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith(("sharedStrings.xml", "workbook.xml")):
                parts[name] = archive.read(name).replace(
                    where.encode(), where.encode() + sign.encode()
                )
    import_id = requested(hue, clock, rezipped(content, replace=parts))
    assert import_job.run(hue, import_id, clock)
    done = state(hue, import_id)
    assert done.status in ("done", "refused")
    assert done.error == ""
    with hue.pool.connection() as conn:
        remarks = imports.remarks(conn, hue.keyring, import_id)
        assert all(one.sentence() for one in remarks)
        assert error_sheet(conn, hue.keyring, import_id, reason="vì sao")
        for row in conn.execute("select named from office.import_outcomes"):
            assert row[0]
