"""The two decisions of a round as papers: which is which, and whom each of them names."""

from typing import Any

import pytest

from tests.service.conftest import HUONG_SO, Office
from tests.service.papers.reading import text
from tests.service.reviews.commune import ABOVE, NEAR_POOR, VILLAGES, Commune

SIGNED = "2023-11-02"
RECOGNITION, EXIT = "91/QĐ-UBND", "92/QĐ-UBND"


def taken(answer: Any) -> Any:
    assert answer.status_code == 201, answer.json
    return answer.json


@pytest.fixture(scope="module")
def signed(office: Office) -> Commune:
    """A monthly round in which one poor household becomes near-poor and another leaves the list."""
    commune = Commune(office)
    for at in range(24):
        commune.poor_household(at)
    commune.households = commune.households[:2]
    taken(commune.open(track="on_demand", month=10, effective_on="2023-10-16"))
    for one in commune.households:
        taken(commune.step("requests", "2023-10-16", household_id=one, kind="exit"))
    taken(commune.step("listings", "2023-10-16", source="request", households=commune.households))
    for at, scores in enumerate((NEAR_POOR, ABOVE)):
        commune.survey(commune.households[at], "2023-10-17", **scores)
        taken(commune.meet(VILLAGES[at], "2023-10-18", commune.households[at]))
    places = ["village_house", "commune_office"]
    taken(commune.step("postings", "2023-10-19", places=places))
    taken(commune.step("notices", "2023-10-25"))
    for kind, number, day in (("recognition", RECOGNITION, SIGNED), ("exit", EXIT, "2023-11-06")):
        read = commune.read(f"/decisions?kind={kind}&on={day}")
        paper = {"number": number, "signed_on": day, "signer": "Trần Văn Ký"}
        taken(
            commune.step(
                "decisions", day, "chairman", kind=kind, digest=read["digest"], document=paper
            )
        )
    return commune


def listed(office: Office, number: str) -> Any:
    items = office.request("auditor", "GET", f"/api/v1/decisions?area={HUONG_SO}").json["items"]
    (one,) = (one for one in items if one["number"] == number)
    return one


def said(office: Office, number: str) -> str:
    answer = office.request("auditor", "GET", listed(office, number)["pdf"])
    assert answer.status_code == 200
    return text(answer.data)


def test_a_recognition_of_none_but_new_near_poor_households_is_no_exit_decision(
    signed: Commune,
) -> None:
    paper = said(signed.office, RECOGNITION)
    assert "công nhận danh sách hộ nghèo, hộ cận nghèo năm 2023" in paper
    assert "hộ thoát nghèo" not in paper
    code = listed(signed.office, RECOGNITION)["check_code"]
    page = signed.office.app.test_client().get(f"/kiem-tra/{code}").text
    assert "Quyết định công nhận hộ nghèo, hộ cận nghèo" in page


def test_an_exit_decision_names_who_became_near_poor_too(signed: Commune) -> None:
    paper = said(signed.office, EXIT)
    assert "công nhận danh sách hộ thoát nghèo, hộ thoát cận nghèo năm 2023" in paper
    assert "Hộ thoát nghèo: 2 hộ" in paper
    for household in signed.households:
        shown = signed.office.request("auditor", "GET", f"/api/v1/households/{household}").json
        assert shown["members"][0]["name"] in paper


def test_a_decision_on_farm_households_is_named_after_them(office: Office, signed: Commune) -> None:
    """Neither its paper, nor the posting, nor the public check says that they are poor."""
    commune, day = Commune(office), "2023-11-{}".format
    household = office.household(village=VILLAGES[0], effective_on="2022-06-01")["household_id"]
    taken(commune.open(track="average", month=11, effective_on=day(15)))
    taken(commune.step("requests", day(15), household_id=household))
    taken(commune.step("listings", day(15), source="request", households=[household]))
    commune.survey(household, day(16), income=2_500_000, deprived=[])
    result = {"household_id": household, "survey_id": commune.surveys[household]}
    taken(commune.step("results", day(17), results=[result]))
    posted = taken(commune.step("postings", day(17), places=["commune_office"]))
    posting = office.request(
        "case_worker", "GET", f"{commune.path}/postings/{posted['created']}.pdf"
    )
    assert "Kết quả xác định hộ có mức sống trung bình năm 2023" in text(posting.data)
    read = commune.read(f"/decisions?kind=recognition&on={day(28)}")
    paper = {"number": "93/QĐ-UBND", "signed_on": day(28), "signer": "Trần Văn Ký"}
    taken(
        commune.step(
            "decisions", day(28), "chairman", kind="recognition", digest=read["digest"],
            document=paper,
        )
    )  # fmt: skip
    words = said(office, "93/QĐ-UBND")
    assert "có mức sống trung bình năm 2023" in words
    assert "hộ nghèo, hộ cận nghèo" not in words.split("QUYẾT ĐỊNH:")[1]
    code = listed(office, "93/QĐ-UBND")["check_code"]
    page = office.app.test_client().get(f"/kiem-tra/{code}").text
    assert "Quyết định công nhận hộ có mức sống trung bình" in page
