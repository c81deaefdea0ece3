"""The task that removes what was prepared for surveys and never recorded."""

import structlog

from projections.households import survey_sweep_job
from workers.broker import JOBS, TASKS
from workers.services import WorkerServices


@TASKS.on(JOBS)
def sweep_unrecorded_surveys(services: WorkerServices) -> None:
    """Removes expired drafts of form B, and attachments that no survey names after their time.

    Safe to run twice and beside itself.
    """
    now = services.clock()
    with services.pool.connection() as conn:
        drafts = survey_sweep_job.remove_expired_drafts(conn, now)
    attachments = survey_sweep_job.remove_unnamed_attachments(services.application, now)
    if drafts or attachments:
        structlog.get_logger("survey sweep").info("removed", drafts=drafts, attachments=attachments)
