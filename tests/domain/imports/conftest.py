"""Fixtures with a few real units of Huế of 2022, and a list parsed for them."""

import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from domain.areas.directory import AreaDirectory
from domain.areas.unit import Unit
from domain.imports.area_lookup import AreaLookup
from domain.imports.list_checks import CheckedList, check_list
from domain.imports.xlsx.archive import Limits
from domain.imports.xlsx.workbook import open_workbook
from tests.lists import workbook

SINCE = date(2004, 7, 8)
TODAY = date(2022, 12, 15)
HUONG_SO, PHU_SON = "19804@2004-07-08", "19807@2004-07-08"


def unit(code: str, name: str, kind: str, level: str, parent: str, area_type: str = "") -> Unit:
    return Unit(
        id=f"{code}@2004-07-08",
        code=code,
        level=level,
        valid_from=SINCE,
        certain=True,
        source="tests",
        names=((SINCE, name),),
        kinds=((SINCE, kind),),
        area_types=((SINCE, area_type),) if area_type else (),
        parents=((SINCE, parent),),
    )


UNITS = (
    unit("46", "Tỉnh Thừa Thiên Huế", "tỉnh", "province", ""),
    unit("474", "Thành phố Huế", "thành phố", "district", "46@2004-07-08"),
    unit("479", "Thị xã Hương Thủy", "thị xã", "district", "46@2004-07-08"),
    unit("52", "Tỉnh Bình Định", "tỉnh", "province", ""),
    unit("542", "Thị xã Hương Thủy", "thị xã", "district", "52@2004-07-08"),
    unit("19804", "Phường Hương Sơ", "phường", "commune", "474@2004-07-08", "urban"),
    unit("19807", "Xã Phú Sơn", "xã", "commune", "479@2004-07-08", "rural"),
    unit("19810", "Phường Thuận Lộc", "phường", "commune", "474@2004-07-08", "urban"),
)


@pytest.fixture
def places() -> Callable[[str], AreaLookup]:
    """AreaLookup within an area, by its code."""
    directory = AreaDirectory(UNITS)
    return lambda area: AreaLookup(directory, area)


@pytest.fixture
def reviewed(places: Callable[[str], AreaLookup]) -> Callable[..., CheckedList]:
    """Reads a list of households; `area`, `effective_on`, `sheet` and `content` can be given."""

    def read(
        *households: Sequence[Sequence[object]],
        area: str = "46",
        content: bytes = b"",
        today: date = TODAY,
        rows: int = 1_000,
        **other: Any,
    ) -> CheckedList:
        book = open_workbook(io.BytesIO(content or workbook(*households)), Limits(rows=rows))
        return check_list(book, places(area), today=today, **other)

    return read
