"""Judges an execution that was stopped on its way: what became of its VIF, and of its locks."""

from datetime import datetime

from vifshift.domain.execution_history import Trail
from vifshift.domain.migration import Execution, Migration, Outcome, Phase
from vifshift.domain.model import Model
from vifshift.domain.network import VirtualInterface, VirtualInterfaceState
from vifshift.domain.sizes import shortened
from vifshift.domain.traffic_status import Traffic, traffic
from vifshift.domain.workflow import StateName
from vifshift.events import migration as events
from vifshift.events import notices
from vifshift.events.migration import Announcement, Ended
from vifshift.migration.convergence import MISSING_BEFORE_GONE, Picture, Sighting, draw
from vifshift.migration.validation import Validation

LONGEST_CAUSE = 1000
AT_REST = {
    VirtualInterfaceState.AVAILABLE,
    VirtualInterfaceState.DOWN,
    VirtualInterfaceState.TESTING,
    VirtualInterfaceState.DELETING,
    VirtualInterfaceState.DELETED,
    VirtualInterfaceState.REJECTED,
}
"""The states of a VIF that no association is moving any more."""


class Interruption(Model):
    """An execution that did not get to its end: how it was stopped, and what it knew.

    `was_touched`: AssociateVirtualInterface may have been called; `was_told`: the last event had
    been sent already; `found_at` is when it was found out; `missing` counts the looks on end at
    which the VIF was not listed.
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


class Judgement(Model):
    """What is to be told, if it was not yet, and whether the locks may be freed."""

    interruption: Interruption
    announcement: Announcement | None
    is_safe: bool


def understand(trail: Trail, *, execution: Execution, status: str, now: datetime) -> Interruption:
    """Understand from its trail how far an interrupted execution had come."""
    known = trail.variables
    validation = known.get("validation")
    if isinstance(validation, dict):
        # What it was going to send may be of an earlier deployment's form.
        validation = {**validation, "announcement": None}
    found = Validation.model_validate(validation) if validation else None
    return Interruption(
        status=status,
        error=trail.error,
        cause=shortened(trail.cause, LONGEST_CAUSE),
        last_state=trail.last_state,
        request_id=str(known.get("requestId") or execution.name),
        claim=_text(known.get("claim")),
        lock_key=_text(known.get("lockKey")),
        validation=found and found.without_routes,
        phase=Phase(known.get("phase") or Phase.FORWARD),
        was_touched=StateName.ASSOCIATE in trail.entered,
        was_told=StateName.ANNOUNCE_OUTCOME in trail.done,
        found_at=now,
    )


def judge(
    interruption: Interruption, sighting: Sighting, *, execution: Execution, now: datetime
) -> Judgement:
    """Say where the VIF was left, and whether anybody else may move its siblings again.

    The locks are kept while the VIF can't be seen, or is still on its way to a port; one that is
    on its way for longer than any way may take has got stuck, and keeps nobody waiting.
    """
    vif, is_unlisted = sighting.virtual_interface, False
    if vif is None and sighting.problem is None and interruption.validation:
        is_unlisted = interruption.missing + 1 >= MISSING_BEFORE_GONE
        interruption = interruption.model_copy(update={"missing": interruption.missing + 1})
    is_at_rest = vif is not None and (
        vif.virtual_interface_state in AT_REST or _is_stuck(interruption, now)
    )
    return Judgement(
        interruption=interruption,
        announcement=(
            None
            if interruption.was_told
            else _announcement(interruption, sighting, execution=execution, now=now)
        ),
        is_safe=not interruption.was_touched or is_at_rest or is_unlisted,
    )


def _is_stuck(interruption: Interruption, now: datetime) -> bool:
    request = interruption.validation.request if interruption.validation else None
    return request is not None and now - interruption.found_at >= request.convergence.longest_way


def _announcement(
    interruption: Interruption, sighting: Sighting, *, execution: Execution, now: datetime
) -> Announcement:
    validation = interruption.validation
    migration = validation.migration if validation else None
    picture = draw(sighting.virtual_interface) if sighting.virtual_interface else None
    flow = traffic(picture)
    subject = events.subject(validation.request if validation else None, migration)
    message = f"{_what(interruption)}; {_where(sighting)}"
    next_step = _next_step(interruption, migration, picture, flow)
    return events.ended(
        events.metadata(execution, interruption.request_id, now),
        Ended(
            subject=subject,
            notice=notices.ended(subject, Outcome.INTERRUPTED, message, next_step),
            outcome=Outcome.INTERRUPTED,
            reason_code=interruption.error or interruption.status,
            message=message,
            next_step=next_step,
            now=picture,
            carries_traffic=flow,
            routes=(),
            findings=validation.findings if validation else (),
        ),
    )


def _what(interruption: Interruption) -> str:
    """Say how it was stopped, and where on its way it was."""
    said = ": ".join(each for each in (interruption.error, interruption.cause) if each)
    way = "way back" if interruption.phase is Phase.ROLLBACK else "way there"
    where = f"in {interruption.last_state!r}" if interruption.last_state else "at its start"
    touched = f"on the {way}" if interruption.was_touched else "nothing was touched"
    return f"the execution was stopped {where} ({said or interruption.status}), {touched}"


def _where(sighting: Sighting) -> str:
    vif: VirtualInterface | None = sighting.virtual_interface
    if vif is None:
        return f"it could not be seen: {sighting.problem or 'Direct Connect does not list it'}"
    peers = ", ".join(f"{peer.key} {peer.bgp_status}" for peer in vif.live_peers)
    return f"it is on {vif.connection_id}, {vif.virtual_interface_state}, BGP {peers or 'absent'}"


def _next_step(
    interruption: Interruption, migration: Migration | None, picture: Picture | None, flow: Traffic
) -> str:
    if migration is None or not interruption.was_touched:
        return "Nothing was touched by this migration; ask again."
    vif = migration.snapshot.virtual_interface_id
    if picture is None:
        return f"Act now: look at {vif} in the console and at your router."
    others = {migration.source, migration.target} - {picture.connection_id}
    elsewhere = f"To move it to {' or '.join(sorted(others))}, start a migration."
    if flow is Traffic.YES:
        return f"It works where it is; nobody watches it any more. {elsewhere}"
    return f"Act now: nobody watches it any more, and BGP may not come up. {elsewhere}"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
