"""Samples of what this release stores and passes on, which later releases must be able to read.

`python -m simulator.samples tests/samples` runs scenarios partway, and
writes a folder named after the project's version: items of the table, inputs of executions, and
the history of a migration on its way. It is run once for each release, at the release.
"""

import json
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from simulator.cloud import Cloud
from simulator.runs.answers import send_answer
from simulator.runs.session import fire, stack_name
from simulator.runs.staging import install, stage
from simulator.scenarios.model import Scenario, load, named
from simulator.synthesis import ROOT, synthesize

Item = dict[str, Any]

# Each scenario, and the seconds after its trigger at which somebody looks.
MOMENTS: Final = {
    "happy-path-dual-stack-lag": 25,
    "approved-by-an-event": 60,
    "cancelled-on-the-way": 65,
    "stopped-while-it-looks": 600,
    "a-plan-is-approved": 200,
    "halted-by-hand": 60,
    "siblings-one-after-the-other": 400,
    "stopped-while-a-move-is-on-its-way": 600,
    "cancelled-before-it-is-known": 70,
    "cancellation-overtakes-its-request": 70,
    "halt-overtakes-its-plan": 70,
}
HISTORY_OF: Final = "happy-path-dual-stack-lag"


@dataclass
class Samples:
    """Samples by kind: an item's kind is what stands before the `#` of its key."""

    items: dict[str, Item] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """Write them, one file for each kind of thing."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, value in vars(self).items():
            text = json.dumps(value, indent=1, sort_keys=True, default=_written)
            if name == "history":
                # As long as it is, an event is a line.
                lines = (json.dumps(each, sort_keys=True, default=_written) for each in value)
                text = "[\n{}\n]".format(",\n".join(lines))
            (folder / f"{name}.json").write_text(text + "\n", "utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Samples":
        """Read what was written."""
        names = ("items", "inputs", "history")
        texts = {name: (folder / f"{name}.json").read_text("utf-8") for name in names}
        samples = cls(**{name: json.loads(text) for name, text in texts.items()})
        for event in samples.history:
            event["timestamp"] = datetime.fromisoformat(event["timestamp"])
        return samples


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def kind_of(item: Item) -> str:
    """Return what an item of the table is: a plan's moves are told from the plan."""
    key = str(item["pk"]["S"])
    kind, _, rest = key.partition("#")
    if kind == "waiting" and rest.startswith("plan/"):
        return "waiting-plan"
    return f"{kind}-move" if kind == "running-plan" and "#" in rest else kind


def capture(assembly: Path) -> Samples:
    """Run the scenarios, and return what was there partway."""
    samples = Samples()
    for name, seconds in MOMENTS.items():
        with _in_the_middle(assembly, load(named(name)), seconds) as cloud:
            for item in _items(cloud):
                samples.items.setdefault(kind_of(item), item)
            for kind, given in _inputs(cloud):
                samples.inputs.setdefault(kind, given)
            if name == HISTORY_OF:
                [first] = cloud.executions()
                samples.history = cloud.execution_history(first["executionArn"])
    return samples


@contextmanager
def _in_the_middle(assembly: Path, scenario: Scenario, seconds: float) -> Iterator[Cloud]:
    install()
    world = scenario.world
    with Cloud(account=world.account, region=world.region) as cloud:
        cloud.deploy(assembly, stack_name(assembly))
        stage(scenario)
        is_plan = scenario.is_plan(scenario.trigger)
        machine = cloud.outputs["PlanStateMachineArn" if is_plan else "StateMachineArn"]
        cloud.plan_faults(scenario.task_faults, scenario.interruptions, machine)
        fire(cloud, scenario, scenario.trigger)
        for answer in scenario.answers:
            cloud.clock.call_later(answer.at, partial(send_answer, cloud, answer, to_plan=is_plan))
        cloud.run_until_idle(timedelta(seconds=seconds))
        yield cloud


def _items(cloud: Cloud) -> Iterator[Item]:
    table = cloud.outputs["LocksTableName"]
    found = cloud.client("dynamodb").scan(TableName=table)["Items"]
    yield from sorted(found, key=lambda item: str(item["pk"]["S"]))


def _inputs(cloud: Cloud) -> Iterator[tuple[str, Any]]:
    """Yield the kind and the input of every execution: who starts what."""
    machines = {cloud.outputs[name]: kind for kind, name in _MACHINES.items()}
    for execution in cloud.executions():
        kind = machines.get(execution["stateMachineArn"])
        if kind:
            given = json.loads(execution["input"])
            trigger = given.get("trigger") if isinstance(given, dict) else None
            yield f"{kind}-{trigger}" if trigger else kind, given


_MACHINES: Final = {
    "migration": "StateMachineArn",
    "plan": "PlanStateMachineArn",
    "watchdog": "WatchdogStateMachineArn",
    "plan-watchdog": "PlanWatchdogStateMachineArn",
}


def version() -> str:
    """Return the project's version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return str(project["project"]["version"])


def main(folder: Path) -> None:
    """Capture this release's samples into a folder of its own."""
    with TemporaryDirectory() as work:
        capture(synthesize(Path(work) / "assembly")).write(folder / version())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
