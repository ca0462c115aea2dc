"""The subjects of a timeline: plans, migrations, and their VIFs."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import JsonValue

from simulator.directconnect import Transition
from simulator.runs.record import Record, execution_of
from vifshift.domain.workflow import StateName

PLAN = "plan"


class NamedExecution(NamedTuple):
    """An execution of a plan or migration, with its label; `vif` is None for a plan."""

    who: str
    vif: str | None
    arn: str
    history: Sequence[dict[str, Any]]

    @property
    def states(self) -> Iterator[tuple[datetime, str]]:
        """Yield when a state was entered, for all but the choices.

        `Observe` is there once for each of its observations.
        """
        name = ""
        for event in self.history:
            if event["type"].endswith("StateEntered") and event["type"] != "ChoiceStateEntered":
                name = event["stateEnteredEventDetails"]["name"]
                yield event["timestamp"], name
            elif event["type"] == "TaskSucceeded" and name == StateName.OBSERVE:
                for at in _later_observations(event["taskSucceededEventDetails"]["output"]):
                    yield at, name

    @property
    def transitions(self) -> int:
        """Return how many states were entered, choices too: what Step Functions charges for."""
        return sum(event["type"].endswith("StateEntered") for event in self.history)


def runs(record: Record) -> list[NamedExecution]:
    """Return the plans and migrations in the order in which they were started.

    A plan's tracks and the watchdogs are left out: they do nothing that does not show elsewhere.
    """
    found: list[NamedExecution] = []
    named: Counter[str] = Counter()
    for execution, history in zip(record.executions, record.histories, strict=True):
        machine = execution["stateMachineArn"]
        if machine not in {record.plan_machine, record.state_machine}:
            continue
        vif = None if machine == record.plan_machine else _vif_of(json.loads(execution["input"]))
        who = PLAN if machine == record.plan_machine else vif or "migration"
        named[who] += 1
        label = who if named[who] == 1 else f"{who} #{named[who]}"
        found.append(NamedExecution(label, vif, execution["executionArn"], history))
    return found


def subjects(record: Record, shown: Sequence[NamedExecution]) -> dict[str, list[Transition]]:
    """Return what happened to each VIF that was migrated, or that was asked for by its id."""
    asked = [_vif_of(record.scenario.asked(each)) for each in record.scenario.triggers]
    wanted = dict.fromkeys([*asked, *(run.vif for run in shown)])
    told = {
        vif: [each for each in record.transitions if each.virtual_interface_id == vif]
        for vif in wanted
        if vif is not None
    }
    return {vif: seen for vif, seen in told.items() if seen}


def names_of(shown: Sequence[NamedExecution]) -> dict[str, str]:
    """Return the label of each execution by its ARN, or nothing if there is only one."""
    return {run.arn: run.who for run in shown} if len(shown) > 1 else {}


def teller_of(event: dict[str, Any], names: dict[str, str]) -> str:
    """Return the label of the execution that one of the app's events is about."""
    return names.get(execution_of(event), "")


def _later_observations(output: str) -> list[datetime]:
    """Return when the observations of an invocation were made, but for the first."""
    payload = json.loads(output)["Payload"]
    looks = [*payload.get("looks", ()), payload["observation"]]
    return [datetime.fromisoformat(look["at"]) for look in looks[1:]]


def _vif_of(given: JsonValue) -> str | None:
    """Return the VIF of a request, with or without an envelope."""
    request = given.get("request", given) if isinstance(given, dict) else None
    vif = request.get("virtualInterfaceId") if isinstance(request, dict) else None
    return vif if isinstance(vif, str) else None
