"""Official papers as PDF: a template and plain data in, bytes out.

    printed("certificate", content, day=signed_on)

A template is a file of `templates`, in Typst. Data are a dataclass of `contents`, or anything else
that becomes JSON; a template shows them as text, so that no name is ever read as markup. The same
data give the same bytes: docs/decisions/0180-papers-are-set-by-typst.md.
"""

import io
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
import segno
from flask import Response, request
from pypdf import PdfReader, PdfWriter

from service.access.authorization import RequestContext

MEDIA_TYPE = "application/pdf"
TYPESETTER = Path(__file__).resolve().parent / "typesetter.py"
TIME_LIMIT = 120.0  # seconds for one print


class PaperNotPrinted(Exception):
    """The typesetter failed or ran out of time. Holds no data of the paper."""


@dataclass(frozen=True, slots=True)
class CheckCode:
    """A QR code as SVG, and the address that it opens."""

    svg: str
    address: str


def check_code(address: str) -> CheckCode:
    """The QR code of an address; it can be read with a seventh of it covered."""
    svg = segno.make(address, error="m", micro=False).svg_inline(border=0)
    return CheckCode(svg, address)


def code_of_page(context: RequestContext, written: str) -> CheckCode:
    """The QR code of the public page that says whether a paper is valid, by its check code."""
    base = context.services.settings.public_url or request.host_url
    return check_code(f"{base.rstrip('/')}/kiem-tra/{written}")


def printed(template: str, data: object, *, day: date) -> bytes:
    """The PDF of a template with data, dated on the day of the document. Raises PaperNotPrinted."""
    job = {
        "template": f"{template}.typ",
        "data": msgspec.json.encode(data).decode(),
        "day": day.isoformat(),
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(TYPESETTER)],
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=TIME_LIMIT,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failed:
        raise PaperNotPrinted(f"{template}: {type(failed).__name__}") from None
    return done.stdout


def joined(template: str, parts: Iterable[object], *, day: date) -> bytes:
    """One PDF of many prints: the parts are made, printed and let go one by one."""
    writer = PdfWriter()
    for part in parts:
        writer.append(PdfReader(io.BytesIO(printed(template, part, day=day))), import_outline=False)
    whole = io.BytesIO()
    writer.write(whole)
    return whole.getvalue()


def response(document: bytes, file_name: str) -> Response:
    """The answer that shows a paper in the browser; `file_name` names no person."""
    headers = {
        "Content-Disposition": f'inline; filename="{file_name}"',
        "Cache-Control": "no-store",
    }
    return Response(document, content_type=MEDIA_TYPE, headers=headers)
