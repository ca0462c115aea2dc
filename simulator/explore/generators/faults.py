"""Generates faults of the API, by the number of the call or for a period."""

from collections.abc import Callable

from simulator.directconnect import Fault, FaultError
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.world import WorldPlan

ASSOCIATE = "AssociateVirtualInterface"
DESCRIBE = "DescribeVirtualInterfaces"
LISTS = [
    DESCRIBE,
    DESCRIBE,
    "DescribeConnections",
    "DescribeLags",
]
READS = [
    DESCRIBE,
    DESCRIBE,
    DESCRIBE,
    "DescribeConnections",
    "DescribeLags",
    "DescribeDirectConnectGatewayAttachments",
    "ListVirtualInterfaceRoutes",
    "ListVirtualInterfaceRoutes",
]
LATEST_EFFECT = 120
LATEST = 900
LONGEST = 400

Draw = Callable[[Dice, WorldPlan], Fault]
Times = dict[str, float]


def _times(dice: Dice, plan: WorldPlan) -> Times:
    begins = dice.about(plan.deadlines, LATEST)
    return {"from_": begins, "to": begins + dice.whole(3, dice.whole(5, LONGEST))}


def _calls(dice: Dice) -> tuple[int, ...]:
    first = dice.whole(1, dice.whole(1, 12))
    return tuple(range(first, first + dice.whole(1, 5)))


def _failing_reads(dice: Dice, plan: WorldPlan, error: FaultError) -> Fault:
    operation = dice.pick(READS)
    if dice.chance(50):
        return Fault(operation=operation, calls=_calls(dice), error=error)
    times = _times(dice, plan)
    return Fault(operation=operation, from_=times["from_"], to=times["to"], error=error)


def _reads_throttled(dice: Dice, plan: WorldPlan) -> Fault:
    return _failing_reads(dice, plan, FaultError.THROTTLING)


def _reads_fail(dice: Dice, plan: WorldPlan) -> Fault:
    return _failing_reads(dice, plan, dice.pick([FaultError.SERVER, FaultError.INTERNAL_FAILURE]))


def _reads_without_answer(dice: Dice, plan: WorldPlan) -> Fault:
    return _failing_reads(dice, plan, FaultError.READ_TIMEOUT)


def _reads_denied(dice: Dice, plan: WorldPlan) -> Fault:
    return _failing_reads(dice, plan, FaultError.ACCESS_DENIED)


def _reads_expired(dice: Dice, plan: WorldPlan) -> Fault:
    return _failing_reads(dice, plan, FaultError.EXPIRED_TOKEN)


def _blind_from_then_on(dice: Dice, plan: WorldPlan) -> Fault:
    error = dice.pick([FaultError.ACCESS_DENIED, FaultError.SERVER, FaultError.READ_TIMEOUT])
    return Fault(operation=DESCRIBE, from_=dice.about(plan.deadlines, LATEST), error=error)


def _routes_denied(dice: Dice, plan: WorldPlan) -> Fault:
    return Fault(operation="ListVirtualInterfaceRoutes", error=FaultError.ACCESS_DENIED)


def _lists_empty(dice: Dice, plan: WorldPlan) -> Fault:
    """Generate lists that are empty for a few calls, or for as long as a minute or two."""
    operation = dice.pick(LISTS)
    if dice.chance(60):
        return Fault(operation=operation, calls=_calls(dice), returns_empty=True)
    times = _times(dice, plan)
    return Fault(operation=operation, from_=times["from_"], to=times["to"], returns_empty=True)


def _associate(dice: Dice, plan: WorldPlan, error: FaultError, **rest: bool | float) -> Fault:
    """Generate a fault of forward calls, rollback calls or both, once or several times in a row."""
    port = dice.pick([plan.target, plan.source, None])
    calls = tuple(range(1, 1 + dice.weigh({1: 60, 2: 15, 3: 10, 4: 10, 12: 5})))
    return Fault.model_validate(
        {"operation": ASSOCIATE, "connectionId": port, "calls": calls, "error": error, **rest}
    )


def _associate_throttled(dice: Dice, plan: WorldPlan) -> Fault:
    return _associate(dice, plan, FaultError.THROTTLING)


def _associate_fails(dice: Dice, plan: WorldPlan) -> Fault:
    return _associate(dice, plan, FaultError.SERVER)


def _associate_fails_with_effect(dice: Dice, plan: WorldPlan) -> Fault:
    return _associate(dice, plan, FaultError.SERVER, takesEffect=True)


def _associate_without_answer(dice: Dice, plan: WorldPlan) -> Fault:
    return _associate(dice, plan, FaultError.READ_TIMEOUT)


def _associate_late(dice: Dice, plan: WorldPlan) -> Fault:
    late = 1 + dice.moment(LATEST_EFFECT)
    return _associate(dice, plan, FaultError.READ_TIMEOUT, effectAfter=late)


def _associate_accepted_late(dice: Dice, plan: WorldPlan) -> Fault:
    late = 1 + dice.moment(LATEST_EFFECT)
    port = dice.pick([plan.target, plan.source])
    return Fault(operation=ASSOCIATE, connection_id=port, calls=(1,), effect_after=late)


def _associate_denied(dice: Dice, plan: WorldPlan) -> Fault:
    return _associate(dice, plan, FaultError.ACCESS_DENIED)


def _associate_refused(dice: Dice, plan: WorldPlan) -> Fault:
    return _associate(dice, plan, FaultError.CLIENT)


def _associate_expired(dice: Dice, plan: WorldPlan) -> Fault:
    return _associate(dice, plan, FaultError.EXPIRED_TOKEN)


FAULTS: dict[str, tuple[float, Draw]] = {
    "reads are throttled": (12, _reads_throttled),
    "reads fail": (10, _reads_fail),
    "reads have no answer": (10, _reads_without_answer),
    "reads are denied": (5, _reads_denied),
    "the token of reads has expired": (4, _reads_expired),
    "blind from then on": (4, _blind_from_then_on),
    "routes may not be read": (4, _routes_denied),
    "lists are empty": (12, _lists_empty),
    "associate is throttled": (9, _associate_throttled),
    "associate fails": (9, _associate_fails),
    "associate fails, and takes effect": (10, _associate_fails_with_effect),
    "associate has no answer": (6, _associate_without_answer),
    "associate has no answer, and takes effect late": (9, _associate_late),
    "associate is accepted, and takes effect late": (6, _associate_accepted_late),
    "associate is denied": (4, _associate_denied),
    "associate is refused": (4, _associate_refused),
    "the token of associate has expired": (3, _associate_expired),
}
