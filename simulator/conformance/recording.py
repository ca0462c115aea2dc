"""Notes what the executions of a scenario did, and every expression that they evaluated."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TextIO

from simulator.cloud import Cloud, Evaluation
from simulator.runs.session import Session
from simulator.scenarios.model import Scenario

Definition = Mapping[str, Any]


@dataclass(frozen=True)
class RecordedExecution:
    """One execution, and those of the items of its distributed Maps, by Map Run and in order.

    `objects` is what lies in the buckets afterwards, by `bucket/key`; `drawn` are the numbers that
    $random has given it; `machine` is the logical id of its state machine.
    """

    scenario: str
    machine: str
    definition: Definition
    execution: Mapping[str, Any]
    history: Sequence[Mapping[str, Any]]
    items: Mapping[str, Sequence["RecordedExecution"]]
    objects: Mapping[str, str]
    drawn: Sequence[float]


class Recorder:
    """Runs scenarios in a session; use it as a context manager.

    What is evaluated is written to `evaluations`, a line for each expression with other inputs: in
    JSON the question, a tab, and what came of it in the first scenario that has it.
    """

    def __init__(self, session: Session, evaluations: TextIO) -> None:
        self._session = session
        self._evaluations = evaluations
        self._known: set[bytes] = set()
        self._drawn: dict[str, list[float]] = defaultdict(list)
        self._cloud: Cloud | None = None
        self._machines: dict[str, tuple[str, Definition]] = {}
        self._scenario = ""
        self.evaluated = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._cloud is not None:
            self._cloud.watch_evaluations(None)

    def record(self, scenario: Scenario) -> list[RecordedExecution]:
        """Run a scenario, and return the executions that were started, each with its items'."""
        self._scenario = scenario.name
        self._drawn.clear()
        record = self._session.run(scenario, prepare=self._watch)
        cloud = self._session.cloud
        bucket = cloud.outputs["EvidenceBucketName"]
        objects = {f"{bucket}/{key}": text for key, text in record.evidence.items()}
        machines = self._machines_of(cloud)
        items: dict[str, list[RecordedExecution]] = defaultdict(list)
        roots: list[RecordedExecution] = []
        # Backwards, so that an item is there before the execution whose Map it belongs to.
        for execution, history in reversed(
            list(zip(record.executions, record.histories, strict=True))
        ):
            machine, definition = machines[_machine_arn(execution)]
            recorded = RecordedExecution(
                scenario=scenario.name,
                machine=machine,
                definition=definition,
                execution=execution,
                history=history,
                items={run: items[run] for run in _map_runs(history)},
                objects=objects,
                drawn=self._drawn[execution["executionArn"]],
            )
            run = execution.get("mapRunArn")
            (roots if run is None else items[run]).insert(0, recorded)
        return roots

    def _watch(self, cloud: Cloud) -> None:
        cloud.watch_evaluations(self._note)

    def _machines_of(self, cloud: Cloud) -> dict[str, tuple[str, Definition]]:
        """Return the name and the definition of each state machine, by its ARN."""
        if cloud is not self._cloud:
            self._cloud = cloud
            self._machines = {
                arn: (_logical_id(cloud, arn), json.loads(text))
                for arn, text in cloud.state_machines().items()
            }
        return self._machines

    def _note(self, evaluation: Evaluation) -> None:
        self.evaluated += 1
        self._drawn[evaluation.execution_arn].extend(evaluation.drawn)
        what = json.dumps(
            {
                "expression": evaluation.expression,
                "inputs": evaluation.inputs,
                "drawn": evaluation.drawn,
            },
            separators=(",", ":"),
        )
        digest = hashlib.sha256(what.encode()).digest()
        if digest in self._known:
            return
        self._known.add(digest)
        came = {
            "state": evaluation.state,
            "scenario": self._scenario,
            "value": evaluation.value,
            "failed": evaluation.failed,
        }
        # JSON has no tabs but between its tokens, and here not even there.
        self._evaluations.write(f"{what}\t{json.dumps(came)}\n")


def _logical_id(cloud: Cloud, machine_arn: str) -> str:
    machines = cloud.resources_of_type("AWS::StepFunctions::StateMachine")
    [name] = [logical for logical, physical in machines.items() if physical == machine_arn]
    return name


def _machine_arn(execution: Mapping[str, Any]) -> str:
    """Return the state machine of an execution; that of an item has the Map's label behind it."""
    return str(execution["stateMachineArn"]).partition("/")[0]


def _map_runs(history: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        event["mapRunStartedEventDetails"]["mapRunArn"]
        for event in history
        if event["type"] == "MapRunStarted"
    ]
