"""Puts the model together: what is made from the definitions, and what is written by hand."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.functions import cancellations, permissions, retaking
from models.jsonata import constant
from models.machines import items
from models.machines.migration import MIGRATION
from models.machines.plan import PLAN, TRACK
from models.machines.watchdogs import PLAN_WATCHDOG, WATCHDOG
from models.projection import project
from models.scopes import ModelScope
from vifshift.domain.migration import Outcome
from vifshift.domain.workflow import PlanState

_PROMELA = Path(__file__).parent / "promela"
_CONSTANT = re.compile(r"\bis_\w+")

Definitions = Mapping[str, Mapping[str, Any]]
"""The definitions by the beginning of the logical id of their state machine."""


def written(definitions: Mapping[str, str]) -> Definitions:
    """Return the definitions of an assembly by the names that the model has for them."""
    found = {}
    for name in ("Migration", "Plan", "PlanWatchdog", "Watchdog"):
        [text] = [
            text for key, text in definitions.items() if key.startswith(f"{name}StateMachine")
        ]
        found[name] = json.loads(text)
    return found


def assemble(definitions: Definitions, scope: ModelScope) -> str:
    """Return the model of a scope in Promela."""
    stages = definitions["Plan"]["States"][PlanState.RUN_STAGES]["ItemProcessor"]
    track = stages["States"][PlanState.RUN_TRACKS]["ItemProcessor"]
    parts = [
        (_PROMELA / "table.pml").read_text("utf-8"),
        _functions(),
        project(definitions["Migration"], MIGRATION),
        project(definitions["Watchdog"], WATCHDOG),
        project(definitions["Plan"], PLAN),
        project(track, TRACK),
        project(definitions["PlanWatchdog"], PLAN_WATCHDOG),
        (_PROMELA / "world.pml").read_text("utf-8"),
        (_PROMELA / "properties.pml").read_text("utf-8"),
    ]
    names = sorted({*_CONSTANT.findall("\n".join(parts)), *map(constant, Outcome)})
    constants = [f"#define {name} {number}" for number, name in enumerate(names, 1)]
    limits = {
        "TROUBLE": scope.trouble,
        "MOST_SWEEPS": scope.trouble + 1,
        "RUNNING_MIGRATIONS": scope.migrations,
        "HAS_PLAN": int(scope.has_plan),
    }
    defined = [f"#define {name} {number}" for name, number in limits.items()]
    return "\n".join([*defined, *constants, "", *parts])


def _functions() -> str:
    condition, change = retaking(items.lock("me"))
    good = " || ".join(f"o == {constant(each)}" for each in Outcome if not each.error)
    lines = [
        "/* What the functions decide, as their code has answered. */",
        f"#define CAN_RETAKE(me) ({condition})",
        f"#define RETAKE(me) {change}",
        *(f"#define {answer}(me, hasLock) ({cases})" for answer, cases in permissions().items()),
        f"#define HEEDS_CANCELLATION(me) ({cancellations()})",
        f"#define HAS_NO_ERROR(o) ({good})",
        "",
    ]
    return "\n".join(lines)
