"""One rule for names at every command: what is a name, and why a text is none."""

import csv
import unicodedata
from dataclasses import replace
from datetime import date
from importlib import resources

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from domain.commands.command import Document
from domain.errors import Refusal
from domain.households import person as person_module
from domain.households.corrections import HouseholdCorrection, MemberCorrection
from domain.households.errors import IdentityNumberMalformed, NameHasSigns, NameRefused, TextMissing
from domain.households.identity import id_number
from domain.households.old_encodings import encoding_of
from domain.households.person import NewMember
from domain.households.person_name import person_name, signer, village
from tests.given import Life
from tests.histories import AN, FAMILY, REGISTERED, family

NAMES = [
    "Nguyễn Thị Bưởi", "Hồ Văn Ầm", "Tôn Nữ Thị Ý", "H'Ơn Niê Kdăm", "Y Thĭm Byă", "Ksor Rŭn",
    "Y Ƀlŏ Ñiê", "ê\u0306 Bă", "Trần Thu-Hà", "Lò Thị Ú", "O", "NGUYỄN VĂN Á", "K'Tuấn",
]  # fmt: skip
OF_MANY_PEOPLES = [
    "Ñiê Kđăm", "Y Ñia", "H'Lôa Niê", "Y Lôa", "Y Hă", "Bă", "Kpă Hŭ", "Rơ Châm Hêi", "Siu Blê",
    "Rahlan Pôl", "Zơrâm Nhất", "Pơloong Thị Đào", "Alăng Bhuốch", "Giàng A Páo", "Sùng Thị Mỷ",
    "Chẻo Sử Mẩy", "Thạch Sa Rây", "Đạo Thanh Thị Ngọc", "Quảng Đại Cáo", "Vương Kiến Phát",
    "Loïc Martin", "Anaïs Lefèvre", "Raphaël Noël", "François Dupont", "Benoît", "Hélène",
    "Hans Müller", "Jürgen Weiß", "Jörg Schröder", "Nguyễn Hans Müller", "Trần Noël", "Lê Anaïs",
    "Seán Murphy", "João Conceição", "Núñez Peña", "Søren Kierkegård", "Håkan Öberg", "Łukasz",
    "MÜLLER", "BENOÎT LEFÈVRE",
]  # fmt: skip
NOT_NAMES = {
    "Hồ Văn 2": "name_has_signs",
    "Hồ Văn An.": "name_has_signs",
    "Hồ Văn An (Tí)": "name_has_signs",
    "=HYPERLINK(1)": "name_has_signs",
    "Hồ_An": "name_has_signs",
    "Hồ Văn 😀": "name_has_signs",
    "a\u0301\u0301\u0301\u0301": "name_has_signs",
    "Hồ\u200bVăn": "name_has_hidden_signs",
    "Hồ \u202eVăn": "name_has_hidden_signs",
    "NguyÔn V¨n Phóc": "name_in_old_encoding",
    "§inh ThÞ H\u00ad¬ng": "name_in_old_encoding",
    "Lª V¨n": "name_in_old_encoding",
    "Nguyeãn Vaên Phöôùc": "name_in_old_encoding",
    "Traàn Thò Höông": "name_in_old_encoding",
    "Nguyá»…n VÄƒn An": "name_in_old_encoding",
    "LÃª VÄƒn TÃ¡m": "name_in_old_encoding",
    "Nguy?n V?n Bình": "name_in_old_encoding",
    "Nguy\ufffdn Bình": "name_in_old_encoding",
    "Hồ Văn \u0410н": "name_in_other_alphabet",
    "阮文安": "name_in_other_alphabet",
    "-An": "name_without_letters",
    "'": "name_without_letters",
    "Hồ\x07": "text_unreadable",
    " \t ": "text_missing",
    "x" * 201: "text_too_long",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_as_people_have_them_are_kept(name: str) -> None:
    assert person_name("name", name) == name
    assert person_name("name", unicodedata.normalize("NFD", name)) == name


@pytest.mark.parametrize(("written", "code"), NOT_NAMES.items())
def test_what_is_no_name_is_refused_for_its_own_reason(written: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        person_name("name", written)
    assert refused.value.code == code
    assert refused.value.values["field"] == "name"
    assert written not in map(str, refused.value.values.values()), "the name itself is not shown"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("NguyÔn V¨n", "TCVN3 (ABC)"),
        ("Th«n §«ng", "TCVN3 (ABC)"),
        ("Nguyễn V¨n Phúc", "TCVN3 (ABC)"),
        ("Bïi Kim Dòng", "TCVN3 (ABC)"),
        ("Huúnh", "TCVN3 (ABC)"),
        ("Y Ml« Niª", "TCVN3 (ABC)"),
        ("§¾k L¾k", "TCVN3 (ABC)"),
        ("V¡N", "TCVN3 (ABC)"),
        ("Nguyeãn Vaên", "VNI"),
        ("Thoân Ñoâng", "VNI"),
        ("Trònh", "VNI"),
        ("Ñaék Laék", "VNI"),
        ("H'Loan Nieâ", "VNI"),
        ("Traàn Vaên Kpaù", "VNI"),
        ("Tr¥n Ng÷c Ánh", "VISCII"),
        ("TrÀn Ng†c Ánh", "VPS"),
        ("Nguyá»…n VÄƒn", "UTF-8 (cp1252)"),
        ("Thá»‹", "UTF-8 (cp1252)"),
        ("H'Lan Thá»‹", "UTF-8 (cp1252)"),
        ("HoÃ\xa0ng", "UTF-8 (cp1252)"),
        ("Pháº¡m Ă\x9d", "UTF-8 (cp1258)"),
        ("Nguy?n", "?"),
        ("Lê V?", "?"),
        ("Nguy\ufffdn", "?"),
    ],
)
def test_the_encoding_it_looks_like_is_said(text: str, encoding: str) -> None:
    assert encoding_of(text) == encoding
    assert encoding_of(unicodedata.normalize("NFD", text)) == encoding


