"""The page about preflight's findings, from its rules: `python -m infra.findings_page FILE`."""

import sys
from pathlib import Path

from vifshift.findings import RULES, Rule
from vifshift.preflight import SUBJECTS

HEAD = """# Findings of preflight

Made from the rules by `make docs`. A `block` stops the migration before anything is touched; one
that is overridable is let through by its code in `acknowledge`, and then shows who asked for it.

| code | severity | meaning | what to do | AWS page |
|---|---|---|---|---|
"""


def page() -> str:
    """Return the page, in the order of the subjects."""
    order = sorted(RULES, key=lambda rule: SUBJECTS.index(rule.judge.__module__))
    return HEAD + "".join(map(_row, order))


def _row(rule: Rule) -> str:
    severity = f"{rule.severity}, overridable" if rule.overridable else rule.severity
    cells = [f"`{rule.code}`", severity, rule.summary, rule.remedy, rule.page]
    return f"| {' | '.join(cells)} |\n"


def main(path: str) -> None:
    """Write the page."""
    Path(path).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
