"""Decides what to do with a request before anything is touched."""

from datetime import datetime
from typing import NamedTuple, Protocol

from pydantic import JsonValue

from vifshift.domain.findings import DEFAULT_LIMITS, Finding, Limits, Move, bounded
from vifshift.domain.migration import Decision, Execution, LockHolder, Migration, expect
from vifshift.domain.model import Model
from vifshift.domain.network import Network
from vifshift.domain.observation import VifStatus, status_of
from vifshift.domain.request import Request
from vifshift.domain.request_envelope import (
    LONGEST_REQUEST,
    MalformedRequestError,
    RequestEnvelope,
    parse_request,
)
from vifshift.events import announcements
from vifshift.events.migration import Announcement
from vifshift.preflight.checks import barriers, preflight


class Validation(Model):
    """The decision on a request, and its reasons.

    `faults` are those of a request that can't be read; `findings` are the most severe ones if
    there are too many.
    """

    decision: Decision
    request_id: str
    request: Request | None = None
    migration: Migration | None = None
    before: VifStatus | None = None
    faults: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    announcement: Announcement | None = None

    @property
    def without_routes(self) -> "Validation":
        """Return it without the routes before the move, which are long."""
        if self.migration is None:
            return self
        expectation = self.migration.expectation.model_copy(update={"routes": None})
        migration = self.migration.model_copy(update={"expectation": expectation})
        return self.model_copy(update={"migration": migration})


class FirstCheck(NamedTuple):
    """What the first check saw, and who has held the gateway's lock since, as far as is known."""

    seen: VifStatus | None = None
    holder: LockHolder | None = None

    def moved(self, request: Request) -> str:
        """Return who has moved the VIF of a request since, or nothing."""
        return self.holder.moved(request.virtual_interface_id) if self.holder else ""


class Surveyor(Protocol):
    """Reads the network of a request."""

    def __call__(self, request: Request, *, siblings: tuple[str, ...] | None) -> Network:
        """Return the network; raises a `CallError` if it can't be read.

        `siblings` are those that a plan has read; with None, the whole Region is read.
        """


def validate(
    raw: JsonValue,
    *,
    is_too_long: bool,
    execution: Execution,
    survey: Surveyor,
    now: datetime,
    claimed_id: str,
    limits: Limits = DEFAULT_LIMITS,
    first_check: FirstCheck | None = None,
) -> Validation:
    """Return the decision on a raw request; raises a `CallError` if its network can't be read.

    `first_check` is given for a request that has passed it, and is judged once more.
    """
    try:
        if is_too_long:
            fault = f"the request: is longer than {LONGEST_REQUEST} bytes"
            raise MalformedRequestError((fault,))
        asked = parse_request(raw)
    except MalformedRequestError as error:
        return Validation(decision=Decision.REJECTED, request_id=claimed_id, faults=error.faults)
    if found := barriers(asked.request, limits.access_policy, now):
        return Validation(
            decision=Decision.REJECTED,
            request_id=claimed_id,
            request=asked.request,
            findings=bounded(found),
        )
    network = survey(asked.request, siblings=asked.siblings)
    findings = preflight(
        Move(
            request=asked.request,
            network=network,
            now=now,
            quotas=limits.quotas,
            access_policy=limits.access_policy,
            is_recheck=first_check is not None,
            first_seen=first_check.seen if first_check else None,
            holder=first_check.moved(asked.request) if first_check else "",
        )
    )
    migration = _migration(asked, network, execution, claimed_id)
    decision = decide(asked.request, network, findings)
    worst = bounded(findings)
    findings = tuple(finding for finding in findings if finding in worst)
    announcement = None
    if decision is Decision.PROCEED and migration:
        announcement = announcements.started(
            announcements.metadata(execution, claimed_id, now), migration, findings
        )
    return Validation(
        decision=decision,
        request_id=claimed_id,
        request=asked.request,
        migration=migration,
        before=status_of(migration.snapshot) if migration else None,
        findings=findings,
        announcement=announcement,
    )


def decide(request: Request, network: Network, findings: tuple[Finding, ...]) -> Decision:
    """Return the decision; a VIF that already works on its target is unchanged."""
    vif = network.virtual_interface
    if vif and vif.connection_id == request.connection_id and network.works:
        return Decision.UNCHANGED
    if any(finding.blocks for finding in findings):
        return Decision.REJECTED
    return Decision.PLANNED if request.dry_run else Decision.PROCEED


def _migration(
    asked: RequestEnvelope, network: Network, execution: Execution, claimed_id: str
) -> Migration | None:
    vif = network.virtual_interface
    if vif is None:
        return None
    return Migration(
        migration_id=execution.name,
        request_id=claimed_id,
        trigger=asked.trigger,
        region=network.region,
        request=asked.request,
        source=vif.connection_id,
        target=asked.request.connection_id,
        redundancy_group=vif.redundancy_group,
        snapshot=vif,
        expectation=expect(vif, network.routes),
        is_source_available=network.source is not None and network.source.is_available,
        caller_account=network.caller_account,
        plan_id=asked.plan.plan_id if asked.plan else None,
    )
