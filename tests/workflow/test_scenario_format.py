"""Every example in docs/scenario-format.md is what it says: it runs, and ends as it expects."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from simulator.expectations import failures
from simulator.runs.session import Session
from simulator.runs.vocabulary import unknown_words
from simulator.scenario_format import PAGE
from simulator.scenario_schema import schema
from simulator.scenarios.files import parsed
from simulator.scenarios.model import BadScenarioError, Scenario, load

BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
WHOLE = [each for each in BLOCKS if "\nworld:" in each and "name:" in each]
PARTS = [each for each in BLOCKS if each not in WHOLE]
ENDS = ["succeeded", "rolled-back"]


def written(folder: Path, text: str) -> Scenario:
    path = folder / "mine.yaml"
    path.write_text(text, "utf-8")
    return load(path, unknown_words)


def with_part(part: str) -> dict[str, Any]:
    """Return the last whole file with a part added; a part of the world goes into its world."""
    whole, added = parsed(PAGE, WHOLE[-1]), parsed(PAGE, part)
    world = {**whole["world"], **added.get("world", {})}
    return {**whole, **added, "world": world}


@pytest.mark.parametrize(("text", "outcome"), list(zip(WHOLE, ENDS, strict=True)), ids=ENDS)
def test_a_whole_file_runs_and_ends_as_it_says(
    tmp_path: Path, session: Session, text: str, outcome: str
) -> None:
    record = session.run(written(tmp_path, text))

    assert failures(record) == []
    assert record.outcome == outcome


def test_without_the_acknowledgement_it_is_rejected(tmp_path: Path, session: Session) -> None:
    record = session.run(written(tmp_path, re.sub(r".*acknowledge.*\n", "", WHOLE[0])))

    assert record.outcome == "rejected"
    assert "NO_REDUNDANT_PATH" in str(record.events[-1])


@pytest.mark.parametrize("part", PARTS, ids=[each.split(":")[0] for each in PARTS])
def test_a_part_can_be_added(tmp_path: Path, part: str) -> None:
    content = with_part(part)

    scenario = written(tmp_path, yaml.safe_dump(content))

    assert Draft202012Validator(schema()).is_valid(content)
    assert scenario != Scenario.model_validate(parsed(PAGE, WHOLE[-1]))


@pytest.mark.verify
@pytest.mark.parametrize("part", PARTS, ids=[each.split(":")[0] for each in PARTS])
def test_a_part_runs(tmp_path: Path, session: Session, part: str) -> None:
    content = {**with_part(part), "expect": {}}
    record = session.run(written(tmp_path, yaml.safe_dump(content)))

    assert failures(record) == []


def test_the_mistakes_on_the_page_are_told_like_that(tmp_path: Path) -> None:
    lines = PAGE.read_text("utf-8").split("```text\n")[1].split("```")[0].splitlines()
    text = WHOLE[0].replace("bandwidth", "bandwith", 1)
    text = text.replace("connectionId: dxcon-source01, vlan", "connectionId: dxcon-source02, vlan")

    with pytest.raises(BadScenarioError) as raised:
        written(tmp_path, text)

    assert str(raised.value).replace(f"{tmp_path}/", "").splitlines() == lines
