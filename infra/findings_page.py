"""The page about preflight's findings, from its rules: `python -m infra.findings_page FILE`."""

import sys
from pathlib import Path

from vifshift.findings import Rule
from vifshift.preflight import RULES

HEAD = """# Findings of preflight

Made from the rules by `make docs`. A `block` stops the migration before anything is touched; one
that is overridable is let through by its code in `acknowledge`, and then shows who asked for it.

| code | severity | meaning | what to do | AWS page |
|---|---|---|---|---|
"""


def page() -> str:
    """Return the page."""
    return HEAD + "".join(_row(rule) for rule in RULES)


def _row(rule: Rule) -> str:
    severity = f"{rule.severity}, overridable" if rule.overridable else rule.severity
    cells = [f"`{rule.code}`", severity, rule.summary, rule.remedy, rule.page]
    return f"| {' | '.join(cells)} |\n"


def main(path: str) -> None:
    """Write the page."""
    Path(path).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
