"""Help tells how each task is done, and leads only where the reader may go."""

import re
from typing import Any

import pytest

TASKS = (
    "ra-soat",
    "ky-quyet-dinh",
    "tach-ho",
    "chuyen-di",
    "sua",
    "nhap-danh-sach",
    "dong-bi-tu-choi",
    "ho-dan-cu",
)


def task(page: str, name: str) -> str:
    found = re.search(rf'<section id="{name}">(.*?)</section>', page, re.S)
    assert found, name
    return found[1]


@pytest.mark.parametrize("account", ["", "case_worker", "province_officer", "administrator"])
def test_every_task_is_told_in_steps(person: Any, account: str) -> None:
    page = person(account).text("/tro-giup")
    for name in TASKS:
        assert task(page, name).count("<li>") >= 2, name


@pytest.mark.parametrize(
    ("account", "lists", "imports", "declares"),
    [
        ("", False, False, False),
        ("case_worker", True, True, False),
        ("surveyor", True, False, False),
        ("province_officer", True, True, True),
        ("administrator", False, False, False),
    ],
)
def test_a_task_leads_only_where_the_reader_may_go(
    person: Any, account: str, lists: bool, imports: bool, declares: bool
) -> None:
    someone = person(account)
    page = someone.text("/tro-giup")
    for name, leads in (("tach-ho", lists), ("dong-bi-tu-choi", imports), ("ho-dan-cu", declares)):
        links = re.findall(r'href="([^"]+)"', task(page, name))
        assert bool(links) is leads, name
        for link in links:
            assert someone.get(link).status_code in (200, 303)
