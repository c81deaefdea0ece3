"""An import that an account asks for: a job with the sealed file, and the workbooks it gives."""

from typing import Any
from uuid import UUID

from flask import Response
from psycopg import Connection

from projections.imports import job_store
from service.access import identity_hits
from service.access.authorization import RequestContext
from service.http.headers import XLSX

TASK = "run_import"


def request_import(
    context: RequestContext,
    file: bytes,
    file_name: str,
    dry_run: bool,
    conn: Connection[Any],
    import_id: UUID,
) -> dict[str, Any]:
    """Keeps the file and asks for its import, by the day and the sheet of the body; its id.

    Raises TooManyIdentityHits, and what the store of the jobs refuses.
    """
    identity_hits.refuse_list_if_spent(context)
    job_store.request(
        conn,
        context.services.keyring,
        import_id=import_id,
        area=context.area,
        file=file,
        actor=context.actor,
        requested_at=context.services.clock(),
        file_name=file_name,
        effective_on=context.body["effective_on"],
        sheet=context.body["sheet"],
        dry_run=dry_run,
    )
    return {"id": str(import_id)}


def workbook(content: bytes, name: str) -> Response:
    """A workbook to be kept under a name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=XLSX, headers=headers)
