"""What is written down must be what the code does."""

import json
import re
from pathlib import Path
from typing import Any

from infra.event_schemas import schemas
from infra.findings_page import page
from infra.functions import ASSOCIATING, LOOKING, SEEING
from simulator import scenarios_page
from vifshift.migration import Outcome
from vifshift.reach import SESSION_PREFIX
from vifshift.workflow import StateName

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def pins(requirements: Path) -> dict[str, str]:
    """Return the pinned version of each package."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", requirements.read_text("utf-8"), re.MULTILINE))


def test_the_schemas_of_the_events_are_up_to_date() -> None:
    written = {
        path.name: json.loads(path.read_text("utf-8"))
        for path in (ROOT / "docs" / "events").glob("*.json")
    }

    assert written == schemas(), "make docs writes them"


def test_the_page_of_the_findings_is_up_to_date() -> None:
    written = (ROOT / "docs" / "findings.md").read_text("utf-8")

    assert written == page(), "make docs writes it"


def test_the_page_of_the_scenarios_is_up_to_date() -> None:
    written = (ROOT / "docs" / "scenarios.md").read_text("utf-8")

    assert written == scenarios_page.page(), "make docs writes it"


def test_the_diagram_has_every_state() -> None:
    diagram = README.split("```mermaid")[1].split("```")[0]
    names = {re.sub(r"\W+", "_", state).strip("_") for state in StateName}

    assert set(re.findall(r"\b[A-Z]\w+", re.sub(r":.*", "", diagram))) == names


def test_the_table_of_outcomes_is_complete() -> None:
    rows = re.findall(
        r"^\| `([a-z-]+)`.*\| (?:`([\w.]+)`)? *\| VIF Migration", README, re.MULTILINE
    )

    assert rows == [(outcome, outcome.error or "") for outcome in Outcome]


def test_the_layer_is_what_the_laptop_runs() -> None:
    layer = pins(ROOT / "functions" / "requirements.txt")
    laptop = pins(ROOT / "requirements.txt")

    assert layer == {name: laptop.get(name) for name in layer}


def actions(policy: dict[str, Any]) -> set[str]:
    """Return all that a policy allows."""
    found = (statement["Action"] for statement in policy["Statement"])
    return {each for some in found for each in ([some] if isinstance(some, str) else some)}


def test_the_role_of_another_account_may_do_what_the_functions_need() -> None:
    text = (ROOT / "docs" / "other-accounts.md").read_text("utf-8")
    policies = {
        name: json.loads(body)
        for name, body in re.findall(r"^```json (\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    }

    assert actions(policies["permissions"]) == {*SEEING, *LOOKING, ASSOCIATING}
    changing = [each for each in policies["permissions"]["Statement"] if each["Resource"] != "*"]
    assert [each["Action"] for each in changing] == [ASSOCIATING]
    [trust] = policies["trust"]["Statement"]
    assert set(trust["Condition"]["StringEquals"]) == {"sts:ExternalId"}
    assert trust["Condition"]["StringLike"]["sts:RoleSessionName"] == f"{SESSION_PREFIX}*"
