"""What can be read in a PDF."""

import io
import unicodedata

from pypdf import PdfReader


def pages(document: bytes) -> list[str]:
    """The text of each page, composed, each run of blanks and line breaks as one blank."""
    reader = PdfReader(io.BytesIO(document))
    return [
        " ".join(unicodedata.normalize("NFC", page.extract_text()).split()) for page in reader.pages
    ]


def text(document: bytes) -> str:
    """The text of all pages."""
    return " ".join(pages(document))
