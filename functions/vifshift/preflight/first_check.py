"""What only the first check of a move reads: what it has found stands at the recheck as well."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from vifshift.domain.findings import LONGEST_MESSAGE, RULES, Finding
from vifshift.domain.guards import NAMING_SOURCE
from vifshift.domain.sizes import shortened
from vifshift.preflight.background import GROUPS, LATELY, METRICS, TESTS
from vifshift.preflight.rules import resiliency, traffic

GAPS = "COULD_NOT_CHECK"
READ_ONCE = {
    rule.code for rule in RULES if rule.judge.__module__ in {traffic.__name__, resiliency.__name__}
} | {NAMING_SOURCE}
"""The rules that judge what only the first check reads."""
AS_OF = "as of "

Found = TypeVar("Found", bound=Finding)


def standing(
    before: Iterable[Found], found: Iterable[Finding], checked_at: datetime | None, now: datetime
) -> tuple[Found, ...]:
    """Return what was found before of what is not read again, besides what is `found` now.

    What was found long ago says when.
    """
    known = {(each.code, each.message) for each in found}
    is_old = checked_at is not None and now - checked_at > LATELY
    return tuple(
        _dated(each, checked_at) if is_old and checked_at else each
        for each in before
        if _is_read_once(each) and not each.blocks and (each.code, each.message) not in known
    )


def _is_read_once(finding: Finding) -> bool:
    is_gap = finding.code == GAPS and any(
        subject in finding.message for subject in (GROUPS, METRICS, TESTS)
    )
    return is_gap or finding.code in READ_ONCE


def _dated(finding: Found, checked_at: datetime) -> Found:
    if finding.message.startswith(AS_OF):
        return finding
    message = shortened(f"{AS_OF}{checked_at.isoformat()}: {finding.message}", LONGEST_MESSAGE)
    return finding.model_copy(update={"message": message})
