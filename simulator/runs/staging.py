"""Stages a scenario: loads its worlds, timelines, faults and changes."""

from simulator.directconnect import Change, simulated
from simulator.directconnect import install as install_directconnect
from simulator.directconnect.models import SimulatedDirectConnect
from simulator.moto_ext import account
from simulator.scenarios.model import Scenario, ScenarioWorld


def install() -> None:
    """Make moto serve Direct Connect, Health, change calendars and VPN connections."""
    install_directconnect()
    account.install()


def stage(scenario: Scenario) -> SimulatedDirectConnect:
    """Load a scenario into the backends, start its time, and return the stack's own network."""
    for world in scenario.worlds:
        account.load(world.account, world.region, world)
        changes = [each for each in scenario.changes if _world_of(each, scenario) is world]
        network = simulated(world.account, world.region)
        network.load(world, scenario.timelines, scenario.faults, changes, scenario.knobs)
    staged = networks(scenario)
    for network in staged:
        network.link([other for other in staged if other is not network])
        network.start()
    return staged[0]


def networks(scenario: Scenario) -> list[SimulatedDirectConnect]:
    """Return the network of every world, the stack's own first."""
    return [simulated(world.account, world.region) for world in scenario.worlds]


def _world_of(change: Change, scenario: Scenario) -> ScenarioWorld:
    """Return the world with a change's subject; else the stack's own, which refuses it."""
    having = (world for world in scenario.worlds if change.subject in world.ids)
    return next(having, scenario.world)
