"""Associates the VIF with the phase's destination: the only Lambda that changes a network."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.answer_table import answer_table
from vifshift.adapters.call_counter import current_call_counter
from vifshift.adapters.directconnect import direct_connect
from vifshift.adapters.environment import ACCESS_POLICY, TABLE
from vifshift.adapters.migration_table import migration_table
from vifshift.adapters.peer_records import peer_records
from vifshift.domain.errors import CallError, MigrationCancelled
from vifshift.domain.migration import Association, Migration, Phase
from vifshift.domain.network import VirtualInterface
from vifshift.domain.outcomes import outcome_of_association
from vifshift.handlers.runtime import Input, access, entry, logger
from vifshift.migration.association import associate
from vifshift.migration.waits import kept_cancellation


class AssociateInput(Input):
    """The migration, the phase, and how often the phase's association was tried before."""

    migration: Migration
    phase: Phase
    attempt: int
    now: datetime | None = None


@entry(needs=(ACCESS_POLICY, TABLE))
@event_parser(model=AssociateInput)
def handler(event: AssociateInput, context: LambdaContext) -> dict[str, Any]:
    """Associate once; raises an `AssociationError` unless the VIF is on its destination."""
    migration = event.migration
    if event.phase is Phase.FORWARD and event.attempt == 0:
        cancellation = migration_table().cancellation(event.execution.name) or kept_cancellation(
            answer_table(), event.execution, migration.request_id
        )
        if cancellation:
            raise MigrationCancelled(f"cancelled by {cancellation}")
        _keep_peers(migration.snapshot, event.now)
    ends = migration.ends(event.phase)
    associate(
        direct_connect(access(migration)),
        migration.snapshot.virtual_interface_id,
        ends,
        attempt=event.attempt,
        phase=event.phase,
    )
    logger.info("associated", phase=event.phase, destination=ends.destination)
    return {
        "outcomeIfItEndsHere": outcome_of_association(event.phase, Association.CONFIRMED, None),
        "calls": current_call_counter().calls,
    }


def _keep_peers(vif: VirtualInterface, now: datetime | None) -> None:
    """Record which peers were up, as far as that can be done: no move waits for it."""
    up = [peer.key for peer in vif.live_peers if peer.is_up]
    if not up or now is None:
        return
    try:
        peer_records().keep(vif.virtual_interface_id, up, now=now.timestamp())
    except CallError as error:
        logger.warning("peers not recorded", reason=str(error))
