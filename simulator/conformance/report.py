"""Sums up what was compared, what could not be, and what differs."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from infra.workflows.definition_rules import expressions
from infra.workflows.definitions import definitions
from simulator.conformance.outcome import ReplayOutcome, reason
from simulator.conformance.reference import ReferenceJudgement

_TAKEN_WHY = {
    "task tokens": "each engine makes its own",
    "numbers of $random": "each engine draws its own",
}


class Report:
    """What was compared; as text, for people."""

    def __init__(self, assembly: Path, scenarios: int) -> None:
        self._definitions: dict[str, Any] = {
            name: json.loads(text) for name, text in definitions(assembly).items()
        }
        self._scenarios = scenarios
        self._outcomes: list[ReplayOutcome] = []
        self.judgement = ReferenceJudgement()

    def add(self, outcomes: Sequence[ReplayOutcome]) -> None:
        """Take in what came of some replays."""
        self._outcomes += outcomes

    @property
    def differs(self) -> bool:
        """Return whether anything differs without a known reason, or nothing was compared."""
        unexplained = any(outcome.unexplained for outcome in self._outcomes)
        return unexplained or bool(self.judgement.contradictions) or not self._outcomes

    @property
    def unseen(self) -> list[str]:
        """Return the states that no execution has entered."""
        seen = {(each.machine, state) for each in self._outcomes for state in each.states}
        return [
            f"{machine}: {state}"
            for machine, definition in self._definitions.items()
            for state in states_of(definition)
            if (machine, state) not in seen
        ]

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        agree = sum(not outcome.differences for outcome in self._outcomes)
        yield (
            f"{self._scenarios} scenarios, {len(self._outcomes)} executions replayed in sfnx: "
            f"{agree} agree"
        )
        for machine in self._definitions:
            yield from self._of_machine(machine)
        compared = sum((each.compared for each in self._outcomes), Counter[str]())
        yield "compared: " + ", ".join(f"{number} {what}" for what, number in compared.items())
        yield from self._not_replayed()
        yield from self._expressions()
        yield from self._differences()

    def _of_machine(self, machine: str) -> Iterator[str]:
        for is_item, name in (False, machine), (True, f"{machine}, items of its Map"):
            of_it = [
                each
                for each in self._outcomes
                if (each.machine, each.is_item) == (machine, is_item)
            ]
            if of_it or not is_item:
                agree = sum(not each.differences for each in of_it)
                yield f"  {agree} of {len(of_it)}: {name}"

    def _not_replayed(self) -> Iterator[str]:
        cut = Counter(each.cut for each in self._outcomes if each.cut)
        for why, number in cut.items():
            yield f"replayed only as far as it came, since it was {why}: {number} executions"
        taken = sum((each.taken for each in self._outcomes), Counter[str]())
        for what, number in taken.items():
            yield f"taken from the recording, since {_TAKEN_WHY[what]}: {number} {what}"
        yield f"states that no execution came to: {len(self.unseen)}"
        yield from (f"  {each}" for each in self.unseen)

    def _expressions(self) -> Iterator[str]:
        judged, written = self.judgement, self._written()
        yield (
            f"{len(judged.expressions)} expressions with {judged.evaluations} different inputs "
            f"evaluated by the reference implementation: {len(judged.contradictions)} differ"
        )
        unevaluated = sorted(written - judged.expressions)
        yield f"expressions that no execution evaluated: {len(unevaluated)} of {len(written)}"
        yield from (f"  {each}" for each in unevaluated)

    def _written(self) -> set[str]:
        """Return the expressions of the machines."""
        machines = self._definitions.values()
        return {each.strip() for machine in machines for each in expressions(machine)}

    def _differences(self) -> Iterator[str]:
        found = [each for outcome in self._outcomes for each in outcome.differences]
        explained = Counter(filter(None, map(reason, found)))
        for why, number in explained.items():
            yield f"explained differences: {number}: {why}"
        unexplained = [str(each) for each in found if reason(each) is None]
        unexplained += map(str, self.judgement.contradictions)
        yield f"unexplained differences: {len(unexplained)}"
        yield from (f"  {each}" for each in unexplained)


def states_of(scope: dict[str, Any]) -> Iterator[str]:
    """Yield the names of all states, those inside of others too."""
    for name, state in scope["States"].items():
        yield name
        for inner in (*state.get("Branches", ()), state.get("ItemProcessor")):
            if inner is not None:
                yield from states_of(inner)
