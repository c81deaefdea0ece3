"""Lists as offices make them, through the whole import: tried first, recorded, recorded again.

Each file of `tests/trials` bites in its own way; here stands what is right for it. Of every list
holds: each row read is recorded, refused, a repeat, or said to be no row of a household; the same
file again changes nothing; the error sheet comes; and nothing is left to be tried again.
"""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from python_calamine import CalamineWorkbook

from projections.imports import imports
from projections.imports.imports import Import
from projections.spreadsheets.import_errors import error_sheet
from tests.workers.recorded import events

TRIALS = Path(__file__).parent.parent / "trials"
ImportList = Callable[..., Import]


class Right(NamedTuple):
    """What is right for a file: households recorded and refused, and remarks that are made.

    `remarks` are (row, code). `members` are the persons of the households recorded, in order.
    """

    recorded: int = 0
    refused: int = 0
    remarks: tuple[tuple[int, str], ...] = ()
    members: tuple[int, ...] = ()


WHOLE: dict[str, str] = {
    "25a-html.xls": "import_not_a_workbook",
    "25b-csv.xlsx": "import_not_a_workbook",
    "25c-encrypted.xlsx": "import_encrypted_workbook",
    "25d-old.xls": "import_old_workbook",
    "25e-truncated.xlsx": "import_broken_workbook",
    "25f-bitrot.xlsx": "import_broken_workbook",
    "25g-xlsb.xlsb": "import_old_workbook",
    "25h-ods.ods": "import_not_a_workbook",
    "25j-pk-only.xlsx": "import_broken_workbook",
    "38-two-villages.xlsx": "import_several_lists",
}

LISTS: dict[str, Right] = {
    "01-year-in-date-cell.xlsx": Right(2, 0, ((2, "year_in_date_cell"), (3, "year_in_date_cell"))),
    "01b-decision-year-in-date-cell.xlsx": Right(0, 1, ((2, "decision_day_missing"),)),
    "01c-with-age-column.xlsx": Right(1, 0, ((2, "year_in_date_cell"),)),
    "03-id-dot-zero.xlsx": Right(2, 1, ((2, "id_restored"), (3, "id_zeros_lost"))),
    "04-eth.xlsx": Right(2),
    "04b-eth-heading.xlsx": Right(1),
    "04c-eth-heading-address.xlsx": Right(1),
    "04d-eth-identity-2022.xlsx": Right(1),
    "05a-no-id-2022.xlsx": Right(1),
    "05g-with-id-2022.xlsx": Right(1),
    "05e-control-2022.xlsx": Right(1),
    "06a-cmnd-2022.xlsx": Right(1),
    "06c-cmnd-number-2022.xlsx": Right(1),
    "07a-number-text-2022.xlsx": Right(2),
    "08a-apostrophe-2022.xlsx": Right(3),
    "09a-nul-heading.xlsx": Right(1),
    "09b-surrogate-heading.xlsx": Right(1),
    "09d-nul-cell-refused-row.xlsx": Right(0, 1, ((2, "class_unknown"),)),
    "10a-total-row-member-col.xlsx": Right(2, 0, ((5, "row_total"),), (2, 1)),
    "10b-total-row-label.xlsx": Right(1, 0, ((3, "row_total"),)),
    "10c-total-row-stt.xlsx": Right(1, 0, ((3, "row_total"),)),
    "10d-signature.xlsx": Right(1, 0, ((4, "row_signature"), (5, "row_signature"))),
    "11a-hidden-row.xlsx": Right(2, 1, ((3, "row_hidden"),)),
    "11b-struck-row.xlsx": Right(1, 1, ((3, "row_struck"),)),
    "12a-tcvn3.xlsx": Right(0, 2, ((2, "legacy_encoding"), (3, "legacy_encoding"))),
    "12b-vni.xlsx": Right(0, 2, ((2, "legacy_encoding"), (3, "legacy_encoding"))),
    "12c-cp1252-mojibake.xlsx": Right(
        0, 3, ((2, "legacy_encoding"), (3, "letters_lost"), (4, "text_unreadable"))
    ),
    "13a-merged-village.xlsx": Right(3),
    "13b-merged-decision.xlsx": Right(2),
    "14-autodate-in-text-columns.xlsx": Right(0, 1, ((2, "date_in_text"),)),
    "15a-year-2022.xlsx": Right(1),
    "15c-apostrophe-number-2022.xlsx": Right(1),
    "16a-dash-village.xlsx": Right(0, 1, ((2, "class_unknown"),)),
    "16c-error-sheet-corrected.xlsx": Right(1),
    "26-epoch-1904.xlsx": Right(1),
    "27b-date-with-time.xlsx": Right(1),
    "27c-iso-time-text.xlsx": Right(1, 1, ((3, "birth_malformed"),)),
    "27d-two-digit-year.xlsx": Right(0, 1, ((2, "birth_malformed"),)),
    "27e-us-order.xlsx": Right(0, 1, ((2, "birth_malformed"),)),
    "30a-inf-cell.xlsx": Right(0, 1, ((2, "class_unknown"),)),
    "30b-nan-cell.xlsx": Right(0, 1, ((2, "class_unknown"),)),
    "30d-nan-village.xlsx": Right(0, 1, ((2, "cell_error"),)),
    "32-contradicting-id.xlsx": Right(1, 0, ((2, "id_doubtful"),)),
    "33a-blank-row-inside-household.xlsx": Right(
        0, 1, ((2, "household_refused"), (4, "gap_in_household"), (5, "household_refused"))
    ),
    "33b-repeated-header-inside-household.xlsx": Right(1, 0, ((3, "row_header"),), (3,)),
    "33d-header-per-village.xlsx": Right(5, 0, ((5, "row_caption"), (6, "row_header"))),
    "33e-header-after-row-15.xlsx": Right(18, 0, ((18, "row_header"),)),
    "34a-nfc.xlsx": Right(1),
    "35-long-text.xlsx": Right(0, 2, ((2, "text_too_long"), (3, "text_too_long"))),
    "37a-race.xlsx": Right(120),
    "49a-2021.xlsx": Right(1),
}


