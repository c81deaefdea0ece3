"""Every form of the product, found on its pages: what is wrong is summed up by input and value,
leads to the input, and takes the focus. Made from the table of routes."""

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.service.access.test_permissions import FOUND
from tests.service.conftest import HUONG_SO, Office
from tests.service.ui.visits import Visits

ACCOUNTS = ("case_worker", "surveyor", "chairman", "province_officer", "inspector",
            "administrator")  # fmt: skip
TOO_LONG = "xé " * 1200
LINE = re.compile(r'<li><a href="#f-([^"]+)">(.*?)</a></li>', re.S)
# Forms that hold nothing that can be typed wrongly, or belong to nobody who is signed in.
NOT_TYPED = {"signing_in.sign_out", "start.choose_language"}


# Forms that each account is sure to meet: a page that hides them would hide their faults.
ASKED = {
    "case_worker": {"registering.register", "commands.send_join", "commands.send_support",
                    "import_pages.upload", "lists.find"},
    "surveyor": {"registering.register", "commands.send_survey", "lists.find"},
    "chairman": {"commands.send_decision", "commands.send_exit", "commands.send_forget"},
    "province_officer": {"population.record", "lists.find"},
    "inspector": {"deciding.start", "lists.find"},
    "administrator": {"account_pages.add_account", "account_pages.add_role",
                      "account_pages.disable", "account_pages.new_password"},
}  # fmt: skip


@dataclass
class Sent:
    """One form of a page: where it goes, what it holds, and which inputs are typed into."""

    action: str
    values: dict[str, Any] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """The forms of a page that are posted."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.found = address, []
        self.form: Sent | None = None
        self.select = ""
        self.within: dict[str, Sent] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, kind = given.get("name", ""), given.get("type", "")
        form = self.within.get(given.get("form", ""), self.form)
        if tag == "form" and given.get("method") == "post":
            self.form = Sent(urljoin(self.address, given.get("action", "")))
            self.within[given.get("id", "?")] = self.form
            self.found.append(self.form)
        elif tag == "option" and self.select and form:
            if "selected" in given or self.select not in form.values:
                form.values[self.select] = given.get("value", "")
        elif not name or form is None:
            return
        elif tag == "select":
            self.select = name
        elif tag == "textarea" or (tag == "input" and kind in ("", "text", "search")):
            form.values[name] = given.get("value", "")
            form.typed.append(name)
        elif tag == "input" and (kind == "hidden" or "checked" in given):
            form.values[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""


def forms_of(page: str, address: str) -> list[Sent]:
    parser = Forms(address)
    parser.feed(re.sub(r"<template.*?</template>", "", page, flags=re.S))
    return parser.found


def takes_text(app: Flask, form: Sent) -> str:
    """The endpoint of a form that reads what is typed; "" for one that does not."""
    try:
        endpoint, _values = app.url_map.bind("").match(urlsplit(form.action).path, method="POST")
    except HTTPException:
        return ""
    declared = getattr(app.view_functions[endpoint], "declared", None)
    reads = declared is not None and (declared.form is not None or declared.gives_back)
    return str(endpoint) if reads and form.typed and endpoint not in NOT_TYPED else ""


@pytest.fixture(scope="module")
def visits(with_passwords: Office) -> Visits:
    return Visits(with_passwords)


def faults(form: Sent, answer: Any) -> list[str]:
    """What a reader of the refused form misses."""
    page = answer.text
    if answer.status_code != 422:
        return [f"answers {answer.status_code}"]
    if not re.search(r'id="refusal" tabindex="-1" autofocus', page):
        return ["has no summary that takes the focus"]
    start = page.index('id="refusal"')
    lines = LINE.findall(page[start : page.index("</div>", start)])
    found = [] if lines else ["names no input"]
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    for name, said in lines:
        text = html.unescape(re.sub(r"<[^>]+>", "", said))
        if f"f-{name}" not in ids:
            found.append(f"{name}: leads nowhere")
        if "<strong>" not in said:
            found.append(f"{name}: has no label")
        if name in form.typed and TOO_LONG[:50] not in text:
            found.append(f"{name}: does not say what was typed")
        if f"e-{name}" not in ids:
            found.append(f"{name}: says nothing beside the input")
    return found


def pages_of(app: Flask) -> list[str]:
    """The addresses of all pages, with {name} for what their paths name."""
    return [
        FOUND.sub(r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and hasattr(app.view_functions[rule.endpoint], "declared")
        and not rule.rule.startswith(("/api", "/static"))
    ]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_form_names_input_and_value_and_leads_there(visits: Visits, account: str) -> None:
    app, (someone, _csrf) = visits.office.app, visits.person(account)
    wrong, seen = [], set()
    for path in [*pages_of(app), f"/mo-dia-ban?area={HUONG_SO}"]:
        address = path.format(**visits.ids)
        shown = someone.get(address)
        if shown.status_code != 200 or "text/html" not in shown.content_type:
            continue
        for form in forms_of(shown.text, address):
            endpoint = takes_text(app, form)
            if not endpoint or endpoint in seen:
                continue
            seen.add(endpoint)
            values = {**form.values, **dict.fromkeys(form.typed, TOO_LONG)}
            answer = someone.client.post(form.action, data=values, headers={"Accept": "text/html"})
            wrong += [f"{endpoint}: {fault}" for fault in faults(form, answer)]
    assert wrong == []
    assert ASKED[account] <= seen
