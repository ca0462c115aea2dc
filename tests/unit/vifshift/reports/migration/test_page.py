"""What is in the page of a migration, and what is not."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta, timezone
from typing import Any

import pytest

from tests.unit.vifshift.fakes import a_request, after
from tests.unit.vifshift.reader import Reader
from tests.unit.vifshift.reports.migration.examples import (
    EXAMPLES,
    LONG,
    SHOUT,
    SOURCE,
    TARGET,
    TURNED,
    a_step,
    an_attempt,
    cut_off,
    evidence,
    happy,
    hostile,
    looking,
    rejected,
    rolled_back,
    unreadable,
    very_long,
    waiting,
)
from vifshift.domain.migration import Outcome
from vifshift.domain.traffic_status import Traffic
from vifshift.domain.workflow import PlanState, StateName
from vifshift.reports.base.environment import visible
from vifshift.reports.migration.model import Evidence
from vifshift.reports.migration.page import BADGES, is_urgent, render

# These are said in other words, or not at all.
REWORDED = {
    *("version", "trigger", "outcome", "carriesTraffic", "phase", "severity", "kind", "verdict"),
}
UNSAID = {"request", "timeline", "location", "awsLogicalDeviceId"}
INTERNAL = {state.value for state in (*StateName, *PlanState)}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT")

Made = Callable[[], Evidence]
every_example = pytest.mark.parametrize("made", EXAMPLES.values(), ids=EXAMPLES)


def text_of(evidence: Evidence) -> str:
    return Reader(render(evidence)).text


def texts(value: Any) -> Iterator[str]:
    """Yield every text in a report but moments, and what is said in other words."""
    match value:
        case dict():
            for name, each in value.items():
                if name not in REWORDED | UNSAID and not (name == "name" and each in INTERNAL):
                    yield from texts(each)
        case list():
            for each in value:
                yield from texts(each)
        case str() if not MOMENT.match(value):
            yield value


@every_example
def test_every_text_is_in_the_page(made: Made) -> None:
    text = text_of(made())
    for each in texts(made().to_json()):
        said = re.sub(r"\s+", " ", str(visible(each))).strip()
        assert said in text


@every_example
def test_every_value_of_every_lane_is_in_a_table_too(made: Made) -> None:
    page = Reader(render(made()))
    segments = [segment for lane in made().timeline.lanes for segment in lane.segments]
    assert len([each for each in page.all("rect") if "data-lane" in each]) == len(segments)
    tables = page.text
    for segment in segments:
        assert str(visible(segment.value)) in tables


@every_example
def test_the_same_report_gives_the_same_page(made: Made) -> None:
    assert render(made()) == render(Evidence.model_validate_json(made().model_dump_json()))


def test_what_people_write_stays_text() -> None:
    page = Reader(render(hostile()))
    assert not page.all("script")
    assert SHOUT in page.text
    assert LONG in page.text


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200b", "\x00", "\ufeff", "\ud800"])
def test_no_text_can_hide_or_turn_what_follows(mark: str) -> None:
    html = render(evidence(sentence=f"moved{mark}"))
    assert mark not in html
    assert f"moved[U+{ord(mark):04X}]" in html
    html.encode()


def test_texts_in_other_scripts_and_lines_stay_as_they_are() -> None:
    for text in ("شبكة", "网络", "क्\u200dष", "one\n\ttwo"):
        assert visible(text) == text


def test_the_text_that_turns_is_shown_as_it_was_written() -> None:
    assert TURNED not in render(hostile())
    assert "[U+202E]exe.ecila" in text_of(hostile())


def test_the_head_says_what_everybody_wants_to_know_first() -> None:
    text = text_of(happy())
    for said in (
        f"dxvif-fg8s4k1d from {SOURCE} to {TARGET}",
        "Succeeded moved and verified",
        "Next step. Update your infrastructure code",
        "Traffic at the end flows",
        "Interruption 42 s between 36 and 48 s",
        f"Connection {TARGET} its target",
        "Duration 3 min 1 s 09:00:00 to 09:03:01 UTC",
        "Requested by alice@example.com",
        "Approved by Bob Neumann : fine by the network team",
        "Started by an event",
        "Ended 2026-07-01 09:03:01 UTC , after 3 min 1 s",
    ):
        assert said in text


@pytest.mark.parametrize(("hours", "local"), [(2, " 2026-07-01 11:00 to 11:30 UTC+02:00"), (0, "")])
def test_a_window_is_said_in_the_time_of_the_request_too(hours: int, local: str) -> None:
    opens, closes = (after(at).astimezone(timezone(timedelta(hours=hours))) for at in (0, 1800))
    request = a_request(window={"opensAt": opens.isoformat(), "closesAt": closes.isoformat()})
    text = text_of(evidence(request=request))
    assert f"Window 2026-07-01 09:00:00 UTC to 2026-07-01 09:30:00 UTC{local} Options" in text


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (cut_off, "Interruption ongoing since 2026-07-01 09:00:12 UTC"),
        (rolled_back, "Interruption 10 min 30 s between 10 min 20 s and 10 min 36 s"),
        (rejected, "Interruption none observed it was not associated"),
        (
            lambda: very_long().model_copy(update={"interruption": None}),
            "Interruption none observed 200 of 300 observations succeeded",
        ),
    ],
)
def test_the_interruption_is_said_as_far_as_it_is_known(made: Made, said: str) -> None:
    assert said in text_of(made())


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_badge(outcome: Outcome) -> None:
    assert BADGES[outcome].text in text_of(evidence(outcome=outcome))


@pytest.mark.parametrize("flow", Traffic)
def test_every_kind_of_traffic_has_a_word(flow: Traffic) -> None:
    assert "Traffic at the end" in text_of(evidence(carries_traffic=flow))


TOUCHED = {"associations": (an_attempt(),)}


@pytest.mark.parametrize(
    ("facts", "urgent"),
    [
        ({"outcome": Outcome.ROLLBACK_FAILED}, True),
        ({"outcome": Outcome.NEEDS_ATTENTION}, True),
        ({"outcome": Outcome.INTERRUPTED, "carries_traffic": Traffic.NO, **TOUCHED}, True),
        ({"outcome": Outcome.INTERRUPTED, "carries_traffic": Traffic.UNKNOWN, **TOUCHED}, True),
        ({"outcome": Outcome.INTERRUPTED, "carries_traffic": Traffic.YES, **TOUCHED}, False),
        ({"outcome": Outcome.INTERRUPTED, "carries_traffic": Traffic.UNKNOWN}, False),
        ({"outcome": Outcome.ROLLED_BACK}, False),
        ({"outcome": Outcome.REJECTED}, False),
    ],
)
def test_who_must_act_is_told_so(facts: dict[str, Any], urgent: bool) -> None:
    assert is_urgent(evidence(**facts)) is urgent
    assert ("Action required." in text_of(evidence(**facts))) is urgent


def test_what_differs_is_marked_and_what_does_not_is_not() -> None:
    text = text_of(happy())
    assert f"Connection {SOURCE} {TARGET} as wanted" in text
    assert "Location EqFA5 EqFA5 Device EqFA5-3kd8s0a1 EqFA5-1tfz2x7c as wanted" in text
    assert "State available available BGP" in text


def test_routes_that_were_only_counted_have_no_names() -> None:
    text = text_of(happy())
    assert "ipv4 accepted 12 12 1 1 2" in text
    assert "Lost, ipv6 advertised 8, compared only by number" in text


def test_more_routes_than_are_named_are_said_to_be_more() -> None:
    [change, _] = happy().routes
    many = change.model_copy(update={"lost_count": 31})
    assert "10.20.0.0/16 and 30 more" in text_of(evidence(routes=(many,)))


def test_findings_come_worst_first_and_say_who_acknowledged_them() -> None:
    text = text_of(happy())
    codes = ["NO_REDUNDANT_PATH", "DEVICE_SHARED", "HEALTH_NOT_CHECKED"]
    assert sorted(codes, key=text.index) == codes
    assert "block, acknowledged NO_REDUNDANT_PATH" in text
    assert "Acknowledged by alice@example.com" in text


def test_every_attempt_to_associate_is_there_with_its_answer() -> None:
    text = text_of(rolled_back())
    assert f"+0:00 09:00:06 {TARGET} move AssociationPostponed: throttled" in text
    assert f"+0:12 09:00:18 {TARGET} move associated after 2 s" in text
    assert f"+10:03 09:10:09 {SOURCE} rollback associated" in text
    assert "Calls of functions that failed are not counted" in text


def test_an_attempt_without_an_answer_says_so() -> None:
    assert "no response" in text_of(evidence(associations=(an_attempt(answered_at=None),)))


def test_code_that_has_to_change_comes_with_the_warning_of_its_tool() -> None:
    text = text_of(happy())
    assert "forces replacement" in text
    assert "would move the virtual interface back at the next update" in text
    assert f'old: connection_id = "{SOURCE}" new: connection_id = "{TARGET}"' in text
    [terraform, *_] = happy().code_changes
    assert "drift" not in text_of(evidence(code_changes=(terraform,)))


def test_after_a_rollback_the_code_stays_as_it_is() -> None:
    text = text_of(rolled_back())
    assert f"Your code needs no change: the virtual interface is on {SOURCE} again" in text


def test_where_no_code_changes_nothing_is_said_of_it() -> None:
    assert "Infrastructure code" not in text_of(rejected())


def test_looking_on_and_on_is_one_step() -> None:
    steps = (*looking(10, 70), a_step("Observe", 70, 71, "Lambda.Unknown"), a_step("Fail", 72, 72))
    text = text_of(evidence(steps=steps))
    said = "step pausing before the next observation and observing the virtual interface"
    assert f"{said}, 10 times 1 min" in text
    assert "observing the virtual interface failed: Lambda.Unknown" in text


def test_a_step_that_was_never_left_says_so() -> None:
    assert "did not end" in text_of(evidence(steps=(a_step("Associate", 6, None),)))


def test_nothing_is_made_up_where_nothing_is_known() -> None:
    text = text_of(unreadable())
    for said in (
        "A request that could not be read",
        "The virtual interface was read neither before nor after.",
        "There was no attempt to associate the virtual interface.",
        "Requested by not given",
        "Started by not known",
    ):
        assert said in text


def test_times_count_from_the_first_attempt_or_from_the_start() -> None:
    assert "Offsets count from the first attempt to associate, 2026-07-01 09:00:06" in text_of(
        happy()
    )
    assert "Offsets count from the start, 2026-07-01 09:00:00" in text_of(waiting())


def test_long_tables_are_closed_at_first() -> None:
    assert all("open" in each for each in Reader(render(happy())).all("details"))
    assert not any("open" in each for each in Reader(render(very_long())).all("details")[:2])
