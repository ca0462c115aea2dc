"""The command `serve`: a local cloud with Direct Connect, for any AWS client."""

import argparse
import threading
from collections.abc import Iterator, Mapping

from simulator.cloud import serve as serve_cloud
from simulator.commands.assemblies import checked
from simulator.runs.session import stack_name
from simulator.runs.staging import install, stage
from simulator.scenarios.model import Scenario, load
from tools.terminal import PlainConsole

IN_THE_WAY = ("AWS_PROFILE", "AWS_SESSION_TOKEN")
"""What clients would use in place of the lines that are printed."""


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
        console.print(
            "# Paste these lines into another terminal: AWS clients there talk to this cloud."
        )
        for line in to_paste(endpoint.environment()):
            console.print(line)
        for line in next_steps(scenario, is_deployed=stack is not None):
            console.print(f"# {line}")
        console.print("# Ctrl-C ends it, and forgets everything.")
        threading.Event().wait()
    return 0


def to_paste(variables: Mapping[str, str]) -> list[str]:
    """Return the lines that point another shell at a cloud."""
    exports = [f"export {name}={value}" for name, value in variables.items()]
    return [f"unset {' '.join(IN_THE_WAY)}", *exports]


def next_steps(scenario: Scenario, *, is_deployed: bool) -> Iterator[str]:
    """Yield what to do next, with a move of this world."""
    yield "It answers programs of this machine that have this access key ID, and no web page."
    yield "Then try there, in this folder:"
    vif, target = _move(scenario)
    yield f"    .venv/bin/vifshift check {vif} {target}"
    yield "    .venv/bin/vifshift capture --output captured.yaml"
    yield f"    .venv/bin/vifshift simulate captured.yaml {vif} {target}"
    yield f"    .venv/bin/vifshift simulate captured.yaml {vif} {target} --what-if no-bgp"
    if not is_deployed:
        yield "    make deploy"
    yield f"    .venv/bin/vifshift start {vif} {target} --dry-run"
    yield f"    .venv/bin/vifshift start {vif} {target}"
    yield "    .venv/bin/vifshift list"
    yield "    aws directconnect describe-virtual-interfaces"


def _move(scenario: Scenario) -> tuple[str, str]:
    """Return a virtual interface of a world, and a port to move it to, as it is asked for if so."""
    request = scenario.trigger.request
    asked = request if isinstance(request, dict) else {}
    vif, port = asked.get("virtualInterfaceId"), asked.get("connectionId")
    world = scenario.world
    vifs = {
        str(each["virtualInterfaceId"]): each["connectionId"] for each in world.virtual_interfaces
    }
    its_id = str(vif) if vif in vifs else next(iter(vifs), "VIF")
    ports = [str(each["lagId"]) for each in world.lags]
    ports += [str(each["connectionId"]) for each in world.connections]
    others = [each for each in ports if each != vifs.get(its_id)]
    return its_id, str(port) if port in ports else next(iter(others), "PORT")
