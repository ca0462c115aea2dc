"""Validates a request: reads it and its network, and judges both."""

from datetime import datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import JsonValue

from vifshift.adapters.account import account
from vifshift.adapters.alarms import GuardsRead, alarms_elsewhere, guarded
from vifshift.adapters.answer_table import answer_table
from vifshift.adapters.background import background
from vifshift.adapters.call_counter import current_call_counter
from vifshift.adapters.directconnect import direct_connect, own_direct_connect, readers_elsewhere
from vifshift.adapters.environment import (
    ACCESS_POLICY,
    BOUND_APPROVERS,
    CHECKS,
    FLOOR,
    SESSION,
    TABLE,
    environment,
)
from vifshift.adapters.gateway_locks import gateway_locks
from vifshift.adapters.migration_table import migration_table
from vifshift.adapters.own_moves import own_moves
from vifshift.adapters.peer_records import peer_records
from vifshift.adapters.plan_table import plan_table
from vifshift.adapters.sessions import assume
from vifshift.adapters.vpn import vpns_elsewhere
from vifshift.domain.errors import PASSING, READ_RETRIES
from vifshift.domain.findings import Finding, Limits
from vifshift.domain.lock_holder import LockHolder
from vifshift.domain.migration import Approval
from vifshift.domain.network import Network
from vifshift.domain.observation import VifStatus
from vifshift.domain.outcomes import outcome_before_association
from vifshift.domain.request import Request
from vifshift.domain.scope import CheckedScope
from vifshift.handlers.asking import to_json, who_asked, with_given
from vifshift.handlers.runtime import Input, entry, logger
from vifshift.migration import in_a_line
from vifshift.migration.recheck import LastCheck
from vifshift.migration.validation import validate
from vifshift.migration.waits import raise_if_cancelled
from vifshift.preflight.background import BackgroundAsked
from vifshift.preflight.discovery import CheckAttempt, OptionalSources, survey
from vifshift.preflight.moves_in_progress import LockReads
from vifshift.preflight.other_paths import lately


class ValidateInput(Input):
    """A raw request, null if it is too long for the payload, and the id that it claimed.

    `is_gap_over` says that a VIF which is still not listed is gone, and `attempt` how often it was
    tried before; an earlier release does not say. At a recheck, `checked` is what the last check
    found, `first_seen` the VIF as it was then, `findings` those of then, and `holder` who held the
    gateway's lock since; `approval` is what somebody has answered who was asked.
    """

    request_id: str
    request: JsonValue
    is_too_long: bool
    is_recheck: bool
    is_gap_over: bool = True
    attempt: int = READ_RETRIES
    first_seen: VifStatus | None = None
    holder: LockHolder | None = None
    now: datetime
    checked: CheckedScope | None = None
    findings: tuple[Finding, ...] = ()
    approval: Approval | None = None


@entry(
    needs=(ACCESS_POLICY, BOUND_APPROVERS, CHECKS, FLOOR, SESSION, TABLE),
    made_ahead=(own_direct_connect, gateway_locks, peer_records),
)
@event_parser(model=ValidateInput)
def handler(event: ValidateInput, context: LambdaContext) -> dict[str, Any]:
    """Return the decision on the request, and the findings of preflight.

    Raises `MigrationCancelled` for one that is cancelled by the time it is checked again.
    """
    checks = environment().checks
    execution = who_asked(
        event.request, event.execution, is_recheck=event.is_recheck, attempt=event.attempt
    )
    digest = event.checked.digest if event.checked else ""
    approval = with_given(event.approval, event.execution.name, digest)
    validation = validate(
        event.request,
        is_too_long=event.is_too_long,
        execution=execution,
        survey=partial(
            _survey,
            name=event.execution.name,
            calendar=checks.change_calendar,
            attempt=CheckAttempt(event.is_gap_over, is_last=event.attempt >= READ_RETRIES),
            now=event.now,
            own_account=event.execution.account,
            locks=(
                None
                if event.is_recheck
                else LockReads(gateway_locks(), event.now, event.execution.arn)
            ),
        ),
        now=event.now,
        claimed_id=event.request_id,
        limits=Limits(
            checks.quotas,
            environment().access_policy,
            environment().bound_approvers,
            environment().floor,
            checks.guards,
        ),
        last=LastCheck(
            event.is_recheck,
            event.checked,
            own_moves().since,
            event.first_seen,
            event.holder,
            approval.given if approval else None,
            event.findings,
        ),
    )
    if event.is_recheck:
        migration = validation.migration
        plan_id = migration.plan_id if migration else None
        raise_if_cancelled(
            event.execution,
            event.request_id,
            plan_id,
            table=migration_table(),
            kept=answer_table(),
            plans=plan_table,
        )
    codes = [finding.code for finding in validation.findings]
    logger.info("validated", decision=validation.decision, findings=codes)
    return {
        "validation": validation.to_json(),
        "saw": in_a_line.of_decision(validation.decision, validation.faults, validation.findings),
        "askedBy": to_json(execution.asked_by),
        "approval": to_json(approval),
        "outcomeIfItEndsHere": outcome_before_association(validation.decision),
        "calls": current_call_counter().calls,
    }


def _survey(
    request: Request,
    *,
    siblings: tuple[str, ...] | None,
    name: str,
    calendar: str | None,
    attempt: CheckAttempt,
    now: datetime,
    locks: LockReads | None,
    own_account: str,
) -> Network:
    allowed = environment().access_policy
    access = allowed.access(request.region or allowed.home, request.role_arn, name)
    assume(access)
    asked = BackgroundAsked(background(access), now, own_moves().since)
    network = survey(
        direct_connect(access),
        account(access),
        access.region,
        request,
        calendar=calendar,
        siblings=siblings,
        attempt=attempt,
        optional=OptionalSources(
            peer_records,
            asked if locks else None,
            lately(own_moves().since, now),
            locks,
            readers_elsewhere(allowed, access, own_account),
            vpns_elsewhere(allowed, access, own_account),
        ),
    )
    is_there = network.virtual_interface is not None
    tags = (
        direct_connect(access).tags_of(request.virtual_interface_id)
        if is_there and environment().floor.is_about_tags
        else {}
    )
    how = GuardsRead(
        alarms_elsewhere(allowed, access, own_account), now, () if attempt.is_last else PASSING
    )
    # A recheck does not look again for the alarms that name the source.
    owner = (network.caller_account or own_account) if locks else ""
    return guarded(network, request, how, owner).model_copy(
        update={"cut_lists": current_call_counter().cut_lists(), "tags": tags}
    )
