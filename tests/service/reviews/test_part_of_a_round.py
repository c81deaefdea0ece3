"""A part of a monthly round is read with its digest and signed, while other households wait."""

from typing import Any

import pytest

from tests.service.conftest import Office
from tests.service.reviews.commune import ABOVE, VILLAGES, Commune

SIGNED = "2023-11-02"
PAPER = {"number": "77/QĐ-UBND", "signed_on": SIGNED, "signer": "Chủ tịch"}


@pytest.fixture(scope="module")
def october(office: Office) -> Commune:
    """Three requests for exit: two are through their posting, the third waits for its meeting."""
    commune = Commune(office)
    for at in range(24):  # two of them are less than the share that the brake allows
        commune.poor_household(at)
    commune.households = commune.households[:3]
    assert commune.open(track="on_demand", month=10, effective_on="2023-10-16").status_code == 201
    for one in commune.households:
        taken(commune.step("requests", "2023-10-16", household_id=one, kind="exit"))
    taken(commune.step("listings", "2023-10-16", source="request", households=commune.households))
    for one in commune.households:
        commune.survey(one, "2023-10-17", **ABOVE)
    for at in (0, 1):
        taken(commune.meet(VILLAGES[at], "2023-10-18", commune.households[at]))
    taken(commune.step("postings", "2023-10-19", places=["village_house", "commune_office"]))
    taken(commune.step("notices", "2023-10-25"))
    return commune


def taken(answer: Any) -> Any:
    assert answer.status_code == 201, answer.json
    return answer.json


def read(commune: Commune, more: str = "") -> Any:
    return commune.read(f"/decisions?kind=exit&on={SIGNED}{more}")


def test_what_holds_up_one_household_holds_up_no_part_without_it(october: Commune) -> None:
    first, second, third = october.households
    assert read(october)["households"] is None
    assert read(october)["held_up_by"]["code"] == "step_out_of_order"
    part = read(october, f"&households={first},{second}")
    assert (part["held_up_by"], part["count"]) == (None, 2)
    assert part["households"] == [first, second]
    alone = read(october, f"&households={third}")
    assert alone["held_up_by"]["values"]["households"] == [third]
    ready = read(october, "&ready=true")
    assert set(ready["households"]) == {first, second}
    assert ready["digest"] == part["digest"]
    assert read(october, f"&households={first}")["digest"] != part["digest"]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ("households=nobody", 422, "fields_refused"),
        ("households=" + ",".join(["7c2f7d0a-3f0e-5d52-9d4b-0b6c5a1f2e33"] * 91), 422,
         "fields_refused"),
        ("households=7c2f7d0a-3f0e-5d52-9d4b-0b6c5a1f2e33", 409, "household_not_in_round"),
        ("households=7c2f7d0a-3f0e-5d52-9d4b-0b6c5a1f2e33&ready=true", 422, "fields_refused"),
    ],
)  # fmt: skip
def test_a_part_that_cannot_be_is_refused_by_name(
    october: Commune, asked: str, status: int, code: str
) -> None:
    answer = october.office.request(
        "chairman", "GET", f"{october.path}/decisions?kind=exit&on={SIGNED}&{asked}"
    )
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_part_is_signed_by_its_digest_and_its_households(october: Commune) -> None:
    part = read(october, "&ready=true")
    body = {"kind": "exit", "digest": part["digest"], "document": PAPER}
    whole = october.step("decisions", SIGNED, "chairman", **body)
    assert (whole.status_code, whole.json["code"]) == (409, "step_out_of_order")
    signed = october.step("decisions", SIGNED, "chairman", **body, households=part["households"])
    assert signed.status_code == 201, signed.json
    assert october.read()["waiting"] == {"meeting": 1, "done": 2}
