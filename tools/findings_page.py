"""Write the page about preflight findings, from the rules: `python -m tools.findings_page FILE`."""

import sys
from collections.abc import Iterable
from pathlib import Path

from vifshift.domain.findings import RULES, Rule
from vifshift.plan.planning.findings import PLAN_RULES, PlanRule
from vifshift.preflight.checks import SUBJECTS

HEAD = """# Preflight findings

Made from the rules by `make docs`. A `block` stops the migration before anything is touched; an
overridable one can be acknowledged by its code in `acknowledge`, and then shows who did so.

*Asks again*: if such a finding is new when a move is checked once more, right before it starts,
the move has changed. It is asked about again where somebody had to approve it, and rejected where
nobody had to ([how](operations.md#what-was-approved-is-what-moves)). So is every new `block`. What
was acknowledged, and what this stack has moved itself meanwhile, is no change.

"""
OF_PLANS = """
## Plan findings

Each move of a plan is checked by the rules above, against the network as it will be after the moves
before it; a block of one move stops the plan. The findings below are those of the plan as a whole.

"""
COLUMNS = """| code | severity | meaning | what to do | AWS page |
|---|---|---|---|---|
"""


def page() -> str:
    """Return the page, in the order of the subjects."""
    order = sorted(RULES, key=lambda rule: SUBJECTS.index(rule.judge.__module__))
    return HEAD + _table(order) + OF_PLANS + _table(PLAN_RULES)


def _table(rules: Iterable[Rule | PlanRule]) -> str:
    return COLUMNS + "".join(map(_row, rules))


def _row(rule: Rule | PlanRule) -> str:
    marks = [rule.severity.value]
    marks += ["overridable"] * rule.overridable + ["asks again"] * rule.asks_again
    severity = ", ".join(marks)
    cells = [f"`{rule.code}`", severity, rule.summary, rule.remedy, rule.page]
    return f"| {' | '.join(cells)} |\n"


def main(path: str) -> None:
    """Write the page."""
    Path(path).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
