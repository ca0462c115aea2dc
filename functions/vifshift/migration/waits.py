"""Says what a migration that is held waits for."""

from vifshift.domain.workflow import Wait
from vifshift.events import migration as events
from vifshift.events.migration import Announcement, Metadata
from vifshift.events.notices import ReplyTo
from vifshift.migration.validation import Validation


def hold(
    validation: Validation, wait: Wait, token: str, metadata: Metadata, reply_to: ReplyTo
) -> Announcement:
    """Return what is to be told; raises ValueError for what there is nothing to wait for."""
    migration, findings = validation.migration, validation.findings
    if migration is None:
        raise ValueError("a migration that is not known can't be held")
    if wait is Wait.APPROVAL:
        return events.approval_requested(metadata, migration, findings, token, reply_to)
    if migration.request.window is None:
        raise ValueError("a migration without a window can't wait for it")
    return events.window_pending(metadata, migration, findings, migration.request.window)
