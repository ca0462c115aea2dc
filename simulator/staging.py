"""Sets a scenario's stage: its world, and all that is going to happen in it, from now on."""

from simulator import account
from simulator.directconnect import install as install_directconnect
from simulator.directconnect import simulated
from simulator.directconnect.backend import SimulatedDirectConnect
from simulator.scenario import Scenario


def install() -> None:
    """Make moto serve Direct Connect and what it lacks of an account."""
    install_directconnect()
    account.install()


def stage(scenario: Scenario) -> SimulatedDirectConnect:
    """Load a scenario into the backends, let its time begin, and return the network."""
    world = scenario.world
    account.load(world.account, world.region, world)
    network = simulated(world.account, world.region)
    network.load(world, scenario.timelines, scenario.faults, scenario.changes, scenario.knobs)
    network.start()
    return network
