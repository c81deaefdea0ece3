"""The request as our routes see it: what is uploaded stays in memory and touches no disk.

Werkzeug writes files of more than 500 kB to the folder for temporary files, in clear. A list holds
names and identity numbers: it is kept in memory, within the limit of its route, until it is sealed.
"""

import io
from typing import IO

from flask import Request

# A form with one photo, sheet or list. What is larger is not read into memory at all; what is
# smaller, and still too large, is refused by who reads it, with its own limit.
ONE_FILE = 32 * 2**20


class MemoryRequest(Request):
    """A request whose files are read into memory."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Where a file of a form is kept while it is read; `max_content_length` bounds it."""
        return io.BytesIO()
