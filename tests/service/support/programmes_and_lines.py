"""Programmes and budget lines that requests of the tests are about."""

import io
import re
import struct
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import xlsxwriter
from flask import Flask

from domain.support.load import load_published
from projections.support import grant_list_job
from service.cli.programmes import ACTOR
from tests.service.conftest import HUE, HUONG_SO, Office

PATH = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
PROGRAMME: dict[str, Any] = {
    "effective_on": "2023-01-05",
    "document": {"number": "37/2025/NQ-HĐND"},
    "code": "hue-nq-37-2025",
    "title": "Chính sách hỗ trợ hộ nghèo của tỉnh",
    "area": HUE,
    "valid_from": "2023-01-01",
    "valid_until": "2025-12-31",
    "nodes": [{"code": "cash", "kind": "policy", "title": "Hỗ trợ thu nhập"}],
}
LINE: dict[str, Any] = {
    "effective_on": "2023-01-01",
    "area": HUONG_SO,
    "programme": "2021-2025",
    "node": "2",
    "source": "central",
    "kind": "recurrent",
    "allocation_year": 2023,
}
PAPER = {"effective_on": "2023-02-01", "document": {"number": "12/QĐ-UBND"}}


def load(office: Office) -> None:
    """The published programmes are loaded."""
    load_published(office.services.application.run, ACTOR, datetime(2023, 1, 1, tzinfo=UTC))
    office.nudge.catch_up()


def post(office: Office, path: str, body: Any, version: int | None = None, by: str = "") -> Any:
    """What the province officer, or another account, sends; the answer is a success."""
    account = by or "province_officer"
    answer = office.request(account, "POST", f"/api/v1/{path}", body, version=version)
    assert answer.status_code == 201, answer.json
    return answer.json


def line(office: Office, **key: Any) -> str:
    """A line, opened by the province officer."""
    return str(post(office, "budget-lines", {**LINE, **key})["id"])


def change(office: Office, id_: str, path: str, **body: Any) -> Any:
    """A change of a line on its newest version."""
    version = version_of(office, id_)
    return post(office, f"budget-lines/{id_}/{path}", {**PAPER, **body}, version)


def version_of(office: Office, id_: str) -> int:
    """The version of a line, as its ETag says."""
    answer = office.request("province_officer", "GET", f"/api/v1/budget-lines/{id_}")
    return int(answer.headers["ETag"].strip('"'))


def balances(office: Office, by: str = "province_officer", **query: Any) -> Any:
    """The balances of Huế, or of another area."""
    asked = "&".join(f"{name}={value}" for name, value in {"area": HUE, **query}.items())
    answer = office.request(by, "GET", f"/api/v1/balances?{asked}")
    assert answer.status_code == 200, answer.json
    return answer.json


def listed(office: Office, household: str, on: str = "2022-12-01") -> None:
    """The household is recognised as poor."""
    signed = {
        "effective_on": on,
        "document": {"number": "12/QĐ-UBND", "signed_on": on, "signer": "Chủ tịch"},
        "class": "poor",
        "figures": {"area_type": "urban", "b1": 150, "b2": 40},
    }
    answer = office.request("chairman", "GET", f"/api/v1/households/{household}")
    version = int(answer.headers["ETag"].strip('"'))
    post(office, f"households/{household}/classifications", signed, version, "chairman")


def png() -> bytes:
    """A picture of one point."""

    def chunk(name: bytes, data: bytes = b"") -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"tEXt", b"Make\0Nokia")
        + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND")
    )  # fmt: skip


def photo_of(
    office: Office, case: str, content: bytes | None = None, by: str = "case_worker"
) -> str:
    """The digest of a photo that is uploaded for a case."""
    answer = office.app.test_client().post(
        f"/api/v1/cases/{case}/attachments",
        data={"file": (io.BytesIO(content or png()), "anh.png")},
        headers={"Authorization": f"Bearer {office.tokens[by]}"},
    )
    assert answer.status_code == 201, answer.json
    return str(answer.json["digest"])


