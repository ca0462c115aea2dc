"""Rules about guards: each must be known, and good, before anything is touched."""

from collections.abc import Iterator

from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.guards import NAMING_SOURCE, GuardState
from vifshift.preflight.parallel_reads import some_of
from vifshift.preflight.rules.traffic import is_dead

PAGE = "Using Amazon CloudWatch alarms"


def _is_only_better(move: Move) -> bool:
    """Return whether it can only get better; in a plan, all moves share one finding."""
    return is_dead(move) and not move.is_projected


@rule(
    "GUARD_NOT_FOUND",
    Severity.BLOCK,
    "Correct the ARN, or leave the guard out.",
    page=PAGE,
)
def guard_exists(move: Move) -> Iterator[str]:
    """Each guard is an alarm that exists."""
    for guard in move.network.guards:
        if guard.is_missing:
            yield f"{guard.alarm} does not exist"


@rule(
    "GUARD_NOT_READ",
    Severity.BLOCK,
    "Allow cloudwatch:DescribeAlarms where the alarm is, and list its Region in the setting "
    "`regions`, and a role of its account in `roles`; or acknowledge that it may not be judged.",
    page="DescribeAlarms",
    overridable=True,
)
def guard_can_be_read(move: Move) -> Iterator[str]:
    """Each guard can be read before the move, so that it can be judged after it."""
    for guard in move.network.guards:
        if guard.problem:
            yield f"{guard.alarm} could not be read: {guard.problem}"


@rule(
    "GUARD_NOT_GOOD",
    Severity.BLOCK,
    "Wait until the alarm is OK, or acknowledge that the move starts without; after the move it "
    "must be OK in any case.",
    page=PAGE,
    overridable=True,
    warns_if=_is_only_better,
)
def guard_is_good(move: Move) -> Iterator[str]:
    """Each guard is good before anything is touched; a dead VIF only gets a warning."""
    for guard in move.network.guards:
        if not guard.is_missing and not guard.problem and guard.state is not GuardState.GOOD:
            yield guard.in_words


@rule(
    "GUARD_WATCHES_SOURCE",
    Severity.WARN,
    "Let the alarm watch the virtual interface on both connections, by metric math, or choose one "
    "that watches what depends on it.",
    page="Monitor with Amazon CloudWatch",
)
def guard_outlives_the_move(move: Move) -> Iterator[str]:
    """A guard does not only watch what the VIF leaves: those metrics end with the move."""
    vif, target = move.network.virtual_interface, move.request.connection_id
    for guard in move.network.guards:
        if vif and guard.connection_id == vif.connection_id != target:
            yield (
                f"alarm {guard.name} watches {vif.connection_id} alone: once "
                f"{vif.virtual_interface_id} has left it, the alarm does not count"
            )


@rule(
    NAMING_SOURCE,
    Severity.INFO,
    "Change them after the move, so that they watch the target.",
    page="Monitor with Amazon CloudWatch",
)
def alarms_are_to_be_changed(move: Move) -> Iterator[str]:
    """Alarms that name the source are to be changed after the move; they are read with guards."""
    vif, named = move.network.virtual_interface, move.network.alarms_on_source
    if vif and named:
        yield f"these alarms name {vif.connection_id}: {some_of(named)}"
