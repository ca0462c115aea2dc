"""`vifshift` as a person runs it, process by process, against what `serve` serves."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.served import ROOT, serving, surroundings

Run = Callable[..., tuple[int, str, str]]
VIF, OTHER, SOURCE, TARGET = "dxvif-aaaa0001", "dxvif-bbbb0001", "dxcon-source01", "dxcon-target01"
BRIEF = {"holdSeconds": 5, "pollSeconds": 5}
RUNNING, BLOCKED = 3, 2

pytestmark = [pytest.mark.xdist_group("e2e"), pytest.mark.enable_socket, pytest.mark.verify]


@pytest.fixture
def run(assembly: Path) -> Iterator[Run]:
    """Return what runs `vifshift` in a process of its own: its status, and what it says."""
    with serving("--assembly", str(assembly)) as environment:
        shell = {**surroundings(environment), "COLUMNS": "80", "NO_COLOR": "1"}

        def run(*arguments: str) -> tuple[int, str, str]:
            done = subprocess.run(
                ["vifshift", *arguments],
                cwd=ROOT,
                env=shell,
                capture_output=True,
                text=True,
                check=False,
                timeout=240,
            )
            return done.returncode, done.stdout, done.stderr

        yield run


@pytest.fixture
def asked(tmp_path: Path) -> Callable[..., str]:
    """Return what writes the request of a move into a file."""

    def asked(vif: str, **fields: Any) -> str:
        path = tmp_path / f"{vif}.json"
        request = {"virtualInterfaceId": vif, "connectionId": TARGET, "convergence": BRIEF}
        path.write_text(json.dumps({**request, **fields}), "utf-8")
        return str(path)

    return asked


def test_every_command_works_by_request_id(
    run: Run, asked: Callable[..., str], tmp_path: Path
) -> None:
    """A move to its end, another one that is cancelled, their pages, and the installation."""
    status, said, error = run("--json", "check", VIF, TARGET)
    assert (status, json.loads(said)["moves"][0]["virtualInterfaceId"]) == (0, VIF), error

    status, said, error = run("--json", "start", "-f", asked(VIF), "--request-id", "CHG1")
    assert status == 0, error
    name = json.loads(said)["id"]
    assert run("status", "CHG1")[0] == RUNNING
    status, said, error = run("watch", "CHG1")
    assert status == 0, said + error
    assert said.splitlines()[0] == f"{name}  {VIF} → {TARGET}"
    assert "VIF Migration Started" in said
    assert said.splitlines()[-1].startswith("succeeded  moved and verified")
    assert "Nothing is left" in run("empty", SOURCE)[1]

    wait = {"required": True, "timeoutMinutes": 5}
    file = asked(OTHER, approval=wait)
    status, said, error = run("--json", "start", "-f", file, "--request-id", "CHG2")
    assert status == 0, error
    ids = [each["id"] for each in json.loads(run("--json", "list")[1])]
    assert ids == [json.loads(said)["id"]]
    status, said, error = run("--json", "cancel", "CHG2", "--by", "ana")
    assert (status, json.loads(said)["reasonCode"]) == (0, "HEARD"), error
    status, said, error = run("watch", "CHG2")
    assert status == BLOCKED, said + error
    assert "cancelled" in said.splitlines()[-1]
    assert json.loads(run("--json", "list")[1]) == []

    for request, vif in (("CHG1", VIF), ("CHG2", OTHER)):
        page = tmp_path / f"{request}.html"
        status, said, error = run("report", request, "--output", str(page))
        assert status == 0, said + error
        assert vif in page.read_text("utf-8")

    status, said, error = run("--json", "doctor")
    found = {each["name"]: each["is_well"] for each in json.loads(said)}
    # Nobody has subscribed to the notifications of this cloud.
    assert {name for name, is_well in found.items() if not is_well} == {"subscriptions"}, said
    assert {"dry run", "event", "evidence", "metric", "watchdog", "versions"} <= found.keys()
    assert status == BLOCKED, error