@pytest.fixture
def year_after(clock: Any) -> None:
    """The files hold decisions of 2022 and 2023."""
    clock.advance(days=500)


def remarks_of(hue: Any, done: Import) -> list[tuple[int, str]]:
    with hue.pool.connection() as conn:
        return [(one.row, one.code) for one in imports.remarks(conn, hue.keyring, done.id)]


def sheet_of(hue: Any, done: Import) -> list[list[Any]]:
    """The rows of the error sheet."""
    with hue.pool.connection() as conn:
        content = error_sheet(conn, hue.keyring, done.id, reason="Tệp hỏng")
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def nothing_is_left(hue: Any) -> bool:
    with hue.pool.connection() as conn:
        return imports.unfinished(conn) == []


@pytest.mark.usefixtures("year_after")
@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_taken_as_is_right_for_it(import_list: ImportList, hue: Any, name: str) -> None:
    content, right = (TRIALS / name).read_bytes(), LISTS[name]
    tried = import_list(content=content, area="19804", dry_run=True)
    assert events(hue) == []
    done = import_list(content=content, area="19804")
    counts = (done.recorded, done.refused, done.rows, done.row_counts)
    assert counts == (tried.recorded, tried.refused, tried.rows, tried.row_counts)
    assert (done.status, done.recorded, done.refused) == ("done", right.recorded, right.refused)
    assert sum(done.row_counts.values()) == done.rows
    said = remarks_of(hue, done)
    assert set(right.remarks) <= set(said)
    registered = [one for one in events(hue) if type(one).__name__ == "Registered"]
    if right.members:
        assert tuple(len(one.members) for one in registered) == right.members
    before = events(hue)
    again = import_list(content=content, area="19804")
    assert (again.recorded, again.already) == (0, right.recorded)
    assert events(hue) == before
    rows = [row[0] for row in sheet_of(hue, done)[1:]]
    assert {row for row, code in said if code in ("household_refused", "class_unknown")} <= {*rows}
    assert nothing_is_left(hue)


@pytest.mark.usefixtures("year_after")
@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_is_no_list_is_refused_as_a_whole(
    import_list: ImportList, hue: Any, name: str
) -> None:
    done = import_list(content=(TRIALS / name).read_bytes(), area="19804")
    assert done.refusal is not None
    assert (done.status, done.refusal["code"]) == ("refused", WHOLE[name])
    assert events(hue) == []
    assert sheet_of(hue, done) == [["Tệp không hợp lệ"], ["Tệp hỏng"]]
    assert nothing_is_left(hue)


def revealed(hue: Any) -> list[tuple[str, str, str]]:
    """Name, identity number and village of the heads on record."""
    found = []
    for one in events(hue):
        if type(one).__name__ == "Registered":
            private = hue.keyring.reveal(one.members[0].private)
            found.append((private["name"], private.get("id_number", ""), one.village))
    return sorted(found)


@pytest.mark.usefixtures("year_after")
def test_what_is_recorded_is_what_was_meant(import_list: ImportList, hue: Any) -> None:
    for name in ("03-id-dot-zero.xlsx", "13a-merged-village.xlsx", "16c-error-sheet-corrected.xlsx",
                 "01-year-in-date-cell.xlsx"):  # fmt: skip
        import_list(content=(TRIALS / name).read_bytes(), area="19804")
    assert revealed(hue) == [
        ("Lâm Văn Quế", "", "- Buôn Kô Tam"),
        ("Lê Thị Bấc", "", "Tổ dân phố 3"),
        ("Phạm Văn Dạc", "046050001234", "Tổ dân phố 3"),
        ("Phạm Văn Dấc", "046061001239", "Tổ dân phố 3"),
        ("Trần Văn Bấc", "", "Tổ dân phố 3"),
        ("Đàm Văn Ngô", "", "Thôn Đông"),
        ("Đàm Văn Ngố", "", "Thôn Đông"),
        ("Đàm Văn Ngỗ", "", "Thôn Đông"),
    ]
    born = {
        hue.keyring.reveal(one.members[0].private)["name"]: one.members[0].birth_year
        for one in events(hue) if type(one).__name__ == "Registered"
    }  # fmt: skip
    assert (born["Trần Văn Bấc"], born["Lê Thị Bấc"]) == (1956, 1988)
