"""Official list of a city as a workbook, with any number of made-up households."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import xlsxwriter

from bench.synthetic import FAMILY, GIVEN, MIDDLE
from domain.areas.lineage import Lineage
from domain.areas.seed.national import plan

HEADINGS = (
    "STT", "Mã hộ", "Họ và tên chủ hộ", "Họ và tên thành viên", "Quan hệ với chủ hộ",
    "Ngày sinh", "Giới tính", "Số CCCD", "Tỉnh/Thành phố", "Quận/Huyện", "Mã huyện",
    "Xã/Phường", "Mã xã", "Thôn/Tổ dân phố", "Dân tộc", "Phân loại hộ", "Số quyết định",
    "Ngày quyết định", "B1", "B2", "DTTS", "Không có khả năng lao động", "Người có công",
    "Nguyên nhân", "Tuổi", "Số nhân khẩu",
)  # fmt: skip
CITY = "474@2004-07-08"
DECIDED = date(2022, 12, 12)
SIZES = (3, 3, 4)  # persons in turn: 130,000 households have about 433,000
LINE_BETWEEN = 30  # points of B1 at least between the lines of phường and xã
CLASSES = (("Hộ nghèo", 135, 40), ("Hộ cận nghèo", 150, 20), ("Hộ nghèo", 170, 30))


def write(path: Path, households: int, years_later: int = 0) -> int:
    """Write the list; returns how many rows (one for each person) it has.

    `years_later` gives the list of a later review of the same people: another decision, and of ten
    households three in another row of `CLASSES` and one in another tổ dân phố.
    """
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Danh sách")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, HEADINGS)
    rows = 0
    for rows, row in enumerate(_rows(households, years_later), start=1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(rows, column, value, day)
            elif value != "":
                sheet.write(rows, column, value)
    book.close()
    return rows


def _units() -> list[tuple[str, str]]:
    """Code and name of each phường and xã of the city on the day of the decision."""
    units = {one.unit.id: one.unit for one in plan(datetime.now(UTC)).units}
    lowest = Lineage(units.values()).children(CITY, DECIDED)
    return [(units[id_].code, units[id_].name_on(DECIDED)) for id_ in lowest]


def _rows(households: int, years_later: int) -> Iterator[list[object]]:
    rng = random.Random(20221212)  # noqa: S311
    serial, decided = 0, DECIDED.replace(year=DECIDED.year + years_later)
    units = _units()
    for number in range(households):
        size = SIZES[number % len(SIZES)]
        changed = years_later if number % 10 < 3 else 0
        moved = years_later if number % 10 == 3 else 0
        unit, name_of_unit = units[number * len(units) // households]
        class_, b1, b2 = CLASSES[(number + changed) % len(CLASSES)]
        if name_of_unit.startswith("Xã"):
            b1 -= LINE_BETWEEN
        for member in range(size):
            serial += 1
            name = f"{rng.choice(FAMILY)} {rng.choice(MIDDLE)} {rng.choice(GIVEN)}"
            female = rng.random() < 0.5
            born = date(rng.randrange(1940, 2000), rng.randrange(1, 13), rng.randrange(1, 29))
            # Province 046, sex and century 0 or 1 (born in the 1900s), two digits of the year.
            id_number = f"046{int(female)}{born.year % 100:02}{serial:06}"
            head = member == 0
            place = [
                "Tỉnh Thừa Thiên Huế", "Thành phố Huế", "474", name_of_unit, unit,
                f"Tổ dân phố {1 + (number + moved) % 30}",
            ] if head else [""] * 6  # fmt: skip
            yield [
                serial, f"H{number:07}" if head else "", name if head else "",
                "" if head else name, "Chủ hộ" if head else "Con", born,
                "Nữ" if female else "Nam", id_number, *place, "Kinh",
                *([class_, f"{125 + years_later}/QĐ-UBND", decided, b1, b2] if head else [""] * 5),
                "", "", "", "2" if head else "", "", size if head else "",
            ]  # fmt: skip
