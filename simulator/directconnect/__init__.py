"""A faithful AWS Direct Connect for moto: a network that moves on, misbehaves and is remembered.

`install()` makes moto serve it, `simulated(account, region)` is the handle to load a `World` into
and to read what was called and what happened. Knows nothing of vifshift.
"""

from simulator.directconnect.faults import Change, Fault, FaultError
from simulator.directconnect.install import install, simulated
from simulator.directconnect.knobs import Knobs, StaleView, Throttle
from simulator.directconnect.records import Call, Transition, share_of
from simulator.directconnect.routes import Routes, SimulatedRoute
from simulator.directconnect.timeline import ArrivalTimeline, TimelineStep, When
from simulator.directconnect.world import World

__all__ = [
    "ArrivalTimeline",
    "Call",
    "Change",
    "Fault",
    "FaultError",
    "Knobs",
    "Routes",
    "SimulatedRoute",
    "StaleView",
    "Throttle",
    "TimelineStep",
    "Transition",
    "When",
    "World",
    "install",
    "share_of",
    "simulated",
]
