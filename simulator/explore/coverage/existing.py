"""Everything that exists and can be reached, made from the code itself, so that it can't drift."""

from collections.abc import Iterator
from pathlib import Path

from simulator.explore.coverage.definitions import of_definitions
from simulator.explore.coverage.reached import WAITS
from simulator.explore.coverage.things import ReachKind, Thing
from simulator.explore.generators.kinds import fault_kinds
from vifshift.domain.findings import RULES
from vifshift.domain.migration import Outcome
from vifshift.domain.plan_outcome import MoveOutcome, PlanOutcome
from vifshift.events.answers import AnswerReason
from vifshift.plan.planning.findings import PLAN_RULES
from vifshift.preflight.checks import SUBJECTS


def existing(assembly: Path) -> list[Thing]:
    """Return all of it, by kind: the states are those of an assembly."""
    return [*_by_rules(), *of_definitions(assembly), *_drawn()]


def _by_rules() -> Iterator[Thing]:
    for wait in dict.fromkeys(WAITS.values()):
        yield Thing(ReachKind.WAIT, wait)
    for reason in AnswerReason:
        yield Thing(ReachKind.ANSWER, reason)
    outcomes = {"migration": Outcome, "plan": PlanOutcome, "move": MoveOutcome}
    for what, each in outcomes.items():
        for outcome in each:
            yield Thing(ReachKind.OUTCOME, f"{what}: {outcome}")
    rules = sorted(RULES, key=lambda rule: SUBJECTS.index(rule.judge.__module__))
    codes = [*(rule.code for rule in rules), *(rule.code for rule in PLAN_RULES)]
    for code in dict.fromkeys(codes):
        yield Thing(ReachKind.RULE, code)


def _drawn() -> Iterator[Thing]:
    for name in fault_kinds():
        yield Thing(ReachKind.FAULT, name)
