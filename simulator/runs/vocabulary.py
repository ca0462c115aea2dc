"""Names in a scenario file that vifshift does not have: states, events, outcomes and findings.

What is expected never to happen would never fail under a name that nothing has.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from simulator.directconnect.shapes import service_model
from simulator.scenarios.mistakes import Mistake, Place
from vifshift.domain.findings import RULES, Severity
from vifshift.domain.migration import Outcome
from vifshift.domain.plan_outcome import MoveOutcome, PlanOutcome
from vifshift.domain.workflow import PlanState, StateName
from vifshift.events.base import DetailType
from vifshift.plan.planning.findings import PLAN_RULES
from vifshift.preflight.checks import SUBJECTS

ANY: Final = "*"
KEYS: Final = "**"


def unknown_words(content: object) -> Iterator[Mistake]:
    """Yield each word of a scenario file's content that names nothing."""
    assert SUBJECTS, "the modules of these subjects register their rules"
    states = {*StateName, *PlanState}
    events = set(DetailType)
    findings = {rule.code for rule in RULES} | {rule.code for rule in PLAN_RULES}
    operations = service_model().operation_names
    for path, known, words in (
        (("taskFaults", ANY, "state"), states, "is no state"),
        (("interruptions", ANY, "state"), states, "is no state"),
        (("replays", ANY, "event"), events, "is no event"),
        (("expect", "outcome"), {*Outcome, *PlanOutcome}, "is no outcome"),
        (("expect", "moves", ANY), set(MoveOutcome), "is no outcome of a move"),
        (("expect", "events", ANY), events, "is no event"),
        (("expect", "never", ANY), events, "is no event"),
        (("expect", "findings", ANY, "code"), findings, "is no finding"),
        (("expect", "findings", ANY, "severity"), set(Severity), "is no severity"),
        (("expect", "apiCalls", KEYS), operations, "is no operation of Direct Connect"),
    ):
        yield from _unknown(content, path, (), {str(each) for each in known}, words)


def _unknown(
    value: object, path: tuple[str, ...], place: Place, known: Collection[str], words: str
) -> Iterator[Mistake]:
    """Yield what is found at the end of a path, unless it is known; `ANY` is each item."""
    if not path:
        if isinstance(value, str) and value not in known:
            yield Mistake(place, f"{value!r} {words}", value, known)
        return
    step, *rest = path
    for key, inner in _items(value):
        if step == KEYS:
            yield from _unknown(key, (), (*place, key), known, words)
        elif step in {ANY, key}:
            yield from _unknown(inner, tuple(rest), (*place, key), known, words)


def _items(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, Mapping):
        yield from ((str(key), inner) for key, inner in value.items())
    elif isinstance(value, list | tuple):
        yield from enumerate(value)
