"""The task that removes what was prepared for surveys and never recorded."""

import structlog

from projections.households import unrecorded_surveys
from workers.broker import JOBS, TASKS
from workers.services import WorkerServices


@TASKS.on(JOBS)
def sweep_unrecorded_surveys(services: WorkerServices) -> None:
    """Removes expired drafts of form B, and attachments that no survey names after their time.

    Safe to run twice and beside itself.
    """
    now = services.clock()
    with services.pool.connection() as conn:
        drafts = unrecorded_surveys.remove_expired_drafts(conn, now)
    attachments = unrecorded_surveys.remove_unnamed_attachments(services.application, now)
    if drafts or attachments:
        structlog.get_logger("unrecorded surveys").info(
            "removed", drafts=drafts, attachments=attachments
        )
