"""Shows an official table in words: titles, headings, names of rows, notes, reasons."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from flask_babel import gettext

from domain.areas.codes import COMMUNE, COUNTRY, level_of, parse_unit
from projections.households.counts import Note
from projections.tables.lists import ListedMember
from projections.tables.table import (
    ABOVE_HUNDRED,
    ETHNICITIES_INCOMPLETE,
    LOCAL_GROUPS_UNKNOWN,
    NO_DENOMINATOR,
    NOT_KEPT_BY_VILLAGE,
    NOTHING_TO_DIVIDE,
    UNPLACED,
    Column,
    Identity,
    Row,
    Table,
)
from projections.tables.titles import TITLES
from service.access.authorization import RequestContext
from service.tables.request import Period
from service.ui import labels, navigation, render
from service.ui.i18n import in_language


def title(name: str) -> str:
    """The title of a table."""
    found = TITLES[name]
    return found.en if in_language() == "en" else found.vi


def heading(column: Column) -> str:
    """The heading of a column."""
    if in_language() == "en":
        return column.en or gettext(column.vi)
    return column.vi


def row_name(context: RequestContext, row: Row, on: date) -> str:
    """The name of a row: a unit as it is called on the last day, or a village."""
    if row.level == UNPLACED:
        return gettext("Hộ chưa xác định địa bàn sau sắp xếp")
    if row.level != "village":
        return navigation.area_name(context, row.unit, on)
    if not row.village:
        return gettext("Chưa ghi thôn")
    lineage = context.services.areas().lineage
    place = lineage.day(on).places.get(row.unit)
    if place is None or place.node == row.unit:
        return row.village
    return navigation.village_in(context, row.village, row.unit, on)


def reason(code: str) -> str:
    """Why a cell is empty."""
    return {
        NO_DENOMINATOR: gettext("Chưa có tổng số hộ dân cư"),
        ABOVE_HUNDRED: gettext("Không tính: nhiều hơn tổng số hộ dân cư đã nhập"),
        NOT_KEPT_BY_VILLAGE: gettext("Tổng số hộ dân cư không nhập theo thôn"),
        LOCAL_GROUPS_UNKNOWN: gettext("Chưa có danh mục dân tộc tại chỗ của tỉnh"),
        ETHNICITIES_INCOMPLETE: gettext("Chưa có tổng số hộ dân cư theo dân tộc"),
        NOTHING_TO_DIVIDE: gettext("Không có hộ để tính tỷ lệ"),
    }[code]


def note_text(note: Note) -> str:
    """A note for the reader of a table."""
    values = {
        name: render.format_number(value) if isinstance(value, int) else value
        for name, value in note.values.items()
    }
    if note.code == "moves_between_communes":
        return gettext(
            "Hộ chuyển giữa hai xã của cùng địa bàn được tính là số hộ khác giảm ở xã đi và số hộ"
            " khác tăng ở xã đến. Nhân khẩu thêm, bớt của hộ có trong cả hai kỳ được tính ở cột"
            " khác tăng, khác giảm."
        )
    if note.code == "groups_overlap":
        return gettext(
            "Một hộ có thể thuộc nhiều nhóm, nên cộng các nhóm không bằng tổng số. Cột khác là hộ"
            " không thuộc nhóm nào trong ba nhóm, không tính bằng phép trừ."
        )
    if note.code == "several_causes":
        return gettext(
            "Một hộ có thể có nhiều nguyên nhân, nên cộng các nguyên nhân có thể lớn hơn số hộ."
        )
    if note.code == "not_surveyed":
        return gettext("%(households)s hộ chưa có Phiếu B ghi chỉ số thiếu hụt.", **values)
    if note.code == "other_indicators":
        return gettext(
            "%(households)s lượt thiếu hụt thuộc chỉ số không có trong chuẩn của ngày cuối kỳ.",
            **values,
        )
    if note.code == "without_causes":
        return gettext("%(households)s hộ chưa ghi nguyên nhân.", **values)
    if note.code == "children_by_year":
        return gettext(
            "Trẻ em là người dưới %(age)s tuổi, tính theo năm sinh. Phiếu B ghi thiếu hụt của hộ,"
            " không ghi từng trẻ em: mỗi cột thiếu hụt là số trẻ em của các hộ thiếu hụt chỉ số đó,"
            " không phải số trẻ em tự mình thiếu hụt.",
            **values,
        )
    if note.code == "births_unknown":
        return gettext("%(persons)s thành viên chưa có năm sinh, không tính là trẻ em.", **values)
    if note.code == "ethnicity_of_head":
        return gettext("Dân tộc của hộ là dân tộc của chủ hộ.")
    if note.code == "no_data_before":
        return gettext(
            "Chưa có số liệu trước ngày %(day)s.", day=render.day(str(note.values["day"]))
        )
    if note.code == "not_in_record":
        return gettext("Chưa có trong hồ sơ")
    if note.code == "local_groups_unknown":
        return reason(LOCAL_GROUPS_UNKNOWN) + "."
    if note.code == "needs_of_head":
        return gettext("Đặc điểm, nhu cầu của hộ được đánh dấu ở dòng của chủ hộ.")
    if note.code == "headings_not_compared":
        return gettext(
            "Tên biểu và tên cột theo bộ biểu một tỉnh dùng năm 2023-2024; chưa đối chiếu với Phụ"
            " lục VII của Thông tư 07/2021/TT-BLĐTBXH."
        )
    if note.code == "headings_of_the_program":
        return gettext("Cột do hệ thống đặt tên: %(columns)s.", **values)
    return note.code


def notes(table: Table) -> list[Note]:
    """The notes of a table, and which of its headings are whose."""
    own = [heading(column) for column in table.columns if not column.seen]
    found = [*table.notes, Note("headings_not_compared")]
    if own:
        found.append(Note("headings_of_the_program", {"columns": ", ".join(own)}))
    return found


def shown(context: RequestContext, table: Table) -> dict[str, Any]:
    """A table as the API answers it."""

    def row(one: Row) -> dict[str, Any]:
        return {**msgspec.structs.asdict(one), "name": row_name(context, one, table.to)}

    return {
        "name": table.name,
        "title": title(table.name),
        "area": table.area,
        "area_name": navigation.area_name(context, table.area, table.to),
        "from_": table.from_,
        "to": table.to,
        "known_at": table.known_at,
        "seq": table.seq,
        "columns": columns(table.columns),
        "rows": [row(one) for one in table.rows],
        "totals": [row(one) for one in table.totals],
        "identities": [_identity(one) for one in table.identities],
        "balances": table.balances,
        "notes": [
            {"code": one.code, "text": note_text(one), "values": one.values} for one in notes(table)
        ],
    }


def columns(shown: Sequence[Column]) -> list[dict[str, Any]]:
    """The columns as the API answers them."""
    return [
        {
            "code": one.code,
            "heading": heading(one),
            "kind": one.kind,
            "seen": one.seen,
            "compared": False,
        }
        for one in shown
    ]


def list_head(context: RequestContext, name: str, period: Period, seq: int) -> dict[str, Any]:
    """What a list of members is, of which area and days, and what it rests on."""
    notes = (Note("headings_not_compared"), Note("local_groups_unknown"), Note("needs_of_head"))
    return {
        "name": name,
        "title": title(name),
        "area": context.area,
        "area_name": navigation.area_name(context, context.area, period.to),
        "from_": period.from_,
        "to": period.to,
        "known_at": period.known_at,
        "seq": seq,
        "notes": [{"code": one.code, "text": note_text(one), "values": {}} for one in notes],
    }


def member(context: RequestContext, one: ListedMember, on: date) -> dict[str, Any]:
    """A member of a list, with the relation in words."""
    row = Row(one.area, one.village, "village", 1, "", {}, {})
    relation = str(labels.word("RELATIONS", str(one.cells["relation"])))
    return {
        "household_id": one.household_id,
        "unit": one.area,
        "village": one.village,
        "village_name": row_name(context, row, on),
        "cells": {**one.cells, "relation": relation},
    }


def _identity(identity: Identity) -> dict[str, Any]:
    return {
        **msgspec.structs.asdict(identity),
        "households": [
            {**msgspec.structs.asdict(one), "href": f"/api/v1/households/{one.household_id}"}
            for one in identity.households
        ],
    }


def measure(code: str) -> str:
    """What a row counts."""
    return {"households": gettext("Hộ"), "persons": gettext("Nhân khẩu"), "": ""}[code]


def is_commune(unit: str) -> bool:
    """Whether a unit is a commune, whose villages are rows of its tables."""
    return unit != COUNTRY and level_of(parse_unit(unit)[0]) == COMMUNE


def area_key(unit: str) -> str:
    """The area of a table in an address."""
    return unit if unit != COUNTRY else "country"
