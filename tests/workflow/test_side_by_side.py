"""The comparison of movers in the reference is what `python -m benchmarks.side_by_side` makes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.side_by_side import page
from benchmarks.side_by_side.comparison import Mover, compared
from benchmarks.side_by_side.figures import Answer, Move, measured
from benchmarks.side_by_side.worlds import WORLDS, scenarios
from simulator.directconnect import Transition

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference.md"
BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
GOOD = WORLDS[0]
[SCENARIO] = scenarios(GOOD, (0,))


def truth(*changes: tuple[int, str]) -> list[Transition]:
    """Return what is true of the VIF: from so many seconds on, BGP is up or down."""
    return [
        Transition(
            at=BEGAN + timedelta(seconds=after),
            virtual_interface_id="dxvif-aaaa0001",
            connection_id="dxlag-target01",
            virtual_interface_state="available",
            bgp={"ipv4 169.254.1.2": bgp},
            routes={},
            cause="",
        )
        for after, bgp in changes
    ]


def move(after: int, *, is_success: bool, back: bool = True) -> Move:
    """Return the figures of an answer; traffic is lost at 10 s, and is back at 50 s or not."""
    changes = [(0, "up"), (10, "down"), *([(50, "up")] if back else [])]
    answer = Answer(BEGAN + timedelta(seconds=after), is_success)
    return measured(SCENARIO, truth(*changes), answer, calls=7, transitions=40)


@pytest.mark.verify
def test_the_reference_shows_what_the_movers_took() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert page.within(text, page.table(compared())) == text


@pytest.mark.parametrize(
    ("answer", "told", "is_wrong"),
    [
        (move(60, is_success=True), 10, False),
        (move(60, is_success=False), 10, True),
        (move(50, is_success=True), 0, False),
        (move(49, is_success=True), 39, True),
        (move(49, is_success=False), 39, False),
        (move(610, is_success=False, back=False), 600, False),
        (move(610, is_success=True, back=False), 600, True),
    ],
)
def test_an_answer_is_judged_by_what_is_true_then(
    answer: Move, told: float, is_wrong: bool
) -> None:
    assert (answer.told_seconds, answer.is_wrong) == (told, is_wrong)


def test_an_outage_that_does_not_end_has_no_length() -> None:
    assert move(60, is_success=True).outage_seconds == 40
    assert move(60, is_success=False, back=False).outage_seconds is None


def test_the_table_has_a_ratio_only_where_there_are_two_figures() -> None:
    slow, fast = move(70, is_success=True), move(52, is_success=True)
    lost = move(610, is_success=True, back=False)
    found = {GOOD: {Mover.LOOP: [slow], Mover.MACHINE: [lost], Mover.VIFSHIFT: [fast]}}
    rows = page.table(found).splitlines()
    title = GOOD.title
    assert f"| {title}: outage | 40.0 s | stays cut off | 40.0 s | 1.00 |" in rows
    assert f"| {title}: told after | 20.0 s | told wrongly | 2.0 s | 0.10 |" in rows
    assert "| wrong answers | 0 of 1 | 1 of 1 | 0 of 1 | - |" in rows
    assert "| cost of 1,000 moves | $1.00 | $1.00 | $1.00 | 1.00 |" in rows


def test_the_table_goes_where_it_is_marked() -> None:
    text = f"before\n{page.BEGIN}\nold\n{page.END}\nafter"
    assert page.within(text, "new") == f"before\n{page.BEGIN}\nnew\n{page.END}\nafter"
