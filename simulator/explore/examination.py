"""Runs seeds in one or several processes, and shrinks scenarios that violate a property."""

import multiprocessing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from simulator.explore.coverage.reached import reached
from simulator.explore.coverage.things import Thing
from simulator.explore.generators import GeneratedScenario, generate
from simulator.explore.properties.catalogue import Violation, violations
from simulator.explore.shrinking import shrink
from simulator.runs.record import Record
from simulator.runs.session import Session
from simulator.scenarios.model import Expect, Scenario

NO_OUTCOME = "none"


@dataclass(frozen=True)
class Examined:
    """The result of one seed; `minimal` is the smallest scenario that shows the violations."""

    seed: int
    request: str
    troubles: tuple[str, ...]
    outcome: str
    virtual_seconds: float
    reached: frozenset[Thing] = frozenset()
    violations: tuple[Violation, ...] = ()
    minimal: Scenario | None = None


def examine(seed: int, session: Session, *, is_shrinking: bool = True) -> Examined:
    """Run a seed, check the properties, and shrink the scenario if any is violated."""
    drawn = generate(seed)
    record = session.run(drawn.scenario)
    found = violations(record)
    minimal = None
    if found:
        minimal = drawn.scenario
        if is_shrinking:
            minimal = shrink(minimal, lambda each: _shows(each, session, found[0].name))
        minimal = _expecting(session.run(minimal))
    return _examined(drawn, record, found, minimal)


def examine_all(seeds: Iterable[int], assembly: Path, jobs: int) -> Iterator[Examined]:
    """Run seeds in the given number of processes, and yield the results.

    Those that need settings come last, since they need another deployment.
    """
    ordered = sorted(seeds, key=lambda seed: generate(seed).scenario.settings is not None)
    if jobs == 1:
        with Session(assembly) as session:
            yield from (examine(seed, session) for seed in ordered)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(jobs, initializer=_begin, initargs=(assembly,)) as pool:
        yield from pool.imap(_examine, ordered)


_sessions: list[Session] = []


def _begin(assembly: Path) -> None:
    """Open the session of a worker process, which lives as long as the process."""
    _sessions.append(Session(assembly).__enter__())


def _examine(seed: int) -> Examined:
    return examine(seed, _sessions[-1])


def _shows(scenario: Scenario, session: Session, name: str) -> bool:
    return any(violation.name == name for violation in violations(session.run(scenario)))


def _expecting(record: Record) -> Scenario:
    """Return a run's scenario that expects the run's outcome, so that only properties can fail."""
    expect = Expect(outcome=record.outcome or NO_OUTCOME)
    return record.scenario.model_copy(update={"expect": expect})


def _examined(
    drawn: GeneratedScenario, record: Record, found: list[Violation], minimal: Scenario | None
) -> Examined:
    return Examined(
        seed=drawn.seed,
        request=drawn.request,
        troubles=drawn.troubles,
        outcome=record.outcome or NO_OUTCOME,
        virtual_seconds=record.virtual_seconds,
        reached=reached(record, drawn.drawn),
        violations=tuple(found),
        minimal=minimal,
    )
