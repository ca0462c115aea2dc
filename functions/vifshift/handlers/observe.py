"""Observes the VIF until there is news, and judges what it finds."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.alarms import alarms_elsewhere, read_guards
from vifshift.adapters.call_counter import current_call_counter
from vifshift.adapters.directconnect import direct_connect, own_direct_connect
from vifshift.adapters.environment import (
    ACCESS_POLICY,
    OBSERVATIONS_PER_SECOND,
    SESSION,
    TABLE,
    environment,
)
from vifshift.adapters.execution_clock import ExecutionClock
from vifshift.adapters.migration_table import migration_table
from vifshift.adapters.open_executions import open_executions
from vifshift.domain.errors import CallError
from vifshift.domain.metrics import Metric
from vifshift.domain.migration import Migration
from vifshift.handlers.runtime import Input, access, emit, entry, logger
from vifshift.migration import in_a_line
from vifshift.migration.convergence import read_vif_and_routes
from vifshift.migration.guarding import guarding_of, read_if_due, verified
from vifshift.migration.looking import look_until_news
from vifshift.migration.next_step import ObservedStep, PhaseProgress, watch
from vifshift.migration.pace import spacing
from vifshift.preflight.rollback_check import rollback_obstacles


class ObserveInput(Input):
    """The migration, and the progress of its phase."""

    migration: Migration
    way: PhaseProgress
    now: datetime


@entry(
    needs=(ACCESS_POLICY, OBSERVATIONS_PER_SECOND, SESSION, TABLE),
    made_ahead=(own_direct_connect, migration_table, open_executions),
)
@event_parser(model=ObserveInput)
def handler(event: ObserveInput, context: LambdaContext) -> dict[str, Any]:
    """Read the virtual interface until there is news, and return the verdict and the next step."""
    migration = event.migration
    network = direct_connect(access(migration))
    guarding = guarding_of(migration, event.way.phase)
    alarms = alarms_elsewhere(
        environment().access_policy, access(migration), event.execution.account
    )

    def look(way: PhaseProgress, now: datetime) -> ObservedStep:
        reading = read_vif_and_routes(
            network,
            migration.snapshot.virtual_interface_id,
            migration.ends(way.phase),
            migration.expectation,
            convergence=verified(guarding, way.known, migration.request.convergence),
            progress=way.known,
            now=now,
        )
        guards = read_if_due(guarding, way.known, lambda arns: read_guards(arns, alarms, now), now)
        return watch(
            reading.model_copy(update={"guards": guards}) if guarding else reading,
            migration=migration,
            way=way,
            look_back=lambda: rollback_obstacles(network, migration, now),
            cancellation=lambda: migration_table().cancellation(event.execution.name),
            execution=event.execution,
            now=now,
        )

    result = look_until_news(look, event.way, ExecutionClock(event.now), _spacing)
    logger.info(
        "observed",
        phase=event.way.phase,
        verdict=result.observation.verdict,
        reason=result.observation.reason,
        step=result.step,
        looks=len(result.looks) + 1,
    )
    emit(event.execution.name, {Metric.OBSERVATIONS: len(result.looks) + 1})
    return {
        **result.to_json(),
        "saw": in_a_line.of_observation(result.observation, migration),
        "calls": current_call_counter().calls,
    }


def _spacing() -> int:
    """Return the fewest seconds between two observations, of which every migration has a share."""
    try:
        on_their_way = open_executions().on_their_way()
    except CallError:
        on_their_way = None
    return spacing(on_their_way, environment().observations_per_second)
