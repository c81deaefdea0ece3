"""Every text of the pages comes from the catalogue, and reads well in both languages."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from service.ui.i18n import catalogue_of
from tests.service.conftest import HUONG_SO, Office
from tests.service.households.poor_household import poor
from tests.service.persons import Person

SERVICE = Path(__file__).parents[3] / "service"
PO = SERVICE / "translations" / "en" / "LC_MESSAGES" / "messages.po"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = ("_", "_l", "gettext", "ngettext")
VIETNAMESE = re.compile(
    "[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE
)
LETTER = re.compile(r"[^\W\d_]{2,}")
TAGS = re.compile(r"<[^>]*>|&\w+;", re.S)
ATTRIBUTES = re.compile(r'[\w-]+="[^"]*"?')  # of macros that write a part of a tag
# The name of the product, and what looks the same in every language.
NOT_TRANSLATED = {"Sổ", "Cái", "doctype", "html"}


def extracted() -> set[str]:
    """The texts that templates and pages ask the catalogue for."""
    found = extract_from_dir(
        str(SERVICE),
        METHODS,
        options_map={"templates/**.html": {"trimmed": "true"}},
        keywords=dict.fromkeys(KEYWORDS),
    )
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def english() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file)


def test_every_text_has_an_english_one_and_nothing_else_is_kept() -> None:
    catalogue = english()
    known = {message.id for message in catalogue if message.id}
    assert known == extracted()
    assert [m.id for m in catalogue if m.id and (not m.string or m.fuzzy)] == []


def test_an_english_text_is_english_and_has_the_same_places() -> None:
    for message in english():
        if not message.id:
            continue
        places = set(re.findall(r"%\((\w+)\)s", str(message.id)))
        assert places == set(re.findall(r"%\((\w+)\)s", str(message.string))), message.id
        plain = re.sub(r"Sổ Cái|Hương Sơ|/QĐ-TTg|/NĐ-CP", "", str(message.string))
        assert not VIETNAMESE.search(plain), message.string


def test_the_pages_speak_from_the_texts_themselves() -> None:
    catalogue = catalogue_of("en")
    for message in english():
        if message.id:
            assert catalogue.ugettext(message.id) == message.string


@pytest.mark.parametrize(
    "template", sorted((SERVICE / "templates").rglob("*.html")), ids=lambda path: path.name
)
def test_no_template_holds_words_of_its_own(template: Path) -> None:
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(template.read_text("utf-8"))
    # Expressions stand between pieces of markup: their places are kept so that tags stay whole.
    markup = "".join(
        node.data if isinstance(node, nodes.TemplateData) else "0"
        for output in tree.find_all(nodes.Output)
        for node in output.nodes
    )
    words = set(LETTER.findall(ATTRIBUTES.sub(" ", TAGS.sub(" ", markup)))) - NOT_TRANSLATED
    assert words <= {"value"}, words


def of_pages() -> list[Path]:
    """The modules that make pages: those that build on `service.ui`, and its own."""
    return [
        path
        for path in sorted(SERVICE.rglob("*.py"))
        if "service.ui" in path.read_text("utf-8") or path.parent.name == "ui"
    ]


@pytest.mark.parametrize("module", of_pages(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_page_holds_vietnamese_words_outside_the_catalogue(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    asked = {
        id(constant)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in KEYWORDS
        for constant in ast.walk(call)
    }
    docs = {
        id(body.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        for body in node.body[:1]
        if isinstance(body, ast.Expr)
    }
    examples = {  # what the document of the API says of a body
        id(constant)
        for keyword in ast.walk(tree)
        if isinstance(keyword, ast.keyword) and keyword.arg in ("example", "metadata", "about")
        for constant in ast.walk(keyword)
    }
    loose = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in asked | docs | examples
        and VIETNAMESE.search(node.value)
        and node.value not in ("Tiếng Việt",)
    ]
    assert loose == []


@pytest.mark.parametrize("role", ["case_worker", "administrator", "inspector", "chairman"])
def test_whoever_reads_english_meets_vietnamese_only_in_names(
    with_passwords: Office, person: Any, role: str
) -> None:
    someone: Person = person(role)
    someone.send("/tro-giup", "/ngon-ngu", language="en", next="/tro-giup")
    household = poor(with_passwords)
    pages = {
        "case_worker": (f"/dia-ban/{HUONG_SO}", "/ho", f"/ho/{household}", "/nhap-danh-sach",
                        f"/ho/{household}/ghi/khao-sat", f"/ho/{household}/ghi/sua", "/ho/moi"),
        "administrator": ("/van-hanh", "/tai-khoan", "/tai-khoan/auditor", "/tai-khoan/cua-toi"),
        "inspector": ("/nhat-ky-doc", "/mo-dia-ban", "/mo-dia-ban/da-mo",
                      "/quyet-dinh-lai", "/tro-giup", f"/ho/{household}/so-sanh", "/khong-co"),
        "chairman": (f"/ho/{household}/ghi/quyet-dinh", "/van-hanh"),
    }  # fmt: skip
    for path in pages[role]:
        assert vietnamese_left(someone.get(path).text) == [], path


NAMES = re.compile(
    r"Sổ Cái|Tiếng Việt|(?:Phường|Thành phố|Tỉnh|Xã) [^<,.;()]*|Hồ Thị Bưởi|Hồ Văn Cam"
    r"|Tổ dân phố \d+|[\d/]*QĐ-UBND|QĐ-TTg|NĐ-CP|TT-BLĐTBXH|Chủ tịch|Hương Sơ|Kinh|Đồng"
)


def vietnamese_left(page: str) -> list[str]:
    """Visible texts with Vietnamese letters, names and numbers of papers apart."""
    body = re.sub(r"<(\w+)[^>]*translate=\"no\"[^>]*>.*?</\1>", " ", page, flags=re.S)
    texts = re.findall(r">([^<>]+)<", body)
    texts += re.findall(r'(?:placeholder|aria-label|alt)="([^"]+)"', body)
    return [text.strip() for text in texts if VIETNAMESE.search(NAMES.sub("", text))]
