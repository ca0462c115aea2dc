"""What `serve` prints can be pasted, and says what to do next in the world that it serves."""

import re
from pathlib import Path

import pytest
import yaml

from simulator.commands.serve import next_steps, to_paste
from simulator.scenarios.files import read
from simulator.scenarios.model import load, named
from tests.command_checks import check
from tests.documented_commands import Command, commands_of

GOOD = "happy-path-dual-stack-lag"


@pytest.mark.parametrize("is_deployed", [True, False])
def test_every_step_is_a_command_that_exists(is_deployed: bool) -> None:
    steps = list(next_steps(load(named(GOOD)), is_deployed=is_deployed))
    commands = [words for step in steps if step.startswith("    ") for words in commands_of(step)]

    for words in commands:
        check(Command("serve", words, is_in_block=True))
    assert ("vifshift", "check", "dxvif-aaaa0001", "dxlag-target01") in commands
    assert any(words[:2] == ("vifshift", "capture") for words in commands)
    assert any("--what-if" in words for words in commands)
    assert (("make", "deploy") in commands) is not is_deployed


def test_a_plan_or_an_odd_request_still_names_a_move(tmp_path: Path) -> None:
    content = {**read(named(GOOD)), "trigger": {"kind": "event", "request": ["odd"]}, "expect": {}}
    path = tmp_path / "odd.yaml"
    path.write_text(yaml.safe_dump(content), "utf-8")

    steps = " ".join(next_steps(load(path), is_deployed=True))

    assert re.search(r"vifshift check dxvif-\w+ dx(con|lag)-\w+", steps)
    assert "dxvif-aaaa0001 dxcon-source01" not in steps


def test_what_is_to_paste_sets_the_cloud_and_nothing_else_is_in_the_way() -> None:
    lines = to_paste({"AWS_ENDPOINT_URL": "http://127.0.0.1:5055", "AWS_ACCESS_KEY_ID": "key"})

    assert lines == [
        "unset AWS_PROFILE AWS_SESSION_TOKEN",
        "export AWS_ENDPOINT_URL=http://127.0.0.1:5055",
        "export AWS_ACCESS_KEY_ID=key",
    ]
