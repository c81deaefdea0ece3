"""Clients of the pages, for Locust: they sign in, read lists and households, and record causes.

Each waits 5 to 15 seconds before the next click, the first time until all have signed in. Answers
are counted from SOCAI_BENCH_SETTLING seconds after that. Run by `bench.pages`, which gives the
passwords in SOCAI_BENCH_PASSWORDS (JSON).
"""

import itertools
import json
import os
import random
import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

import gevent
from gevent.event import Event
from locust import FastHttpUser, between, events, task

ALL_HERE = Event()
SETTLING = float(os.environ.get("SOCAI_BENCH_SETTLING", "0"))
PASSWORDS = json.loads(os.environ.get("SOCAI_BENCH_PASSWORDS", "{}"))
WRITERS = ("canbo.hatinh", "canbo.hatinh", "canbo.huongso")
READERS = ("kiemtoan", "thanhtra", "tinh.hue", "chutich.huongso")
CAUSES = "12345678"
RECORDED, CHANGED = 303, 409
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HOUSEHOLD = re.compile(r'href="/ho/([0-9a-f-]{36})"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
NEXT = re.compile(r'name="after" value="([0-9a-f-]{36})"')


@events.init.add_listener  # type: ignore[untyped-decorator]
def _count_once_settled(environment: Any, **_: Any) -> None:
    """Lets all click once the last has signed in, and counts from some seconds after that."""

    @environment.events.spawning_complete.add_listener  # type: ignore[untyped-decorator]
    def begin(**_: Any) -> None:
        ALL_HERE.set()
        gevent.spawn_later(SETTLING, environment.runner.stats.reset_all)


class Person(FastHttpUser):
    """A signed-in account with the households of the list last shown."""

    abstract = True
    wait_time = between(5, 15)
    accounts = itertools.cycle(READERS)

    def on_start(self) -> None:
        self.known: list[str] = []
        account = next(type(self).accounts)
        page = self.client.get("/dang-nhap", name="sign in").text
        given = dict(HIDDEN.findall(page)) | {"account": account, "password": PASSWORDS[account]}
        self.client.post("/dang-nhap", data=given, name="sign in")
        ALL_HERE.wait()
        gevent.sleep(random.uniform(0, 10))  # noqa: S311
        self.read_list()

    @task(3)
    def read_list(self) -> None:
        """The poor of one's own area, and now and then the next page of them."""
        page = self.client.get("/ho?class=poor", name="list").text
        self.known = HOUSEHOLD.findall(page)
        following = NEXT.search(page)
        if following and random.random() < 0.3:  # noqa: S311
            page = self.client.get(f"/ho?class=poor&after={following[1]}", name="list").text
            self.known += HOUSEHOLD.findall(page)

    @task(6)
    def read_household(self) -> None:
        """One of the households of the list."""
        self.client.get(f"/ho/{random.choice(self.known)}", name="household")  # noqa: S311


class Reader(Person):
    """An auditor, an inspector, a province officer, a chairman."""

    weight = 2


class Writer(Person):
    """A case worker, who records causes of every tenth household."""

    weight = 3
    accounts = itertools.cycle(WRITERS)

    @task(2)
    def read_worklist(self) -> None:
        """The page of the work to do, which a case worker begins with."""
        self.client.get("/viec-can-lam", name="worklist")

    @task(1)
    def record(self) -> None:
        """Opens the form of the causes and sends it; reads the page of the household."""
        form = f"/ho/{random.choice(self.known)}/ghi/nguyen-nhan"  # noqa: S311
        hidden = HIDDEN.findall(self.client.get(form, name="form").text)
        given = dict(hidden) | {
            "effective_on": date.today().isoformat(),  # noqa: DTZ011
            "causes": random.sample(CAUSES, 2),
        }
        place, changed = self.send(form, given)
        if changed:  # another recorded of this household meanwhile: the form says so, send again
            place, _ = self.send(form, given | dict(HIDDEN.findall(changed)))
        if place:
            self.client.get(place, name="household")

    def send(self, form: str, given: dict[str, Any]) -> tuple[str, str]:
        """Where a form leads once it is recorded; or the page that says what changed meanwhile."""
        with self.client.post(
            form,
            data=urlencode(given, doseq=True),
            headers=FORM,
            name="command",
            allow_redirects=False,
            catch_response=True,
        ) as answer:
            if answer.status_code == CHANGED:
                answer.request_meta["name"] = "changed meanwhile"
                answer.success()
                return "", answer.text
            if answer.status_code != RECORDED:
                answer.failure(f"{answer.status_code} in place of the household's page")
                return "", ""
        return answer.headers["Location"].partition("#")[0], ""
