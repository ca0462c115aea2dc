"""What is written down must be what the code does."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from moto.events.models import EventPattern

from simulator import scenarios_page
from simulator.event_examples import examples, text_of
from simulator.explore.properties.schemas import faults
from tools.events import page as events_page
from tools.events.catalog import INCOMING
from tools.events.patterns import DETAILS, PATTERNS, command
from tools.events.schemas import broken, schemas
from tools.findings_page import page
from vifshift.domain.access_policy import SESSION_PREFIX
from vifshift.domain.migration import Outcome
from vifshift.domain.network_actions import (
    AFFECTED,
    ALARMS,
    ASSOCIATING,
    IN_GROUPS,
    ONCE,
    ROUTES,
    SEEING,
    TESTS,
)
from vifshift.domain.workflow import StateName

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "docs" / "reference.md").read_text("utf-8")


def pins(requirements: Path) -> dict[str, str]:
    """Return the pinned version of each package."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", requirements.read_text("utf-8"), re.MULTILINE))


def test_the_schemas_of_the_events_are_up_to_date() -> None:
    written = {
        path.name: json.loads(path.read_text("utf-8"))
        for path in (ROOT / "docs" / "events").glob("*.json")
    }

    assert written == schemas(), "make docs writes them"


def test_the_schemas_keep_every_promise_that_was_made() -> None:
    assert broken(ROOT / "docs" / "events", schemas()) == []


@pytest.mark.verify
def test_the_examples_of_the_events_are_up_to_date(assembly: Path) -> None:
    folder = ROOT / "docs" / "events" / "examples"
    written = {path.name: path.read_text("utf-8") for path in folder.glob("*.json")}

    found = {name: text_of(example) for name, example in examples(assembly).items()}

    assert written == found, "make docs writes them"
    assert set(written) == set(schemas())


def test_the_page_of_the_events_is_up_to_date() -> None:
    written = (ROOT / "docs" / "events.md").read_text("utf-8")

    assert written == events_page.page(), "make docs writes it"


def test_what_the_page_of_the_events_links_to_is_there() -> None:
    text = (ROOT / "docs" / "events.md").read_text("utf-8")
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-") for heading in headings}

    for link in re.findall(r"\]\(([^)]+)\)", text):
        is_there = link[1:] in anchors if link[0] == "#" else (ROOT / "docs" / link).exists()
        assert is_there, link
    assert len(headings) == len(anchors)


def examples_on_file() -> list[dict[str, Any]]:
    """Return a real event of each kind."""
    paths = sorted((ROOT / "docs" / "events" / "examples").glob("*.json"))
    return [json.loads(path.read_text("utf-8")) for path in paths]


PICKED = {
    "Everything that vifshift sends": 29,
    "How every migration ended": 17,
    "Somebody has to act now": 3,
    "A migration ended, and traffic does not flow as before, or that is not known": 4,
    "Somebody has to approve": 1,
    "What is worth a chat message: everything except progress and duplicates": 27,
    "An interruption of traffic begins or ends": 4,
    "The virtual interfaces of one account of a fleet, in one Region": 14,
    "Everything about one virtual interface": 15,
    "Everything about one change": 4,
}


def test_the_patterns_pick_what_they_say() -> None:
    picked = {}
    for wish, pattern in PATTERNS:
        matcher: Any = EventPattern.load(json.dumps(pattern))
        found = [each for each in examples_on_file() if matcher.matches_event(each)]
        assert all(each["source"] == "vifshift" for each in found)
        picked[wish] = len(found)

    assert picked == PICKED


def test_the_commands_send_what_is_valid() -> None:
    assert set(DETAILS) == set(INCOMING)
    for detail_type in INCOMING:
        *words, entries = shlex.split(command(detail_type))
        assert words == ["aws", "events", "put-events", "--entries"]
        [entry] = json.loads(entries)
        assert entry["DetailType"] == detail_type
        assert list(faults(detail_type, json.loads(entry["Detail"]))) == []


def test_the_page_of_the_findings_is_up_to_date() -> None:
    written = (ROOT / "docs" / "findings.md").read_text("utf-8")

    assert written == page(), "make docs writes it"


@pytest.mark.verify
def test_the_page_of_the_scenarios_is_up_to_date() -> None:
    written = (ROOT / "docs" / "scenarios.md").read_text("utf-8")

    assert written == scenarios_page.page(), "make docs writes it"


def test_the_diagram_has_every_state() -> None:
    diagram = REFERENCE.split("```mermaid")[1].split("```")[0]
    names = {re.sub(r"\W+", "_", state).strip("_") for state in StateName}

    assert set(re.findall(r"\b[A-Z]\w+", re.sub(r":.*", "", diagram))) == names


def test_the_table_of_outcomes_is_complete() -> None:
    rows = re.findall(
        r"^\| `([a-z-]+)`.*\| (?:`([\w.]+)`)? *\| VIF Migration", REFERENCE, re.MULTILINE
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
    path = ROOT / "examples" / "other-account-role.yaml"
    role = yaml.safe_load(path.read_text("utf-8"))["Resources"]["Role"]["Properties"]

    [permissions] = [each["PolicyDocument"] for each in role["Policies"]]
    assert actions(permissions) == {
        *SEEING,
        *ONCE,
        AFFECTED,
        ALARMS,
        ROUTES,
        TESTS,
        IN_GROUPS,
        ASSOCIATING,
    }
    narrow = [each for each in permissions["Statement"] if each["Resource"] != "*"]
    assert [each["Action"] for each in narrow] == [
        AFFECTED,
        [ROUTES, TESTS],
        IN_GROUPS,
        ASSOCIATING,
    ]
    trust, identifying = role["AssumeRolePolicyDocument"]["Statement"]
    functions = {"aws:PrincipalArn": {"Ref": "FunctionRoleArns"}}
    assert trust["Condition"]["ArnEquals"] == functions
    assert identifying["Condition"] == {"ArnEquals": functions}
    assert identifying["Action"] == "sts:SetSourceIdentity"
    assert trust["Condition"]["StringEquals"] == {"sts:ExternalId": {"Ref": "ExternalId"}}
    assert trust["Condition"]["StringLike"]["sts:RoleSessionName"] == f"{SESSION_PREFIX}*"
