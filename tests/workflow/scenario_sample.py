"""Chooses the scenarios that `make test` runs: together they reach what all of them reach.

`PYTHONPATH=functions:. python -m tests.workflow.scenario_sample` runs every scenario once, and
lists in `run_by_verify_alone.txt` those that reach nothing that the others don't. A scenario that
is not listed there, such as a new one, is run by `make test`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from simulator.commands.assemblies import assembly
from simulator.explore.coverage.reached import reached
from simulator.runs.record import Record
from simulator.runs.session import Session
from simulator.scenarios.model import SCENARIOS, find, load

LIST = Path(__file__).with_name("run_by_verify_alone.txt")
_OF_A_DEPLOYMENT = 5_000
"""What a scenario with settings of its own costs more than others, in events of histories."""


class Reach(NamedTuple):
    """What the run of a scenario has reached, and what it costs in events of histories."""

    things: frozenset[str]
    cost: int


def listed() -> frozenset[str]:
    """Return the names of the scenarios that `make test` leaves to `make verify`."""
    return frozenset(LIST.read_text("utf-8").split())


def reach(record: Record) -> Reach:
    """Return what a run has reached: in workflows, rules, events, calls, IAM, metrics, alarms."""
    deployment = _OF_A_DEPLOYMENT * (record.scenario.settings is not None)
    return Reach(frozenset(_things(record)), deployment + sum(map(len, record.histories)))


def _things(record: Record) -> Iterator[str]:
    yield from map(str, reached(record, ()))
    for event in record.events:
        yield f"event {event['detail-type']}"
    for call in record.calls:
        yield f"call {call.operation} {call.error} {call.took_effect}"
    for denial in record.denials:
        yield f"denial {denial.action}"
    for point in record.data_points:
        yield f"metric {point.metric.name}"
    for alarm in record.alarms:
        yield f"alarm {alarm}"
    for what in ("dead_letters", "assumptions"):
        if getattr(record, what):
            yield what


def chosen(scenarios: Mapping[str, Reach]) -> list[str]:
    """Return the names of a few that reach all that is reached, the most for its cost first."""
    left = {thing for each in scenarios.values() for thing in each.things}
    names = []
    while left:
        name = max(scenarios, key=lambda name: _worth(scenarios[name], left))
        left -= scenarios[name].things
        names.append(name)
    return names


def _worth(one: Reach, left: set[str]) -> float:
    return len(one.things & left) / one.cost if one.cost else 0.0


def reach_of_all(session: Session) -> dict[str, Reach]:
    """Run every scenario, and return what each has reached, by its name."""
    return {file.stem: reach(session.run(load(file))) for file in find([SCENARIOS])}


def main() -> None:
    """List the scenarios that `make test` need not run."""
    with assembly(None) as shipped, Session(shipped) as session:
        scenarios = reach_of_all(session)
    rest = sorted(scenarios.keys() - chosen(scenarios))
    LIST.write_text("".join(f"{name}\n" for name in rest), "utf-8")
    print(f"{len(scenarios) - len(rest)} of {len(scenarios)} scenarios are run by `make test`.")


if __name__ == "__main__":
    main()
