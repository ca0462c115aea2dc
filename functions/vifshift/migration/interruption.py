"""Judges an interrupted execution: where its VIF is, and whether its locks can be released."""

from datetime import datetime

from vifshift.domain.asked_by import AskedBy, recalled
from vifshift.domain.execution_history import Trail, has_ended_by_itself
from vifshift.domain.gaps import Gap
from vifshift.domain.migration import Execution, Migration, Outcome, Phase
from vifshift.domain.model import Model
from vifshift.domain.network import VirtualInterface, VirtualInterfaceState
from vifshift.domain.observation import Reading, VifStatus, status_of
from vifshift.domain.outcomes import LATEST_EFFECT
from vifshift.domain.scrubbing import scrubbed
from vifshift.domain.sizes import shortened
from vifshift.domain.state_words import doing
from vifshift.domain.traffic_status import Traffic, traffic
from vifshift.domain.workflow import StateName
from vifshift.events import announcements, notices
from vifshift.events.migration import Announcement, Ended
from vifshift.migration.validation_result import Validation

LONGEST_CAUSE = 1000
AT_REST = {
    VirtualInterfaceState.AVAILABLE,
    VirtualInterfaceState.DOWN,
    VirtualInterfaceState.TESTING,
    VirtualInterfaceState.DELETING,
    VirtualInterfaceState.DELETED,
    VirtualInterfaceState.REJECTED,
}
"""The states of a VIF that is not being moved."""


class InterruptedExecution(Model):
    """An execution that was stopped before it ended, and what it knew.

    `was_touched`: AssociateVirtualInterface may have been called; `was_told`: the final event had
    already been sent; `found_at` is when the watchdog read its history; `missing` counts the
    readings in a row in which the VIF was not listed, and `missing_since` is the first of them.
    `called_at` is when the phase's last call had ended, None if that is not known; `attempt` counts
    how often the execution had been redriven; `was_announced` says whether an earlier look has
    returned an event.
    """

    status: str
    error: str
    cause: str
    last_state: str | None
    request_id: str
    claim: str | None
    lock_key: str | None
    validation: Validation | None
    phase: Phase
    was_touched: bool
    was_told: bool
    found_at: datetime
    missing: int = 0
    missing_since: datetime | None = None
    called_at: datetime | None = None
    attempt: int = 0
    was_announced: bool = False
    asked_by: AskedBy | None = None

    @property
    def has_ended_by_itself(self) -> bool:
        """Return whether it ended as its workflow says, with nothing left in flight."""
        return has_ended_by_itself(self.status, self.error)


class InterruptionReport(Model):
    """The event to send, unless the execution sent it, and whether the locks can be released."""

    interruption: InterruptedExecution
    announcement: Announcement | None
    is_safe: bool


def understand(
    trail: Trail, *, execution: Execution, status: str, now: datetime
) -> InterruptedExecution:
    """Return from an execution's history how far it came before it was interrupted."""
    known = trail.variables
    validation = known.get("validation")
    if isinstance(validation, dict):
        # The event that it was about to send may have an earlier release's fields.
        validation = {**validation, "announcement": None}
    found = Validation.model_validate(validation) if validation else None
    return InterruptedExecution(
        status=status,
        error=scrubbed(trail.error),
        cause=shortened(scrubbed(trail.cause), LONGEST_CAUSE),
        last_state=trail.last_state,
        request_id=str(known.get("requestId") or execution.name),
        claim=_text(known.get("claim")),
        lock_key=_text(known.get("lockKey")),
        validation=found and found.without_routes,
        phase=Phase(known.get("phase") or Phase.FORWARD),
        was_touched=StateName.ASSOCIATE in trail.entered,
        was_told=StateName.ANNOUNCE_OUTCOME in trail.done,
        found_at=now,
        called_at=_called_at(trail),
        attempt=trail.redrives,
        asked_by=recalled(known.get("execution")),
    )


def _called_at(trail: Trail) -> datetime | None:
    """Return when the last call had ended, None if one may have been sent at the very end."""
    told = trail.variables.get("calledAt")
    if trail.last_state == StateName.ASSOCIATE or not isinstance(told, str):
        return None
    return datetime.fromisoformat(told)


def conclusion_of(trail: Trail) -> Announcement | None:
    """Return the final event that an execution had ready when it ended, None if it had none."""
    conclusion = trail.variables.get("conclusion")
    announcement = conclusion.get("announcement") if isinstance(conclusion, dict) else None
    return Announcement.model_validate(announcement) if announcement else None


