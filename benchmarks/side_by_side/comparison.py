"""Lets each of the three movers move a VIF in each of the five worlds."""

import tempfile
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path

from benchmarks.side_by_side import loop, machine, vifshift_mover
from benchmarks.side_by_side.figures import Move
from benchmarks.side_by_side.worlds import ARRIVALS, WORLDS, World, scenarios
from simulator.cloud import Cloud
from simulator.runs.session import Session
from simulator.scenarios.model import Scenario
from simulator.synthesis import synthesize


class Mover(StrEnum):
    """Who moves a VIF."""

    LOOP = "loop"
    MACHINE = "state machine"
    VIFSHIFT = "vifshift"


Compared = dict[World, dict[Mover, list[Move]]]


def compared(worlds: Sequence[World] = WORLDS, arrivals: tuple[float, ...] = ARRIVALS) -> Compared:
    """Return what every mover took in every world, for BGP that comes once at each moment.

    All of them find the same network, in the same cloud; all in virtual time.
    """
    with tempfile.TemporaryDirectory() as folder, Session(synthesize(Path(folder))) as session:
        return {
            world: {
                mover: [_moved(session, mover, each) for each in scenarios(world, arrivals)]
                for mover in Mover
            }
            for world in worlds
        }


_SIMPLE: dict[Mover, Callable[[Cloud, Scenario], Move]] = {
    Mover.LOOP: loop.move,
    Mover.MACHINE: machine.move,
}


def _moved(session: Session, mover: Mover, scenario: Scenario) -> Move:
    if mover is Mover.VIFSHIFT:
        return vifshift_mover.move(session, scenario)
    return _SIMPLE[mover](session.cloud_for(scenario), scenario)