def list_file(rows: Sequence[tuple[object, ...]], headings: Sequence[str] = ()) -> bytes:
    """An Excel file with the household number and the amount of each row."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet("Danh sách")
        for column, heading in enumerate(headings or ("Mã hộ", "Số tiền")):
            page.write(0, column, heading)
        for at, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                page.write(at, column, cell)
    return content.getvalue()


def uploaded(office: Office, pays: str, file: bytes, **asked: str) -> Any:
    """The answer to a list that the case worker uploads for the electricity of a quarter."""
    form = {
        "area": HUONG_SO, "programme": "policies", "benefit": "electricity",
        "period": "2023-01-01", "effective_on": "2023-03-01", "line_id": pays, **asked,
    }  # fmt: skip
    return office.app.test_client().post(
        "/api/v1/grant-lists",
        data={"file": (io.BytesIO(file), "danh sach.xlsx"), **form},
        headers={"Authorization": f"Bearer {office.tokens['case_worker']}"},
    )


def list_of(
    office: Office, line_id: str, rows: Sequence[tuple[object, ...]],
    headings: Sequence[str] = (), **asked: str,
) -> str:  # fmt: skip
    """The id of a list that is uploaded and checked."""
    answer = uploaded(office, line_id, list_file(rows, headings), **asked)
    assert answer.status_code == 202, answer.json
    list_id = UUID(answer.json["id"])
    assert grant_list_job.run(office.services.application, list_id, office.clock)
    return str(list_id)


def support_ids(office: Office, household: str) -> dict[str, str]:
    """A local programme, and a line and a case of Hương Sơ, by the names of paths."""
    load(office)
    post(office, "programmes", PROGRAMME)
    listed(office, household)
    wanted = {"household_id": household, "programme": "2021-2025", "benefit": "housing_repair"}
    case = post(office, "cases", {"effective_on": "2023-03-01", **wanted}, by="case_worker")
    photo = photo_of(office, case["id"])
    noted = {"effective_on": "2023-03-01", "attachments": [photo]}
    post(office, f"cases/{case['id']}/notes", noted, 1, "case_worker")
    pays = line(office, programme="policies", node="electricity", source="local")
    batch = {
        "effective_on": "2023-03-01", "area": HUONG_SO, "programme": "policies",
        "benefit": "electricity", "period": "2023-01-01", "line_id": pays, "amount": 165_000,
        "recipients": [{"household_id": household}],
    }  # fmt: skip
    drawn = post(office, "grant-batches", batch, by="case_worker")
    target = {
        **PAPER, "area": HUONG_SO, "measure": "poor_households_down", "year": 2023,
        "households": 43,
    }  # fmt: skip
    fair = {
        "effective_on": "2023-02-01", "area": HUONG_SO, "kind": "job_fair", "year": 2023,
        "title": "Phiên giao dịch việc làm",
    }  # fmt: skip
    cows = {
        **PAPER, "area": HUONG_SO, "kind": "livelihood", "title": "Nuôi bò sinh sản",
        "funding_year": 2023,
    }  # fmt: skip
    started = post(office, "models", cows)["id"]
    joined = {"effective_on": "2023-02-02", "household_id": household}
    post(office, f"models/{started}/households", joined, 1)
    officer = {"effective_on": "2023-01-10", "area": HUONG_SO, "account": f"canbo.{uuid4().hex}"}
    return {
        "programme": PROGRAMME["code"],
        "officer_id": post(office, "officers", officer)["id"],
        "line_id": line(office),
        "case_id": case["id"],
        "photo": photo,
        "grant_batch_id": drawn["created"],
        "grant_list_id": list_of(office, pays, [("không có hộ này", 165_000)]),
        "activity_id": post(office, "activities", fair)["id"],
        "model_id": started,
        "target_id": post(office, "targets", target)["id"],
    }


def examples(app: Flask) -> dict[str, Any]:
    """The example of each POST of support, by method and path."""
    found: dict[str, Any] = {}
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        ours = rule.endpoint.startswith(
            (
                "programmes.",
                "budget.",
                "cases.",
                "grant batches.",
                "targets.",
                "activities.",
                "models.",
                "coverage.",
                "plans.",
                "grant lists.",
                "officers.",
                "signing rules.",
            )
        )  # fmt: skip
        if ours and "POST" in (rule.methods or ()):
            path = PATH.sub(r"{\1}", rule.rule).replace("{household_id}", "H")
            found[f"POST {path}"] = view.declared.example
    return found
