"""What people are told of a plan: plain words, whatever others have written."""

import json
import re
import shlex

import pytest

from tests.unit.vifshift.fakes import EXECUTION, START
from tests.unit.vifshift.judging import window
from tests.unit.vifshift.state_names import state_names_in
from vifshift.domain.plan_outcome import Counts, MoveOutcome, PlanOutcome
from vifshift.domain.request import Window
from vifshift.events import plan_announcements as announcements
from vifshift.events import plan_notices as notices
from vifshift.events.base import DetailType, Notice
from vifshift.events.commands import ReplyTo
from vifshift.events.plan import MoveSummary, PlanCommand, PlanSubject

COUNTS = Counts(moves=3, unchanged=1, not_started=2)
HOSTILE = "<!channel> *bold* [a](http://x) @here `code`\n> quoted ~~ | _under_"


def all_notices(said: str) -> list[Notice]:
    about = PlanSubject(requested_by=said, reason=said, region="eu-central-1")
    move = MoveSummary(
        number=1, virtual_interface_id=said, outcome=MoveOutcome.ROLLED_BACK, message=said
    )
    asked = notices.approval_requested(
        about,
        COUNTS,
        plan_id="run-1",
        expires_at=START,
        warnings=["A", "A"],
        reply_to=ReplyTo(),
    )
    return [
        notices.window_pending(about, COUNTS, Window.model_validate(window(60, 600))),
        asked.model_copy(update={"next_step": ""}),
        notices.started(about, COUNTS),
        notices.progressed(about, COUNTS, move),
        *(notices.ended(about, COUNTS, outcome, said, said) for outcome in PlanOutcome),
    ]


@pytest.mark.parametrize("said", [HOSTILE, HOSTILE * 100])
def test_what_people_have_written_formats_and_mentions_nothing(said: str) -> None:
    for notice in all_notices(said):
        for text in (notice.title, notice.text, notice.next_step):
            assert set(text).isdisjoint("<>@*`[]~|\n")
        assert Notice.model_validate(notice.to_json()) == notice


def test_the_command_that_approves_is_one() -> None:
    told = announcements.approval_requested(
        announcements.metadata(EXECUTION, "change-1", START),
        PlanSubject(),
        COUNTS,
        (),
        timeout_minutes=60,
        token="the-token",
        reply_to=ReplyTo("a.bus", "a-person"),
    )
    notice = told.detail.data.notice
    assert "the-token" not in notice.model_dump_json()
    *command, entries = shlex.split(notice.next_step.strip("`"))
    assert command == ["aws", "events", "put-events", "--entries"]
    [entry] = json.loads(entries)
    assert entry["DetailType"] == DetailType.PLAN_APPROVED
    assert PlanCommand.model_validate_json(entry["Detail"]).plan_id == EXECUTION.name


def test_what_to_send_is_named_as_the_events_are() -> None:
    words = json.dumps([each.to_json() for each in all_notices("x")])
    assert set(re.findall(r"VIF Plan (?:[A-Z]\w+ ?)+", words)) <= set(DetailType)


def test_no_notice_names_a_state() -> None:
    for notice in all_notices("CHG0042"):
        said = f"{notice.title} {notice.text} {notice.next_step} {notice.more}"
        assert not state_names_in(said)


@pytest.mark.parametrize(
    ("outcome", "next_step"),
    [
        (MoveOutcome.SUCCEEDED, "Nothing to do."),
        (MoveOutcome.ROLLED_BACK, "The notice of this migration says what to do."),
    ],
)
def test_after_a_failed_move_there_is_something_to_do(outcome: MoveOutcome, next_step: str) -> None:
    move = MoveSummary(number=2, virtual_interface_id="dxvif-a", outcome=outcome, message="x")
    assert notices.progressed(PlanSubject(), COUNTS, move).next_step == next_step


def test_a_plan_says_how_to_halt_it() -> None:
    opens = Window.model_validate(window(60, 600))
    waiting = notices.window_pending(PlanSubject(), COUNTS, opens, plan_id="CHG0042")
    started = notices.started(PlanSubject(), COUNTS, plan_id="CHG0042")
    assert waiting.next_step.startswith("To cancel the plan: vifshift halt CHG0042, or")
    assert started.next_step.startswith("To start no more moves: vifshift halt CHG0042, or")


def test_an_evacuation_is_named_by_its_ports() -> None:
    about = PlanSubject(source="dxcon-aaaaaaaa", target="dxcon-bbbbbbbb")
    assert notices.started(about, COUNTS).title.startswith(
        "Plan from dxcon-aaaaaaaa to dxcon-bbbbbbbb"
    )
    assert about.to_json()["from"] == "dxcon-aaaaaaaa"
