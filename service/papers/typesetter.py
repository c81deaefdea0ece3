"""Typesetter, a program of its own: reads one job as JSON, writes the PDF of it.

A process for each print gives its memory back when it ends. Typst reads the templates beside this
file and nothing else: it gets no other folder, no font of the machine and no network.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import typst

TEMPLATES = Path(__file__).resolve().parent / "templates"


ARCHIVAL: Final = "a-2a"


def typeset(job: dict[str, str]) -> bytes:
    """The PDF of {"template": a file of `templates`, "data": JSON, "day": ISO date}.

    The day is the only moment that the file holds, so the same job gives the same bytes. PDF/A
    allows no character that its fonts do not have: a text with one is set as a plain PDF.
    """
    try:
        return _document(job, ARCHIVAL)
    except typst.TypstError:
        return _document(job, None)


def _document(job: dict[str, str], standard: Literal["a-2a"] | None) -> bytes:
    document = typst.compile(
        TEMPLATES / job["template"],
        root=TEMPLATES,
        ignore_system_fonts=True,
        sys_inputs={"data": job["data"]},
        timestamp=datetime.fromisoformat(job["day"]).replace(tzinfo=UTC),
        format="pdf",
        pdf_standards=standard,
    )
    if not isinstance(document, bytes):
        raise TypeError("one PDF was asked for")
    return document


if __name__ == "__main__":
    sys.stdout.buffer.write(typeset(json.load(sys.stdin)))
