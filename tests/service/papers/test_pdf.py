"""Papers are printed from plain data: complete letters, the same bytes, and no name as markup."""

import io
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from service.papers import pdf
from service.papers.contents import Certificates
from tests.service.papers import samples
from tests.service.papers.reading import pages, text

VOWELS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES]
MARKUP = ('#include "x"', "*a*", "$ x $", "_b_", "@c", "<d>", "// e", "/* f */", "\\g", "`h`")


def printed(*names: str, head: str = "Trần Văn Hữu") -> bytes:
    return pdf.printed("certificate", samples.certificates(*names, head=head), day=samples.DAY)


def test_every_vietnamese_letter_is_printed() -> None:
    words = [" ".join(LETTERS[at : at + 12]) for at in range(0, len(LETTERS), 12)]
    found = text(printed(*words, "Đặng Đình đ"))
    assert not [letter for letter in LETTERS if letter not in found]
    assert "Đặng Đình đ" in found


def test_every_letter_comes_from_the_one_embedded_family() -> None:
    reader = PdfReader(io.BytesIO(printed(" ".join(LETTERS[:40]))))
    fonts = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    names = {font.get_object()["/BaseFont"].split("+")[-1] for font in fonts.values()}
    assert {name.split("-")[0] for name in names} == {"LibertinusSerif"}


def test_what_looks_like_markup_is_printed_as_it_is_written() -> None:
    found = text(printed(*MARKUP, head='"#panic("x")" *Hữu*'))
    assert not [one for one in MARKUP if one not in found]
    assert '"#panic("x")" *Hữu*' in found


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cn", "Co")), min_size=1, max_size=40))
def test_any_name_can_be_printed(name: str) -> None:
    assert len(pages(printed(name, head=name))) >= 1


def test_the_same_data_give_the_same_bytes() -> None:
    assert printed("Lê Thị Ngạn") == printed("Lê Thị Ngạn")
    assert printed("Lê Thị Ngạn") != printed("Lê Thị Ngạt")


def test_the_file_is_dated_on_the_day_of_the_document() -> None:
    about = PdfReader(io.BytesIO(printed())).metadata
    assert about is not None
    assert about.creation_date is not None
    assert about.creation_date.date() == samples.DAY


def test_a_template_that_is_missing_prints_nothing_and_names_no_person() -> None:
    with pytest.raises(pdf.PaperNotPrinted) as failed:
        pdf.printed("absent", samples.certificates(), day=date(2026, 1, 1))
    assert "Hữu" not in f"{failed.value!r} {failed.value.__cause__!r}"


def test_many_papers_are_joined_in_their_order() -> None:
    one = samples.certificate()
    parts = [
        Certificates(certificates=[replace(one, head=f"Hộ số {at}") for at in (part, part + 1)])
        for part in (1, 3)
    ]
    found = pages(pdf.joined("certificate", parts, day=samples.DAY))
    assert [f"Hộ số {at}" in page for at, page in enumerate(found, 1)] == [True] * 4


def test_the_code_on_a_certificate_stands_beside_its_address() -> None:
    assert samples.ADDRESS in text(printed()).replace(" ", "")
    assert pdf.check_code(samples.ADDRESS) == pdf.check_code(samples.ADDRESS)


def test_a_paper_is_archival_unless_a_character_has_no_glyph() -> None:
    def conforms(document: bytes) -> bool:
        return b"<pdfaid:part>2</pdfaid:part>" in document

    assert conforms(printed("Nguyễn Thị Ẩn"))
    assert not conforms(printed("\u4e00"))
