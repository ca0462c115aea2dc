"""The command `serve`: a local cloud with Direct Connect, for any AWS client."""

import argparse
import threading
from collections.abc import Iterator

from simulator.cloud import serve as serve_cloud
from simulator.commands.assemblies import checked
from simulator.runs.session import stack_name
from simulator.runs.staging import install, stage
from simulator.scenarios.model import Scenario, load
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
        for line in _next_steps(scenario, is_deployed=stack is not None):
            console.print(f"# {line}")
        console.print("# Ctrl-C ends it, and forgets everything.")
        threading.Event().wait()
    return 0


def _next_steps(scenario: Scenario, *, is_deployed: bool) -> Iterator[str]:
    """Yield what to do next, with a move of this world."""
    yield "It answers programs of this machine that have this access key ID, and no web page."
    yield "Next, in another terminal, paste these lines, and then try:"
    request = scenario.trigger.request
    asked = request if isinstance(request, dict) else {}
    move = [asked.get("virtualInterfaceId"), asked.get("connectionId")]
    names = " ".join(map(str, move)) if all(move) else "VIF PORT"
    yield "    aws directconnect describe-virtual-interfaces"
    yield f"    .venv/bin/vifshift check {names}"
    if not is_deployed:
        yield "    make deploy"
    yield f"    .venv/bin/vifshift start {names}"
    yield "    .venv/bin/vifshift list"
