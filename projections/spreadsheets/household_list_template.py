"""Makes an empty household list to fill in, with an explanation of every column."""

from xlsxwriter.worksheet import Worksheet

from domain.households.codes import CAUSES, CLASSES, RELATIONS, SEXES
from domain.imports.remarks import FIELD_NAMES
from projections.spreadsheets.workbook import Formats, new_workbook

ROWS = 5_000
"""Rows that are prepared: their cells are text or dates, and offer the values that are taken."""

COLUMNS = (
    "number", "head", "member", "relation", "birth", "sex", "id_number", "province", "district",
    "district_code", "commune", "commune_code", "village", "ethnicity", "class",
    "decision_number", "decision_date", "b1", "b2", "income", "ethnic_minority",
    "no_labour_capacity", "meritorious", "causes", "age", "size",
)  # fmt: skip
EXIT_COLUMNS = (
    "number", "head", "birth", "sex", "id_number", "commune", "commune_code", "village", "exit",
    "decision_number", "decision_date", "b1", "b2",
)  # fmt: skip
EXIT_SHEETS = ("Thoát nghèo", "Thoát cận nghèo")
"""Sheets for households that left a class; left empty they add nothing to the list."""
TEXT = ("number", "id_number", "district_code", "commune_code", "birth", "causes")
TICKED_FIELDS = ("ethnic_minority", "no_labour_capacity", "meritorious")
REQUIRED_FIELDS = ("head", "class", "decision_number", "decision_date")

EXPLANATIONS: dict[str, tuple[str, str]] = {
    "number": ("Mã của hộ trong xã, phường; để trống nếu chưa có.", "TDP5-017"),
    "head": ("Họ và tên chủ hộ, chỉ ở dòng đầu của mỗi hộ.", "Hồ Văn An"),
    "member": ("Họ và tên thành viên, mỗi người một dòng dưới dòng chủ hộ.", "Lê Thị Bình"),
    "relation": ("Quan hệ với chủ hộ; dòng chủ hộ ghi “Chủ hộ”.", "Vợ/chồng"),
    "birth": ("Ngày/tháng/năm hoặc chỉ năm.", "01/05/1980"),
    "sex": ("Nam hoặc Nữ.", "Nam"),
    "id_number": ("12 hoặc 9 chữ số, định dạng văn bản để không mất số 0; có thể để trống.",
                  "046080001234"),
    "province": ("Tên tỉnh, thành phố; có thể để trống.", "Tỉnh Thừa Thiên Huế"),
    "district": ("Tên huyện vào ngày quyết định; để trống từ 01/07/2025.", "Thành phố Huế"),
    "district_code": ("Mã huyện; có thể để trống.", "474"),
    "commune": ("Tên xã, phường vào ngày quyết định.", "Phường Hương Sơ"),
    "commune_code": ("Mã xã, phường vào ngày quyết định.", "19804"),
    "village": ("Thôn, tổ dân phố, bản, buôn, khóm, ấp.", "Tổ dân phố 5"),
    "ethnicity": ("Tên dân tộc như trong giấy tờ.", "M'Nông"),
    "class": ("Hộ nghèo, Hộ cận nghèo hoặc Hộ có mức sống trung bình.", CLASSES["poor"]),
    "exit": ("Chỉ ở trang Thoát nghèo, Thoát cận nghèo: hộ trở thành gì sau rà soát.",
             "Vượt chuẩn cận nghèo"),
    "decision_number": ("Số quyết định công nhận của Chủ tịch UBND cấp xã.", "125/QĐ-UBND"),
    "decision_date": ("Ngày của quyết định.", "12/12/2022"),
    "b1": ("Điểm B1 của Phiếu B.", "150"),
    "b2": ("Điểm B2 của Phiếu B.", "40"),
    "income": ("Đồng/người/tháng, nếu xét theo thu nhập; khi đó B1 để trống.", "1450000"),
    "ethnic_minority": ("x nếu là hộ dân tộc thiểu số.", ""),
    "no_labour_capacity": ("x ở dòng chủ hộ nếu cả hộ không có khả năng lao động; ở dòng thành "
                           "viên nếu người đó không có khả năng lao động.", ""),
    "meritorious": ("x ở dòng chủ hộ nếu hộ có người có công; ở dòng thành viên nếu là người "
                    "có công.", ""),
    "causes": ("Mã nguyên nhân, cách nhau bằng dấu chấm phẩy: "
               + "; ".join(f"{code} {text}" for code, text in CAUSES.items()) + ".", "2; 7"),
    "age": ("Tuổi, để đối chiếu với năm sinh; có thể để trống.", "42"),
    "size": ("Số nhân khẩu, để đối chiếu với số dòng; có thể để trống.", "4"),
}  # fmt: skip
"""Column to what stands in it, and an example."""


def list_template() -> bytes:
    """The workbook: a sheet for the list, one that explains it, one for each kind of exit."""
    with new_workbook() as (book, content):
        formats = Formats(book)
        _list(book.add_worksheet("Danh sách"), COLUMNS, formats)
        _explanation(book.add_worksheet("Hướng dẫn"), formats)
        for name in EXIT_SHEETS:
            _list(book.add_worksheet(name), EXIT_COLUMNS, formats)
    return content.getvalue()


def _list(page: Worksheet, columns: tuple[str, ...], formats: Formats) -> None:
    page.freeze_panes(1, 3)
    for column, field in enumerate(columns):
        form = formats.text if field in TEXT else formats.date if _is_date(field) else None
        page.set_column(column, column, 26 if field in ("head", "member") else 16, form)
    for column, field in enumerate(columns):
        page.write_string(0, column, FIELD_NAMES[field], formats.head)
        offered = _offered(field)
        if offered:
            page.data_validation(
                1, column, ROWS, column,
                {"validate": "list", "source": offered, "error_type": "warning"},
            )  # fmt: skip


def _is_date(field: str) -> bool:
    return field == "decision_date"


def _offered(field: str) -> list[str]:
    if field == "relation":
        return list(RELATIONS.values())
    if field == "sex":
        return list(SEXES.values())
    if field == "class":
        return [CLASSES[code] for code in ("poor", "near_poor", "average")]
    if field == "exit":
        return [CLASSES["near_poor"], "Vượt chuẩn cận nghèo", CLASSES["average"]]
    return ["x"] if field in TICKED_FIELDS else []


def _explanation(page: Worksheet, formats: Formats) -> None:
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 90)
    page.set_column(2, 2, 24)
    page.write_string(0, 0, "Cột", formats.head)
    page.write_string(
        0, 1, "Cách ghi (mẫu theo danh sách hộ nghèo, hộ cận nghèo sau rà soát)", formats.head
    )
    page.write_string(0, 2, "Ví dụ", formats.head)
    for row, field in enumerate((*COLUMNS, "exit"), start=1):
        text, example = EXPLANATIONS[field]
        needed = " Bắt buộc." if field in REQUIRED_FIELDS else ""
        page.write_string(row, 0, FIELD_NAMES[field], formats.bold)
        page.write_string(row, 1, text + needed, formats.wrapped)
        page.write_string(row, 2, example, formats.wrapped)
