"""What each handler imports, and so what its cold start costs."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import grimp
import pytest

FUNCTIONS: Final = Path(__file__).resolve().parents[4] / "functions"
AWS: Final = {"adapters", "boto3"}
MIGRATION: Final = {"events", "migration"}
PAGES: Final = {"preflight", "reports", "jinja2"}
PLAN: Final = {"events", "events.plan", "migration", "plan", "preflight"}
MAY_IMPORT: Final[dict[str, set[str]]] = {
    "advance": AWS | PLAN,
    "answer": AWS | PLAN,
    "associate": AWS | MIGRATION,
    "conclude": MIGRATION,
    "conclude_plan": AWS | PLAN | {"reports"},
    "hold": AWS | MIGRATION | PAGES,
    "hold_plan": AWS | PLAN,
    "investigate": AWS | MIGRATION,
    "manifest": AWS | {"events"},
    "observe": AWS | MIGRATION | {"preflight"},
    "prepare": AWS | PLAN | PAGES,
    "report": AWS | MIGRATION | PAGES,
    "report_plan": AWS | PLAN | {"reports", "jinja2"},
    "sweep": AWS,
    "validate": AWS | MIGRATION | {"preflight"},
    "witness": AWS | MIGRATION,
}
"""Besides what all import: `domain`, the environment, Pydantic, and Powertools."""
ALWAYS: Final = {
    "vifshift.adapters",
    "vifshift.adapters.call_counter",
    "vifshift.adapters.environment",
}
EVENTS_OF_PLANS: Final = "vifshift.events.plan"


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Return which module imports which, without what only type checkers read."""
    return grimp.build_graph(
        "vifshift",
        include_external_packages=True,
        exclude_type_checking_imports=True,
        cache_dir=None,
    )


@pytest.mark.parametrize("handler", MAY_IMPORT)
def test_a_handler_imports_what_it_may(graph: grimp.ImportGraph, handler: str) -> None:
    imported = graph.find_upstream_modules(f"vifshift.handlers.{handler}")
    assert {part for module in imported if (part := _part(module))} == MAY_IMPORT[handler]


def test_every_handler_is_listed(graph: grimp.ImportGraph) -> None:
    modules = graph.find_children("vifshift.handlers")
    shared = {f"vifshift.handlers.{name}" for name in ("asking", "plan_results", "runtime")}
    assert modules - shared == {f"vifshift.handlers.{name}" for name in MAY_IMPORT}


def test_python_imports_no_more_than_the_sources_say() -> None:
    """Of the handlers, `conclude` imports least: what it gets otherwise, all get.

    Powertools imports botocore's own package, whose modules cost most, and none of those.
    """
    listing = "import sys, vifshift.handlers.conclude; print(*sys.modules)"
    environment = {"PYTHONPATH": str(FUNCTIONS), "POWERTOOLS_SERVICE_NAME": "vifshift"}
    done = subprocess.run(
        [sys.executable, "-c", listing],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(done.stdout.split()) - {"botocore"}
    loaded = {part for module in modules if (part := _part(module))}
    assert loaded == MAY_IMPORT["conclude"]


def _part(module: str) -> str | None:
    """Return which part a module belongs to, None if all handlers import it."""
    package, _, rest = module.partition(".")
    if package in {"boto3", "botocore"}:
        return "boto3"
    if package != "vifshift" or module in ALWAYS:
        return package if package == "jinja2" else None
    if module.startswith(EVENTS_OF_PLANS):
        return "events.plan"
    part = rest.partition(".")[0]
    return None if part in {"", "domain", "handlers"} else part
