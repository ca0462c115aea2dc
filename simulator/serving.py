"""The command `serve`: a local cloud with a Direct Connect in it, for any AWS client."""

import threading

from rich.console import Console

from simulator.cloud import serve as serve_cloud
from simulator.scenario import Scenario
from simulator.staging import install, stage


def serve(port: int, scenario: Scenario) -> int:
    """Serve the scenario's world, in real time, until interrupted."""
    world = scenario.world

    def prepare() -> None:
        install()
        stage(scenario)

    console = Console(highlight=False, soft_wrap=True)
    with serve_cloud(port, world.account, world.region, prepare) as endpoint:
        console.print(f"# {scenario.name}: {scenario.summary}", markup=False)
        console.print("# Any AWS client talks to this cloud with these variables:")
        for name, value in endpoint.environment().items():
            console.print(f"export {name}={value}", markup=False)
        console.print("# Ctrl-C ends it, and forgets everything.")
        threading.Event().wait()
    return 0
