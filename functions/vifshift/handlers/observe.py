"""Observes the VIF: one look, one verdict."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.convergence import Picture, Progress, look
from vifshift.directconnect import direct_connect
from vifshift.handlers.runtime import CORRELATION_ID, Input, logger
from vifshift.migration import Association, Migration, Phase
from vifshift.watch import watch


class ObserveInput(Input):
    """What to look at, and what earlier looks of this phase have found."""

    migration: Migration
    phase: Phase
    association: Association
    progress: Progress | None
    before: Picture
    now: datetime


@logger.inject_lambda_context(correlation_id_path=CORRELATION_ID)
@event_parser(model=ObserveInput)
def handler(event: ObserveInput, context: LambdaContext) -> dict[str, Any]:
    """Look once at the virtual interface and say whether it has settled."""
    migration = event.migration
    sighting = look(
        direct_connect(migration.region),
        migration.snapshot.virtual_interface_id,
        migration.ends(event.phase),
        migration.expectation,
    )
    result = watch(
        sighting,
        migration=migration,
        phase=event.phase,
        association=event.association,
        progress=event.progress,
        before=event.before,
        execution=event.execution,
        now=event.now,
    )
    logger.info(
        "observed",
        phase=event.phase,
        verdict=result.observation.verdict,
        reason=result.observation.reason,
        step=result.step,
    )
    return result.to_json()
