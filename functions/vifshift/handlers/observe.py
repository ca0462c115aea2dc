"""Observes the VIF: one look, one verdict."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.call_counter import current_tally
from vifshift.adapters.directconnect import direct_connect
from vifshift.adapters.migration_table import ledger
from vifshift.domain.metrics import Metric
from vifshift.domain.migration import Migration
from vifshift.handlers.runtime import Input, access, emit, entry, logger
from vifshift.migration.convergence import look
from vifshift.migration.next_step import Way, watch
from vifshift.preflight.rollback_check import look_back


class ObserveInput(Input):
    """What to look at, and how far its way has come."""

    migration: Migration
    way: Way
    now: datetime


@entry()
@event_parser(model=ObserveInput)
def handler(event: ObserveInput, context: LambdaContext) -> dict[str, Any]:
    """Look once at the virtual interface and say whether it has settled."""
    migration = event.migration
    network = direct_connect(access(migration))
    sighting = look(
        network,
        migration.snapshot.virtual_interface_id,
        migration.ends(event.way.phase),
        migration.expectation,
    )
    result = watch(
        sighting,
        migration=migration,
        way=event.way,
        look_back=lambda: look_back(network, migration, event.now),
        cancellation=lambda: ledger().cancellation(event.execution.name),
        execution=event.execution,
        now=event.now,
    )
    logger.info(
        "observed",
        phase=event.way.phase,
        verdict=result.observation.verdict,
        reason=result.observation.reason,
        step=result.step,
    )
    emit(event.execution.name, {Metric.OBSERVATIONS: 1})
    return {**result.to_json(), "calls": current_tally().calls}
