"""Every page and every sheet writes a day as dd/mm/yyyy, in both languages."""

import io
import re
import zipfile
from pathlib import Path

import pytest

from domain.imports.remarks import TEXTS
from projections.spreadsheets.household_list_template import list_template
from service.capabilities import problem_table
from tests.service.conftest import HUONG_SO, Office
from tests.service.ui.test_every_page_in_chromium import READ, visitor_of
from tests.service.ui.visits import Visits

SERVICE = Path(__file__).parents[3] / "service"
# Years that come first, days or months of one digit, and years of two digits.
OTHER_FORM = re.compile(
    r"(?<![\w-])(?:[12]\d{3}-\d{2}-\d{2}"
    r"|\d/\d{1,2}/\d{4}|\d{1,2}/\d/\d{4}|\d{1,2}/\d{1,2}/\d{2}(?!\d)"
    r"|\d{1,2}[-.]\d{1,2}[-.]\d{4})(?![\w-])"
)
DAY = re.compile(r"\b\d{2}/\d{2}/\d{4}\b")
# The help names other forms that a typed day may have.
OTHER_FORMS_OF_TYPING = ("31-12-2022",)


def days_otherwise(text: str) -> list[str]:
    return [found for found in OTHER_FORM.findall(text) if found not in OTHER_FORMS_OF_TYPING]


def visible(page: str) -> str:
    """What a person reads or hears of a page: text, and labels of inputs and pictures."""
    # An address of the API is written as it is sent.
    body = re.sub(r"<(script|style|code)\b.*?</\1>", " ", page, flags=re.S)
    labels = re.findall(r'\b(?:placeholder|aria-label|alt|title)="([^"]*)"', body)
    # What stands in an input is read as well, but not what a form carries unseen.
    seen = re.sub(r'<input type="(?:hidden|radio|checkbox)"[^>]*>', " ", body)
    values = re.findall(r'<input\b[^>]*\bvalue="([^"]*)"', seen)
    return "\n".join([re.sub(r"<[^>]*>", " ", body), *labels, *values])


def strings(sheet: bytes) -> str:
    """All texts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(sheet)) as book:
        parts = [name for name in book.namelist() if name.startswith("xl/")]
        texts = [
            text
            for name in parts
            for text in re.findall(r"<t[^>]*>([^<]*)</t>", book.read(name).decode("utf-8"))
        ]
    return "\n".join(texts)


def formats(sheet: bytes) -> set[str]:
    """The formats of days that a workbook uses."""
    with zipfile.ZipFile(io.BytesIO(sheet)) as book:
        found = re.findall(r'formatCode="([^"]*y[^"]*)"', book.read("xl/styles.xml").decode())
    return set(found)


@pytest.mark.parametrize(
    "text", ["2022-12-31", "1/1/2022", "31/1/2022", "31.12.2022", "31/12/22", "tới 2022-12-31."]
)
def test_another_form_of_a_day_is_seen(text: str) -> None:
    assert days_otherwise(text)
    assert not days_otherwise(
        "31/12/2022, 12/2022, 12/QĐ-UBND, 59/2015/QĐ-TTg, 14:05 ngày 01/02/2023"
    )


@pytest.fixture(scope="module")
def visits(with_passwords: Office) -> Visits:
    return Visits(with_passwords)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_writes_days_in_one_form(visits: Visits, language: str) -> None:
    wrong, days, seen = [], 0, 0
    for page in READ:
        someone, _ = visits.person(visitor_of(page))
        someone.client.set_cookie("language", language)
        answer = someone.get(visits.asked(page)[1])
        if answer.status_code == 303:
            continue
        seen += 1
        text = visible(answer.text)
        days += len(DAY.findall(text))
        wrong += [(page, found) for found in days_otherwise(text)]
    assert wrong == []
    assert seen > 35
    assert days > 100


def test_every_sheet_writes_days_in_one_form(visits: Visits) -> None:
    reader, _ = visits.person("case_worker")
    sheets = {
        "list": reader.send("/ho", "/ho", take="excel", area=HUONG_SO).data,
        "overview": reader.get(f"/dia-ban/{HUONG_SO}?take=excel").data,
        "template": list_template(),
    }
    for name, sheet in sheets.items():
        text = strings(sheet)
        assert days_otherwise(text) == [], name
        assert formats(sheet) <= {"dd/mm/yyyy"}, name
        assert DAY.search(text) or formats(sheet), name


def test_no_text_shows_a_day_in_another_form() -> None:
    table = problem_table()
    said = [text for row in TEXTS.values() for text in (row["vi"], row["en"])]
    said += [text for row in table.problems.values() for text in (row.vi, row.en)]
    said += [text for row in table.fields.values() for text in row.values()]
    assert len(said) > 400
    assert [text for text in said if days_otherwise(text)] == []
