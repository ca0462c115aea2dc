"""Decides whether a call that moves the VIF may still be sent, right before it is sent.

Step Functions restarts an execution that was redriven in the state that it ended in, hours or days
later: what an earlier attempt had checked and locked no longer counts.
"""

from collections.abc import Callable
from datetime import datetime

from vifshift.domain.errors import AssociationDoubtful, AssociationNotPermitted
from vifshift.domain.migration import Phase
from vifshift.domain.model import Model
from vifshift.domain.request import Window


class RedriveCounts(Model):
    """How often the execution was redriven: until now, and when it came to earlier states.

    `checked` is when it was last validated, `decided` when it last decided to associate.
    """

    current: int = 0
    checked: int = 0
    decided: int = 0

    @property
    def is_resumed(self) -> bool:
        """Return whether it was redriven while it associated, so that a call may have been sent."""
        return self.decided != self.current


def heeds_cancellation(phase: Phase, attempts: RedriveCounts, *, is_first_try: bool) -> bool:
    """Return whether a cancellation still keeps the call from being sent.

    A call that may have been sent before can't be cancelled: its effect is watched, and then a
    cancellation leads to a rollback.
    """
    return phase is Phase.FORWARD and is_first_try and not attempts.is_resumed


def permit(
    phase: Phase,
    attempts: RedriveCounts,
    *,
    is_first_try: bool,
    window: Window | None,
    retake_lock: Callable[[], bool],
    now: datetime,
) -> None:
    """Return if the phase's call may be sent; `now` is the time right before it.

    `retake_lock` takes the gateway's lock once more, and returns whether that was still possible.
    Raises `AssociationNotPermitted` if the call must not be sent, and `AssociationDoubtful` if an
    earlier one may have been: then its effect must be waited for.
    """
    obstacle = _obstacle(phase, attempts, window, now)
    if obstacle is None and not retake_lock():
        obstacle = "the gateway's lock has expired, or another execution has it"
    if obstacle is None:
        return
    if phase is Phase.FORWARD and (attempts.is_resumed or not is_first_try):
        raise AssociationDoubtful(f"not sent again: {obstacle}")
    raise AssociationNotPermitted(f"not sent: {obstacle}")


def _obstacle(
    phase: Phase, attempts: RedriveCounts, window: Window | None, now: datetime
) -> str | None:
    """Return why the call must not be sent, None if only the lock can tell.

    A rollback belongs to the move that it ends, so its window may have closed meanwhile; an
    execution that was redriven is not that move any more.
    """
    if attempts.is_resumed:
        return "the execution was redriven while it associated"
    if phase is Phase.FORWARD and attempts.checked != attempts.current:
        return "the execution was redriven after it had been validated"
    is_bound = phase is Phase.FORWARD or attempts.current > 0
    if window and is_bound and not window.opens_at <= now < window.closes_at:
        return "the window is not open"
    return None
