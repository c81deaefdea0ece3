"""What a reader of an area's figures must know, in sentences."""

from flask_babel import gettext

from projections.households.counts import Note
from service.areas.figures import OverviewFigures
from service.ui import labels, render


def notes(figures: OverviewFigures) -> list[str]:
    """The notes of counts and denominators, each once, in the reader's language."""
    sentences = [_sentence(note) for note in (*figures.counts.notes, *figures.population.notes)]
    return list(dict.fromkeys(one for one in sentences if one))


def movement_notes(figures: OverviewFigures) -> list[str]:
    """The notes of movements, in the reader's language."""
    return [text for text in map(_sentence, figures.movement_notes) if text]


def _sentence(note: Note) -> str:
    values = {
        name: render.format_number(value) if isinstance(value, int) else value
        for name, value in note.values.items()
    }
    if "class" in note.values:
        name = str(labels.CLASSES[str(note.values["class"])])
        values["class"] = name[:1].lower() + name[1:]
    if "day" in note.values:
        values["day"] = render.day(str(note.values["day"]))
    if "of" in note.values:
        whom = {"households": gettext("hộ"), "persons": gettext("nhân khẩu")}
        values["of"] = whom[str(note.values["of"])]
    text = _text(note.code)
    return text % values if text else ""


def _text(code: str) -> str:
    return {
        "starts_later": gettext(
            "%(units)s đơn vị trực thuộc có số liệu sau ngày %(day)s: hộ của đơn vị này được "
            "tính là phát sinh mới hoặc số hộ khác tăng."
        ),
        "no_denominator": gettext(
            "Chưa nhập tổng số hộ dân cư nên chưa tính được tỷ lệ; đề nghị cấp tỉnh nhập số liệu."
        ),
        "rate_base": gettext(
            "Tỷ lệ %(class)s được tính trên %(households)s hộ, theo tổng số hộ mà cơ quan công "
            "bố sử dụng."
        ),
        "rate_above_hundred": gettext(
            "Số hộ có phân loại %(class)s lớn hơn tổng số hộ dân cư đã nhập. Hãy kiểm tra tổng số "
            "hộ dân cư."
        ),
        "to_be_placed": gettext(
            "%(households)s hộ chưa xác định địa bàn sau sắp xếp: thuộc đơn vị cũ đã được chia."
        ),
        "denominator_declared_on": gettext("Tổng số hộ dân cư là số nhập cho ngày %(day)s."),
        "denominator_from_below": gettext(
            "Tổng số hộ dân cư là tổng của %(units)s đơn vị trực thuộc."
        ),
        "denominator_missing_below": gettext(
            "%(missing)s trong %(units)s đơn vị trực thuộc chưa nhập tổng số hộ dân cư."
        ),
        "denominator_differs": gettext(
            "Số %(of)s đã nhập (%(declared)s) khác tổng các đơn vị trực thuộc (%(below)s)."
        ),
    }.get(code, "")
