"""The scenarios that ship are complete, and each says what it is there for."""

from collections import Counter
from pathlib import Path

import pytest

from simulator.scenarios.model import SCENARIOS, BadScenarioError, find, load, named
from simulator.scenarios_page import FOLDERS, TIMELINES, Shipped, page, shipped

LONGEST_LINE = 120


@pytest.fixture(scope="module")
def scenarios() -> list[Shipped]:
    return shipped()


def test_every_failure_timeline_is_shown(scenarios: list[Shipped]) -> None:
    shown = {number for each in scenarios for number in each.scenario.shows}

    assert shown == set(range(1, 50)) == set(range(1, len(TIMELINES) + 1))


def test_every_scenario_says_in_one_line_why_it_ends_as_it_does(scenarios: list[Shipped]) -> None:
    reasons = {each.scenario.name: each.scenario.because for each in scenarios}
    lengths = {name: len(reason) for name, reason in reasons.items()}

    assert [name for name, reason in reasons.items() if not reason.endswith(".")] == []
    assert [name for name, length in lengths.items() if length > LONGEST_LINE] == []
    assert [reason for reason, times in Counter(reasons.values()).items() if times > 1] == []


def test_every_folder_has_a_title_and_every_scenario_a_folder(scenarios: list[Shipped]) -> None:
    assert {each.folder for each in scenarios} == set(FOLDERS)
    assert {each.file.parent.parent for each in scenarios} == {SCENARIOS}


def test_a_name_stands_once_and_is_that_of_its_file(scenarios: list[Shipped]) -> None:
    assert [named(each.scenario.name) for each in scenarios] == [each.file for each in scenarios]


def test_the_page_names_every_scenario(scenarios: list[Shipped]) -> None:
    written = page()

    assert [each.link for each in scenarios if each.link not in written] == []


def test_a_scenario_of_one_s_own_needs_neither_numbers_nor_a_reason(
    tmp_path: Path,
) -> None:
    text = named("happy-path-dual-stack-lag").read_text("utf-8")
    own = tmp_path / "own.yaml"
    lines = [line for line in text.splitlines() if not line.startswith(("shows:", "because:"))]
    own.write_text("\n".join(lines), "utf-8")

    assert (load(own).shows, load(own).because) == ((), "")


def test_a_trigger_comes_at_least_once(tmp_path: Path) -> None:
    text = named("delivered-twice").read_text("utf-8")
    never = tmp_path / "never.yaml"
    never.write_text(text.replace("times: 2", "times: 0"), "utf-8")

    with pytest.raises(BadScenarioError, match=r"trigger\.times"):
        load(never)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("{at: 1}", "a kind or a detailType"),
        ("{at: 1, kind: approved, detailType: VIF Plan Approved}", "a kind or a detailType"),
        ("{at: 1, kind: approved, detail: {by: bob}}", "detail needs a detailType"),
        ("{at: 1, detailType: VIF Plan Approved, withToken: true}", "withToken needs a kind"),
        ("{at: 1, kind: approved, times: 0}", r"answers\.0\.times"),
        ("{at: 1, kind: approved, sauce: x}", "did you mean source"),
    ],
)
def test_an_answer_is_said_in_one_way(tmp_path: Path, answer: str, fault: str) -> None:
    text = named("approved-by-an-event").read_text("utf-8")
    odd = tmp_path / "odd.yaml"
    odd.write_text(f"{text.partition('answers:')[0]}answers: [{answer}]\nexpect: {{outcome: x}}\n")

    with pytest.raises(BadScenarioError, match=fault):
        load(odd)


def test_all_files_are_found(scenarios: list[Shipped]) -> None:
    assert {each.file for each in scenarios} == set(find([SCENARIOS]))
