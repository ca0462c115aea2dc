"""Moves what was drawn for a move to the time at which it begins, if it has to wait."""

from simulator.cloud import ExecutionInterruption
from simulator.directconnect import Change, Fault
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.platform import Failures
from simulator.explore.generators.troubles import Troubles

WHEN = {"on its way": 50, "while it waits": 30, "before": 20}


def adapt(dice: Dice, troubles: Troubles, failures: Failures, begins: int) -> None:
    """Let what happens at a time happen on the way of the move, while it waits, or as drawn."""
    if not begins:
        return
    by = _shift(dice, begins)
    troubles.changes[:] = [_later(change, by) for change in troubles.changes]
    troubles.faults[:] = [_fault(fault, _shift(dice, begins)) for fault in troubles.faults]
    failures.interruptions[:] = [
        _interruption(dice, each, begins) for each in failures.interruptions
    ]


def _shift(dice: Dice, begins: int) -> int:
    drawn, within = dice.weigh(WHEN), dice.whole(0, begins)
    return {"on its way": begins, "while it waits": within, "before": 0}[drawn]


def _later(change: Change, by: int) -> Change:
    return change.model_copy(update={"at": change.at + by})


def _fault(fault: Fault, by: int) -> Fault:
    if fault.from_ is None:
        return fault
    times = {"from_": fault.from_ + by, "to": None if fault.to is None else fault.to + by}
    return fault.model_copy(update=times)


def _interruption(dice: Dice, each: ExecutionInterruption, begins: int) -> ExecutionInterruption:
    by = _shift(dice, begins)
    if each.state is not None and dice.chance(50):
        return each
    return each.model_copy(update={"at": each.at + by})
