"""What is in the page of a plan, and what is not."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta, timezone
from typing import Any

import pytest

from tests.unit.vifshift.fakes import after
from tests.unit.vifshift.reader import Reader
from tests.unit.vifshift.reports.migration.examples import LONG, SHOUT
from tests.unit.vifshift.reports.plan.reports import (
    BUCKET,
    NEW,
    NOT_STARTED,
    OLD,
    PLAN,
    REPORTS,
    ROLLED_BACK,
    SUCCEEDED,
    UNCHANGED,
    a_finding,
    a_move,
    a_report,
    completed,
    halted,
    hostile,
    in_trouble,
    many,
    rejected,
    some_moves,
    unreadable,
)
from vifshift.domain.findings import Severity
from vifshift.domain.migration import Approval
from vifshift.domain.plan_outcome import MoveOutcome, PlanOutcome
from vifshift.domain.plan_request import Order
from vifshift.domain.port_left import LeftOnPort, WhyLeft
from vifshift.domain.request import Window
from vifshift.reports.base.environment import visible
from vifshift.reports.plan.model import PlanReport
from vifshift.reports.plan.page import NOT_STARTED as WHAT_TO_DO
from vifshift.reports.plan.page import RUN_AGAIN, render
from vifshift.reports.plan.progress_chart import AREA, MOST_ROWS, ROOM, THINNEST, lay_out
from vifshift.reports.plan.styles import MOVES, PLANS, TONES, outcome_bars
from vifshift.reports.plan.table_rows import MOST_IN_A_TABLE, groups

# These are said in other words, or lie where the page leads to.
DRY: dict[str, Any] = {"outcome": PlanOutcome.PLANNED}
REWORDED = {"version", "outcome", "order", "severity", "migrationId", "jsonUri"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT")

Made = Callable[[], PlanReport]
every_example = pytest.mark.parametrize("made", REPORTS.values(), ids=REPORTS)


def text_of(report: PlanReport) -> str:
    return Reader(render(report)).text


def texts(value: Any) -> Iterator[str]:
    """Yield every text in a report but moments, and what is said in other words."""
    match value:
        case dict():
            for name, each in value.items():
                if name not in REWORDED:
                    yield from texts(each)
        case list():
            for each in value:
                yield from texts(each)
        case str() if not MOMENT.match(value):
            yield value


@every_example
def test_every_text_is_in_the_page(made: Made) -> None:
    text = text_of(made())
    for each in set(texts(made().to_json())):
        assert re.sub(r"\s+", " ", str(visible(each))).strip() in text


@every_example
def test_every_move_has_a_row(made: Made) -> None:
    rows = [th for th in Reader(render(made())).all("th") if th["scope"] == "row"]
    shown = [row.move for group in groups(made()) for part in group.parts for row in part.rows]
    assert sorted(shown, key=lambda move: move.number) == list(made().moves)
    assert len(rows) == len(shown)


@every_example
def test_the_same_report_gives_the_same_page(made: Made) -> None:
    assert render(made()) == render(PlanReport.model_validate_json(made().model_dump_json()))


def test_what_people_write_stays_text() -> None:
    page = Reader(render(hostile()))
    assert not page.all("script")
    assert SHOUT in page.text
    assert LONG in page.text


def test_the_head_says_what_everybody_wants_to_know_first() -> None:
    text = text_of(halted())
    for said in (
        f"14 virtual interfaces from {OLD} to {NEW}",
        "Halted halted after 2 failures: 7 of 14 moves were done, 5 were not started",
        "Next step. Do what the reports of the failed moves say",
        "On target 7 of 14",
        "Failed 2 1 rejected and 1 rolled back",
        "Not started 5",
        "Duration 10 min 54 s 2026-07-01 09:00:00 UTC to 2026-07-01 09:10:54 UTC",
        "Requested by alice@example.com",
        "Window 2026-06-30 09:00:00 UTC to 2026-07-02 09:00:00 UTC",
    ):
        assert said in text


def test_a_plan_between_several_ports_is_named_by_its_request() -> None:
    text = text_of(in_trouble())
    assert "Plan CHG0042 11 virtual interfaces" in text
    assert "virtual interfaces from" not in text


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (
            {"max_concurrency": 1, "stop_after_failures": 1, "order": Order.AS_GIVEN},
            "one move at a time; no new moves after the first failure; in the order given",
        ),
        (
            {"max_concurrency": 5, "stop_after_failures": 3, "order": Order.LEAST_CRITICAL_FIRST},
            "up to 5 moves at a time; no new moves after 3 failures; least critical first",
        ),
        ({"approval": Approval()}, "Approved by somebody who gave no name"),
        (
            {"approval": Approval(approved_by="Bob", comment="go")},
            "Approved by Bob : go",
        ),
        ({"approval": None}, "Approved by no approval is recorded"),
        ({"window": None}, "Window none"),
    ],
)
def test_the_terms_of_the_plan_are_said(terms: dict[str, Any], said: str) -> None:
    assert said in text_of(a_report(a_move(), **terms))


@pytest.mark.parametrize("outcome", PlanOutcome)
def test_every_outcome_of_a_plan_has_a_badge(outcome: PlanOutcome) -> None:
    assert PLANS[outcome].text in text_of(a_report(outcome=outcome))


@pytest.mark.parametrize("outcome", MoveOutcome)
def test_every_outcome_of_a_move_has_a_badge_and_a_tone(outcome: MoveOutcome) -> None:
    assert outcome in TONES
    assert MOVES[outcome].text in text_of(a_report(a_move(1, outcome)))


@pytest.mark.parametrize("outcome", MoveOutcome)
def test_who_must_act_is_told_so_and_where(outcome: MoveOutcome) -> None:
    text = text_of(a_report(a_move(7, outcome)))
    is_urgent = outcome in {"rollback-failed", "needs-attention", "interrupted"}
    assert ("Action required." in text) is is_urgent
    assert (f"Move 7, dxvif-fg000007 : {MOVES[outcome].text.lower()}" in text) is is_urgent


def test_no_more_moves_are_named_at_the_top_than_are_read() -> None:
    text = text_of(a_report(*(a_move(each, MoveOutcome.NEEDS_ATTENTION) for each in range(1, 31))))
    assert "Move 10, dxvif-fg000010 : needs attention" in text
    assert "Move 11, dxvif-fg000011 : needs attention" not in text
    assert "and 20 more, in the table of failed moves" in text


@pytest.mark.parametrize("outcome", PlanOutcome)
def test_what_was_not_started_is_said_plainly_with_what_to_do(outcome: PlanOutcome) -> None:
    moves = some_moves(SUCCEEDED, NOT_STARTED, NOT_STARTED)
    text = text_of(a_report(*moves, outcome=outcome))
    assert f"2 of 3 moves were not started. {WHAT_TO_DO.get(outcome, RUN_AGAIN)}" in text
    assert "un the same plan again" in text


def test_nothing_is_said_of_what_to_do_where_nothing_is_left() -> None:
    assert "the same plan again" not in text_of(completed())


def test_failures_come_first_each_group_in_the_order_of_the_plan() -> None:
    text = text_of(halted())
    titles = ["Failed: 2", "Not started: 5", "Moved: 7"]
    assert sorted(titles, key=text.index) == titles
    [failed, *_] = groups(halted())
    assert [row.move.number for row in failed.parts[0].rows] == [6, 8]


def test_a_move_links_to_its_report_in_the_same_bucket() -> None:
    page = Reader(render(a_report(a_move(7))))
    [link] = page.all("a")
    child = f"migrations/2026/07/01/{PLAN}-1a2b3c4d-0007/report.html"
    assert link["href"] == f"../../../../../{child}"
    assert f"s3://{BUCKET}/{child}" in page.text


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (MoveOutcome.ROLLED_BACK, "none reported 3 min none plan"),
        (MoveOutcome.IN_FLIGHT, "not known yet since 09:01:00 not yet plan"),
    ],
)
def test_a_move_without_a_report_says_so(outcome: MoveOutcome, said: str) -> None:
    move = a_move(1, outcome, evidence=None, migration_id="plan-0001")
    assert f"{said}-0001" in text_of(a_report(move))


def test_an_interruption_is_said_and_the_longest_is_pointed_out() -> None:
    moves = (a_move(1), a_move(2, interruption_seconds=95), a_move(3, interruption_seconds=None))
    text = text_of(a_report(*moves))
    assert "The longest reported interruption is 1 min 35 s, of move 2" in text
    assert "1 min 35 s 3 min report" in text


def test_many_moves_are_paged_and_closed_but_for_the_failures() -> None:
    found = {group.title: group for group in groups(many())}
    assert [part.is_open for part in found["Failed"].parts] == [True]
    assert [part.is_open for part in found["Moved"].parts] == [False] * 4
    assert max(len(part.rows) for part in found["Moved"].parts) == MOST_IN_A_TABLE


def test_the_page_of_two_thousand_moves_is_small_enough_for_a_phone() -> None:
    assert len(render(many(2000)).encode()) < 2_000_000


def test_what_many_moves_have_in_common_is_said_once() -> None:
    text = text_of(many())
    assert text.count("Name a target on another logical device.") == 1
    assert "For 350 moves" in text


def test_findings_of_moves_come_worst_first() -> None:
    text = text_of(halted())
    codes = ["VLAN_TAKEN", "DEVICE_SHARED"]
    assert sorted(codes, key=text.index) == codes
    assert "block VLAN_TAKEN For 1 move Move 8, dxvif-fg000008 : VLAN 101 is taken" in text


def test_a_finding_that_was_acknowledged_says_by_whom() -> None:
    finding = a_finding(Severity.BLOCK, acknowledged_by="alice")
    text = text_of(a_report(a_move(findings=(finding,))))
    assert "block, acknowledged DEVICE_SHARED" in text
    assert "Acknowledged by alice" in text


def test_nothing_is_made_up_where_nothing_is_known() -> None:
    text = text_of(unreadable())
    for said in ("No move was started.", "The plan has no moves.", "Requested by not given"):
        assert said in text
    assert lay_out(rejected()) is None


def test_the_bar_shows_even_a_single_failure() -> None:
    parts = outcome_bars(some_moves(*[SUCCEEDED] * 1999, ROLLED_BACK))
    assert [(part.word, part.number) for part in parts] == [
        ("succeeded", 1999),
        ("rolled back", 1),
    ]
    assert parts[1].width > 0.9
    assert sum(part.width for part in parts) == pytest.approx(100)


def test_the_sum_grows_with_every_move_that_ends() -> None:
    # given a move that was there already, one that succeeds and one that fails
    moves = (
        a_move(1, UNCHANGED, started_at=None, ended_at=None),
        a_move(2, SUCCEEDED, 0),
        a_move(3, ROLLED_BACK, 20),
        a_move(4, NOT_STARTED),
    )
    # when
    drawing = lay_out(a_report(*moves))
    # then
    assert drawing
    assert (drawing.done, drawing.failed, drawing.of) == (3, 1, 4)
    assert [(column.x, column.good_height, column.failed_height) for column in drawing.columns] == [
        (0, AREA / 4, 0),
        (pytest.approx(180 / 205 * 100), AREA / 2, 0),
        (pytest.approx(200 / 205 * 100), AREA / 2, AREA / 4),
    ]


def test_a_failure_among_thousands_is_still_drawn() -> None:
    drawing = lay_out(a_report(*some_moves(ROLLED_BACK, *[SUCCEEDED] * 1999)))
    assert drawing
    assert drawing.columns[-1].failed_height == THINNEST
    assert len(drawing.columns) <= 400


@pytest.mark.parametrize(("number", "rows"), [(MOST_ROWS, MOST_ROWS), (MOST_ROWS + 1, 0)])
def test_as_many_moves_as_can_be_told_apart_are_drawn_one_by_one(number: int, rows: int) -> None:
    drawing = lay_out(a_report(*some_moves(*[SUCCEEDED] * number)))
    assert drawing
    assert len(drawing.rows) == rows


def test_what_is_still_on_its_way_reaches_to_the_end() -> None:
    move = a_move(1, MoveOutcome.IN_FLIGHT, 60)
    drawing = lay_out(a_report(move, ended_at=after(600)))
    assert drawing
    assert (drawing.rows[0].bar.ends_at, drawing.rows[0].x) == (after(600), 0)
    assert drawing.rows[0].width == pytest.approx(100 / (1 + 1 / ROOM))
    assert "and continues" in drawing.rows[0].title


@pytest.mark.parametrize(
    ("opens", "closes", "bounds", "label"),
    [
        (0, 1000, 2, "Window 09:00:00 to 09:16:40 UTC"),
        (-86_400, 1000, 1, "Window 30 Jun 09:00:00 to 1 Jul 09:16:40 UTC"),
        (-86_400, 86_400, 0, "Window 30 Jun 09:00:00 to 2 Jul 09:00:00 UTC"),
    ],
)
def test_the_bounds_of_the_window_are_marked_where_they_are_near(
    opens: float, closes: float, bounds: int, label: str
) -> None:
    window = Window(opens_at=after(opens), closes_at=after(closes))
    drawing = lay_out(a_report(a_move(1, starts=100), a_move(2, starts=400), window=window))
    assert drawing
    assert drawing.band
    assert len(drawing.band.bounds) == bounds
    assert drawing.band.label == label


@pytest.mark.parametrize(
    ("hours", "local"),
    [
        (2, "2026-07-01 11:00 to 11:16:40 UTC+02:00"),
        (-9.5, "2026-06-30 23:30 to 23:46:40 UTC-09:30"),
        (0, ""),
    ],
)
def test_a_window_is_said_in_the_time_of_the_request_too(hours: float, local: str) -> None:
    of = timezone(timedelta(hours=hours))
    window = Window(opens_at=after(0).astimezone(of), closes_at=after(1000))
    report = a_report(a_move(), window=window)
    record = f"Window 2026-07-01 09:00:00 UTC to 2026-07-01 09:16:40 UTC {local}".strip()
    drawn = f"Window 09:00:00 to 09:16:40 UTC{f' ({local})' if local else ''} Moves done"
    text = text_of(report)
    assert record in text
    assert drawn in text
    assert ("UTC+" in text or "UTC-" in text) == bool(local)


def test_a_dry_run_does_not_look_like_a_failure() -> None:
    page = render(a_report(*some_moves(UNCHANGED, NOT_STARTED, NOT_STARTED), **DRY))
    text = Reader(page).text
    assert "To move 2 1 more on target already" in text
    assert "On target" not in text
    assert "Not started 2" not in text
    done = text_of(a_report(*some_moves(UNCHANGED, SUCCEEDED), outcome=PlanOutcome.COMPLETED))
    assert "To move" not in done


def test_what_is_left_on_the_port_is_listed() -> None:
    left = LeftOnPort(virtual_interface_id="dxvif-left0001", why=WhyLeft.EXCLUDED, message="public")
    moves = some_moves(SUCCEEDED)
    text = text_of(a_report(*moves, emptied=OLD, port_is_empty=False, left_on_port=(left,)))
    assert f"Left on {OLD}" in text
    assert re.search("dxvif-left0001 ?: public", text)
    assert f"Left on {OLD}" not in text_of(a_report(*moves, emptied=OLD, port_is_empty=True))
