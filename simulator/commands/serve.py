"""The command `serve`: a local cloud with Direct Connect, for any AWS client."""

import argparse
import threading

from simulator.cloud import serve as serve_cloud
from simulator.commands.assemblies import checked
from simulator.runs.session import stack_name
from simulator.runs.staging import install, stage
from simulator.scenarios.model import load
from tools.terminal import PlainConsole


def serve(asked: argparse.Namespace) -> int:
    """Serve the scenario's world in real time until interrupted."""
    scenario = load(asked.scenario)
    world = scenario.world
    folder = asked.assembly and checked(asked.assembly)
    stack = (folder, stack_name(folder)) if folder else None

    def prepare() -> None:
        install()
        stage(scenario)

    console = PlainConsole(soft_wrap=True)
    with serve_cloud(asked.port, world.account, world.region, prepare, stack) as endpoint:
        console.print(f"# {scenario.name}: {scenario.summary}")
        if stack:
            console.print(f"# The stack {stack[1]} is deployed in it.")
        console.print("# Any AWS client talks to this cloud with these variables:")
        for name, value in endpoint.environment().items():
            console.print(f"export {name}={value}")
        console.print("# Ctrl-C ends it, and forgets everything.")
        threading.Event().wait()
    return 0