@pytest.mark.parametrize("name", OF_MANY_PEOPLES)
def test_names_of_other_peoples_are_in_no_old_encoding(name: str) -> None:
    assert encoding_of(name) == ""
    assert encoding_of(unicodedata.normalize("NFD", name)) == ""
    assert person_name("name", name) == name


@pytest.mark.parametrize("text", ["Thôn «Đông»", "Tổ 5 · Phường 3", "12½ Lê Lợi", "Khối 3 (cũ)"])
def test_signs_beside_words_are_no_old_encoding(text: str) -> None:
    assert village("village", text) == text


def test_no_name_of_a_unit_looks_like_an_old_encoding() -> None:
    found = []
    for file in resources.files("domain.areas").joinpath("data").iterdir():
        if file.name.endswith(".csv"):
            for row in csv.reader(file.read_text("utf-8").splitlines()):
                found += [cell for cell in row if encoding_of(cell)]
    assert found == []


@pytest.mark.parametrize("letter", ["Đ", "\u00d0", "\u0189"])
def test_three_letters_that_look_alike_are_one(letter: str) -> None:
    small = {"Đ": "đ", "\u00d0": "\u00f0", "\u0189": "\u0256"}[letter]
    assert person_name("name", f"{letter}inh Thị Ba") == "Đinh Thị Ba"
    assert village("village", f"Thôn {small}ông") == "Thôn đông"


@pytest.mark.parametrize("apostrophe", ["\u2019", "\u2018", "\u02bc", "\u00b4", "`", "'"])
def test_apostrophes_and_hyphens_are_those_of_a_keyboard(apostrophe: str) -> None:
    assert person_name("name", f"H{apostrophe}Lươn Thu\u2013Hà") == "H'Lươn Thu-Hà"


@hypothesis_given(st.text(max_size=30))
def test_what_is_taken_once_is_taken_again_as_it_is(written: str) -> None:
    try:
        name = person_name("name", written)
    except Refusal:
        return
    assert person_name("name", name) == name
    assert name[0].isalpha()
    assert not any(unicodedata.category(sign)[0] in "NSC" for sign in name)


def test_a_signer_may_be_an_office_and_no_picture() -> None:
    assert signer("document.signer", "TM. UBND phường 5, Chủ tịch") == "TM. UBND phường 5, Chủ tịch"
    assert signer("document.signer", " ") == ""
    for wrong in ("😀", "Chñ tÞch UBND x·", "<b>An</b>", "..."):
        with pytest.raises(NameRefused):
            signer("document.signer", wrong)


def test_a_village_has_letters_or_digits() -> None:
    assert village("village", " Tổ  dân phố 5 ") == "Tổ dân phố 5"
    assert village("village", "3") == "3"
    for wrong in ("-", "Th«n §«ng"):
        with pytest.raises(NameRefused):
            village("village", wrong)
    with pytest.raises(TextMissing):
        village("village", " ")


WRONG = "Hồ Văn 2"


def test_every_command_that_takes_a_name_asks_the_rule(given, life: Life) -> None:
    odd = replace(FAMILY, members=(AN, NewMember(name=WRONG, relation="child")))
    given().when(lambda life: life.register(REGISTERED, odd)).then(
        NameHasSigns, field="name", member=1
    )
    family(life)
    paper = Document("1/QĐ", date(2022, 12, 1), "Chñ tÞch")
    for command, said in (
        ("join_member", {"member": NewMember(name=WRONG, relation="child"), "reason": "moved_in"}),
        ("correct_member", {"person_id": life["an"], "correction": MemberCorrection(name=WRONG),
                            "reason": "error"}),
        ("correct_household", {"correction": HouseholdCorrection(village="Th«n §«ng"),
                               "reason": "error"}),
        ("move", {"area": FAMILY.area, "village": "-", "address": None, "number": None}),
        ("agree_plan", {"goal": "a", "steps": ["b"], "responsible": "Chñ tÞch"}),
        ("change_head", {"head": life["bình"], "reason": "agreement", "document": paper}),
    ):  # fmt: skip
        with pytest.raises(NameRefused):
            life.do(command, "2023-01-10", **said)


def test_a_name_recorded_before_the_rule_stays_and_other_things_can_be_corrected(
    life: Life, keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(person_module, "person_name", lambda field, name: name)
        life.register(REGISTERED, replace(FAMILY, members=(replace(AN, name="Hồ 2 An"),)))
    correction = MemberCorrection(phone="0905 000 009")
    life.do("correct_member", "2022-12-01", person_id=life["an"], correction=correction,
            reason="changed")  # fmt: skip
    kept = keyring.reveal(life.now().members[life["an"]].private)
    assert kept["name"] == "Hồ 2 An"
    assert kept["phone"] == "0905 000 009"


@pytest.mark.parametrize(
    "written", ["46061001239.0", "046061001239.0", "191123456.00", "4606100123.90", "04-6061001239"]
)
def test_a_decimal_part_is_never_glued_to_an_identity_number(written: str) -> None:
    with pytest.raises(IdentityNumberMalformed):
        id_number(written)


def test_groups_of_digits_may_be_parted() -> None:
    assert id_number("046.061.001.239") == id_number("046 061 001239") == "046061001239"
