"""Associates the VIF with the phase's destination: the only Lambda that changes a network."""

from datetime import datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.answer_table import answer_table
from vifshift.adapters.call_counter import current_call_counter
from vifshift.adapters.directconnect import direct_connect, own_direct_connect
from vifshift.adapters.environment import ACCESS_POLICY, SESSION, TABLE
from vifshift.adapters.migration_table import migration_table
from vifshift.adapters.own_moves import own_moves
from vifshift.adapters.peer_records import peer_records
from vifshift.adapters.plan_table import plan_table
from vifshift.domain.errors import AssociationPostponed, CallError
from vifshift.domain.gateway_lock import key_of, lease
from vifshift.domain.migration import Association, Ends, Migration, Phase
from vifshift.domain.network import VirtualInterface
from vifshift.domain.outcomes import outcome_of_association
from vifshift.handlers.runtime import Input, access, entry, logger, now_by_the_clock
from vifshift.migration import in_a_line
from vifshift.migration.association import associate
from vifshift.migration.permission import RedriveCounts, heeds_cancellation, permit
from vifshift.migration.waits import raise_if_cancelled


class AssociateInput(Input):
    """The migration, the phase, and how often the phase's association was tried before.

    `attempts` counts how often the execution was redriven.
    """

    migration: Migration
    phase: Phase
    attempt: int
    attempts: RedriveCounts = RedriveCounts()
    now: datetime


@entry(
    needs=(ACCESS_POLICY, SESSION, TABLE),
    made_ahead=(own_direct_connect, migration_table, answer_table),
)
@event_parser(model=AssociateInput)
def handler(event: AssociateInput, context: LambdaContext) -> dict[str, Any]:
    """Associate once; raises an `AssociationError` unless the VIF is on its destination."""
    migration = event.migration
    try:
        if heeds_cancellation(event.phase, event.attempts, is_first_try=event.attempt == 0):
            raise_if_cancelled(
                event.execution,
                migration.request_id,
                migration.plan_id,
                table=migration_table(),
                kept=answer_table(),
                plans=plan_table,
            )
            _keep_peers(migration.snapshot, event.now)
        _permit(event)
    except CallError as error:
        raise AssociationPostponed(
            f"not sent, since its lock or a cancellation could not be read: {error}"
        ) from error
    ends = migration.ends(event.phase)
    # Beforehand, since a call whose response is lost may take effect.
    _note(migration.snapshot, ends, event)
    associate(
        direct_connect(access(migration)),
        migration.snapshot.virtual_interface_id,
        ends,
        attempt=event.attempt,
        phase=event.phase,
    )
    logger.info("associated", phase=event.phase, destination=ends.destination)
    return {
        "saw": in_a_line.of_association(ends),
        "outcomeIfItEndsHere": outcome_of_association(event.phase, Association.CONFIRMED, None),
        "calls": current_call_counter().calls,
    }


def _note(vif: VirtualInterface, ends: Ends, event: AssociateInput) -> None:
    """Note that this stack has moved the VIF; without the note, somebody else counts as the mover.

    That only means that others are asked once more, so a failure to note it is no failure.
    """
    try:
        own_moves().note(vif, ends.destination, event.now, event.execution.arn)
    except CallError as error:
        logger.warning("not noted", error=type(error).__name__)


def _keep_peers(vif: VirtualInterface, now: datetime) -> None:
    """Record which peers were up, as far as that can be done: no move waits for it."""
    up = [peer.key for peer in vif.live_peers if peer.is_up]
    if not up:
        return
    try:
        peer_records().keep(vif.virtual_interface_id, up, now=now.timestamp())
    except CallError as error:
        logger.warning("peers not recorded", reason=str(error))


def _permit(event: AssociateInput) -> None:
    """Look at the window, and take the lock again.

    Raises an `AssociationError` if the call must not be sent, and a `CallError` if that is unknown.
    """
    request, now = event.migration.request, now_by_the_clock()
    retake = partial(
        migration_table().retake_lock,
        key_of(event.migration.redundancy_group),
        event.execution.arn,
        attempt=event.attempts.current,
        expires_at=now + lease(request.slowest),
        now=now,
    )
    permit(
        event.phase,
        event.attempts,
        is_first_try=event.attempt == 0,
        window=request.window,
        retake_lock=retake,
        now=now,
    )