def judge(
    interruption: InterruptedExecution,
    reading: Reading,
    *,
    execution: Execution,
    now: datetime,
    concluded: Announcement | None = None,
) -> InterruptionReport:
    """Return where the VIF was left, and whether the locks can be released.

    `concluded` is the final event of an execution that has ended by itself but could not send it.

    The locks are kept while the VIF can't be read or is still moving, and while a call may still
    move it. A VIF that has been moving for longer than a phase can take is stuck, and no longer
    keeps them. While a VIF that works may still be moved, it is too early to announce where it
    was left.
    """
    vif, is_unlisted = reading.virtual_interface, False
    may_still_land = _may_still_land(interruption, vif, now)
    if vif is None and reading.problem is None and interruption.validation:
        gap = Gap(interruption.missing, interruption.missing_since).once_more(now)
        is_unlisted = gap.is_over(now)
        interruption = interruption.model_copy(
            update={"missing": gap.missing, "missing_since": gap.since}
        )
    elif vif is not None:
        interruption = interruption.model_copy(update={"missing": 0, "missing_since": None})
    is_at_rest = vif is not None and (
        vif.virtual_interface_state in AT_REST or _is_stuck(interruption, now)
    )
    has_ended = interruption.has_ended_by_itself
    is_too_early = may_still_land and vif is not None and vif.works and not has_ended
    announcement = None
    if not interruption.was_told and not is_too_early:
        announcement = concluded or _announcement(
            interruption, reading, execution=execution, now=now
        )
    return InterruptionReport(
        interruption=interruption.model_copy(
            update={"was_announced": interruption.was_announced or announcement is not None}
        ),
        announcement=announcement,
        is_safe=(
            has_ended
            or not interruption.was_touched
            or is_unlisted
            or (is_at_rest and not may_still_land)
        ),
    )


def _may_still_land(
    interruption: InterruptedExecution, vif: VirtualInterface | None, now: datetime
) -> bool:
    """Return whether a VIF that is not on its destination may still be moved there by a call.

    Nobody has seen the response of a call that was in flight when the execution was stopped, and
    one that was accepted may not have taken effect yet.
    """
    migration = interruption.validation.migration if interruption.validation else None
    if not interruption.was_touched or vif is None or vif.is_gone or migration is None:
        return False
    if vif.connection_id == migration.ends(interruption.phase).destination:
        return False
    return now - (interruption.called_at or interruption.found_at) < LATEST_EFFECT


def _is_stuck(interruption: InterruptedExecution, now: datetime) -> bool:
    request = interruption.validation.request if interruption.validation else None
    if request is None:
        return False
    return now - interruption.found_at >= LATEST_EFFECT + request.longest_way


def _announcement(
    interruption: InterruptedExecution, reading: Reading, *, execution: Execution, now: datetime
) -> Announcement:
    validation = interruption.validation
    migration = validation.migration if validation else None
    status = status_of(reading.virtual_interface) if reading.virtual_interface else None
    flow = traffic(status)
    subject = announcements.subject(validation.request if validation else None, migration)
    message = f"{_what(interruption)}; {_where(reading)}"
    next_step = _next_step(interruption, migration, status, flow)
    return announcements.ended(
        announcements.metadata(
            execution.model_copy(update={"asked_by": interruption.asked_by}),
            interruption.request_id,
            now,
        ),
        Ended(
            subject=subject,
            notice=notices.ended(subject, Outcome.INTERRUPTED, message, next_step),
            outcome=Outcome.INTERRUPTED,
            reason_code=interruption.error or interruption.status,
            message=message,
            next_step=next_step,
            now=status,
            carries_traffic=flow,
            routes=(),
            findings=validation.findings if validation else (),
            digest=validation.digest if validation else None,
        ),
    )


def _what(interruption: InterruptedExecution) -> str:
    """Return how the execution was stopped, in which state and phase."""
    why = ": ".join(each for each in (interruption.error, interruption.cause) if each)
    is_rollback = interruption.phase is Phase.ROLLBACK
    phase = "during the rollback" if is_rollback else "during the move"
    where = f"while {doing(interruption.last_state)}" if interruption.last_state else "at its start"
    touched = phase if interruption.was_touched else "nothing was touched"
    return f"the execution was stopped {where} ({why or interruption.status}), {touched}"


def _where(reading: Reading) -> str:
    vif: VirtualInterface | None = reading.virtual_interface
    if vif is None:
        return f"it could not be read: {reading.problem or 'Direct Connect does not list it'}"
    peers = ", ".join(f"{peer.key} {peer.bgp_status}" for peer in vif.live_peers)
    return f"it is on {vif.connection_id}, {vif.virtual_interface_state}, BGP {peers or 'absent'}"


def _next_step(
    interruption: InterruptedExecution,
    migration: Migration | None,
    status: VifStatus | None,
    flow: Traffic,
) -> str:
    if migration is None or not interruption.was_touched:
        return "This migration touched nothing; send the request again."
    vif = migration.snapshot.virtual_interface_id
    if status is None:
        return f"Act now: check {vif} in the console and on your router."
    others = {migration.source, migration.target} - {status.connection_id}
    elsewhere = f"To move it to {' or '.join(sorted(others))}, start a migration."
    if flow is Traffic.YES:
        return f"It works where it is, but is no longer monitored. {elsewhere}"
    return f"Act now: it is no longer monitored, and BGP may not come up. {elsewhere}"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
