"""Makes the empty sheet of a score card of B1, ready to be filled in."""

from domain.standards.score_card_sheet import COLUMNS, LABELS
from projections.spreadsheets.workbook import Formats, new_workbook

EXPLAINED = {
    "version": "Chữ không dấu, chữ số, dấu chấm, dấu gạch; mỗi lần sửa là một phiên bản khác",
    "standard": "Mã chuẩn, ví dụ 2022-2026",
    "area_type": "Nông thôn hoặc Thành thị",
    "region": "Tên vùng áp dụng theo văn bản",
    "areas": "Hai chữ số; nhiều mã cách nhau bằng dấu chấm phẩy; để trống: cả nước",
    "source": "Văn bản ban hành bảng điểm",
    "source_en": "Có thể để trống",
}
_WIDTHS = {"item_text": 40, "item_text_en": 30, "answer_text": 40, "answer_text_en": 30}


def score_card_template() -> bytes:
    """The workbook: labels above, the header below them, no rows."""
    with new_workbook() as (book, content):
        formats = Formats(book)
        page = book.add_worksheet("Bảng điểm")
        for column, name in enumerate(COLUMNS):
            page.set_column(column, column, _WIDTHS.get(name, 18), formats.text)
        for row, (name, label) in enumerate(LABELS.items()):
            page.write_string(row, 0, label, formats.bold)
            page.write_string(row, 2, EXPLAINED[name], formats.wrapped)
        header = len(LABELS) + 1
        for column, heading in enumerate(COLUMNS.values()):
            page.write_string(header, column, heading, formats.head)
        page.freeze_panes(header + 1, 0)
    return content.getvalue()
