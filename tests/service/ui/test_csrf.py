"""A form counts only when a page of the same session showed it."""

from datetime import timedelta
from typing import Any

import pytest

from service.ui import forms
from tests.service.conftest import NOW, Office
from tests.service.expectations import PAGES
from tests.service.expected import ANYBODY
from tests.service.persons import CSRF, Person
from tests.service.ui.visits import Visits

EXPIRED = "Biểu mẫu đã hết hạn"
PUBLIC_FORMS = {"POST /dang-nhap", "POST /ngon-ngu", "POST /dang-xuat"}


def token_of(someone: Person, path: str = "/tro-giup") -> str:
    found = CSRF.search(someone.text(path))
    assert found
    return found[1]


def choose_english(someone: Person, token: str | None, **headers: str) -> Any:
    given = {"language": "en", "next": "/tro-giup"}
    if token is not None:
        given[forms.CSRF] = token
    answer = someone.client.post(
        "/ngon-ngu", data=given, headers={"Accept": "text/html", **headers}
    )
    return answer.status_code


@pytest.fixture(scope="module")
def visits(with_passwords: Office) -> Visits:
    return Visits(with_passwords)


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("POST")])
def test_every_form_is_refused_without_a_token_and_with_one_of_another_session(
    visits: Visits, person: Any, page: str
) -> None:
    public = page in PUBLIC_FORMS or PAGES[page].roles == ANYBODY
    account = "" if public else PAGES[page].roles.split()[0]
    someone, _ = visits.person(account)
    _, path = visits.asked(page)
    for token in ("", token_of(person(account), "/tro-giup")):
        answer = someone.client.post(
            path, data={forms.CSRF: token, "area": "26734"}, headers={"Accept": "text/html"}
        )
        assert (answer.status_code, EXPIRED in answer.text) == (400, True), page


def test_the_token_of_one_page_serves_every_form_of_the_session(
    person: Any, with_passwords: Office
) -> None:
    someone = person("auditor")
    first, second = token_of(someone), token_of(someone)
    assert first != second, "a page tells nothing about the token of another"
    with_passwords.clock.now = NOW + timedelta(hours=1, minutes=59)
    try:
        assert choose_english(someone, first) == 303
        assert choose_english(someone, second) == 303
        assert choose_english(someone, None, **{"X-CSRF-Token": first}) == 303
    finally:
        with_passwords.clock.now = NOW


@pytest.mark.parametrize("header", [False, True], ids=["field", "header"])
def test_a_token_with_any_sign_changed_is_refused(person: Any, header: bool) -> None:
    someone = person("auditor")
    token = token_of(someone)
    nonce, _, signature = token.rpartition(".")
    # The last sign of 43 carries two bits that say nothing, so the one before it is changed.
    other = "A" if signature[-2] != "A" else "B"
    forged = [
        f"{nonce}x.{signature}",
        f"{nonce}.{signature[:-2]}{other}{signature[-1]}",
        f"{nonce}.",
        nonce,
        f".{signature}",
        signature,
        f"{token}.{signature}",
        "\N{LATIN SMALL LETTER D WITH STROKE}" * 3,
    ]
    for bad in forged:
        if header:
            if bad.isascii():
                assert choose_english(someone, None, **{"X-CSRF-Token": bad}) == 400, bad
        else:
            assert choose_english(someone, bad) == 400, bad
    assert choose_english(someone, token) == 303


def test_signing_in_and_out_ends_the_tokens_from_before(person: Any) -> None:
    someone = person("")
    before = token_of(someone, "/dang-nhap")
    assert someone.sign_in("auditor").status_code == 303
    assert choose_english(someone, before) == 400
    within = token_of(someone)
    assert someone.send("/tro-giup", "/dang-xuat").status_code == 303
    assert choose_english(someone, within) == 400
