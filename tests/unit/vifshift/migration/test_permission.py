"""Whether a call may still be sent: with its lock, in its window, in the attempt that checked."""

from datetime import datetime, timedelta
from itertools import product

import pytest

from tests.unit.vifshift.fakes import START
from vifshift.domain.errors import AssociationDoubtful, AssociationNotPermitted
from vifshift.domain.migration import Phase
from vifshift.domain.request import Window
from vifshift.migration.permission import RedriveCounts, heeds_cancellation, permit

HOUR = timedelta(hours=1)
OPEN = Window(opens_at=START - HOUR, closes_at=START + HOUR)
FIRST = RedriveCounts()
RESUMED = RedriveCounts(current=1)
AFTER_THE_CHECK = RedriveCounts(current=1, checked=0, decided=1)
ANEW = RedriveCounts(current=1, checked=1, decided=1)


class Lock:
    """A lock that can be taken again, or not."""

    def __init__(self, *, is_held: bool = True) -> None:
        self.is_held = is_held
        self.taken = 0

    def __call__(self) -> bool:
        self.taken += 1
        return self.is_held


def sent(
    phase: Phase,
    attempts: RedriveCounts = FIRST,
    *,
    is_first_try: bool = True,
    window: Window | None = None,
    lock: Lock | None = None,
    now: datetime = START,
) -> str:
    """Return what becomes of a call: sent, doubtful or not sent."""
    try:
        permit(
            phase,
            attempts,
            is_first_try=is_first_try,
            window=window,
            retake_lock=lock or Lock(),
            now=now,
        )
    except AssociationDoubtful:
        return "doubtful"
    except AssociationNotPermitted:
        return "not sent"
    return "sent"


@pytest.mark.parametrize("phase", Phase)
def test_what_is_locked_and_in_its_window_is_sent(phase: Phase) -> None:
    assert sent(phase) == sent(phase, window=OPEN) == "sent"


@pytest.mark.parametrize("phase", Phase)
def test_without_the_lock_nothing_is_sent(phase: Phase) -> None:
    assert sent(phase, lock=Lock(is_held=False)) == "not sent"


@pytest.mark.parametrize(
    ("now", "outcome"),
    [
        (OPEN.opens_at - timedelta(seconds=1), "not sent"),
        (OPEN.opens_at, "sent"),
        (OPEN.closes_at - timedelta(seconds=1), "sent"),
        (OPEN.closes_at, "not sent"),
    ],
)
def test_a_move_is_sent_while_its_window_is_open(now: datetime, outcome: str) -> None:
    assert sent(Phase.FORWARD, window=OPEN, now=now) == outcome


def test_a_rollback_is_sent_after_its_window_unless_it_was_redriven() -> None:
    late = OPEN.closes_at + HOUR
    assert sent(Phase.ROLLBACK, window=OPEN, now=late) == "sent"
    assert sent(Phase.ROLLBACK, ANEW, window=OPEN, now=late) == "not sent"
    assert sent(Phase.ROLLBACK, ANEW, window=OPEN) == "sent"


def test_a_redriven_move_needs_a_check_of_its_own() -> None:
    assert sent(Phase.FORWARD, AFTER_THE_CHECK) == "not sent"
    assert sent(Phase.FORWARD, ANEW) == "sent"


def test_a_redriven_rollback_was_decided_upon_a_new_look() -> None:
    assert sent(Phase.ROLLBACK, AFTER_THE_CHECK) == "sent"
    assert sent(Phase.ROLLBACK, RESUMED) == "not sent"


def test_a_call_that_may_have_been_sent_is_waited_for() -> None:
    assert sent(Phase.FORWARD, RESUMED) == "doubtful"
    assert sent(Phase.FORWARD, is_first_try=False, lock=Lock(is_held=False)) == "doubtful"
    late = OPEN.closes_at
    assert sent(Phase.FORWARD, is_first_try=False, window=OPEN, now=late) == "doubtful"


def test_the_lock_is_taken_last_and_once() -> None:
    lock = Lock()
    assert sent(Phase.FORWARD, RESUMED, lock=lock) == "doubtful"
    assert sent(Phase.FORWARD, window=OPEN, now=OPEN.closes_at, lock=lock) == "not sent"
    assert lock.taken == 0
    assert sent(Phase.FORWARD, lock=lock) == "sent"
    assert lock.taken == 1


def test_nothing_is_ever_sent_without_the_lock() -> None:
    """Whatever an execution has been through."""
    for current, checked, decided in product(range(3), range(3), range(3)):
        attempts = RedriveCounts(current=current, checked=checked, decided=decided)
        for phase, is_first_try in product(Phase, (True, False)):
            lost = Lock(is_held=False)
            assert sent(phase, attempts, is_first_try=is_first_try, lock=lost) != "sent"
        if not current == checked == decided:
            assert sent(Phase.FORWARD, attempts) != "sent"


@pytest.mark.parametrize(
    ("phase", "attempts", "is_first_try", "heeds"),
    [
        (Phase.FORWARD, RedriveCounts(), True, True),
        (Phase.FORWARD, RedriveCounts(current=1, checked=1, decided=1), True, True),
        (Phase.FORWARD, RedriveCounts(), False, False),
        (Phase.FORWARD, RedriveCounts(current=1), True, False),
        (Phase.ROLLBACK, RedriveCounts(), True, False),
    ],
)
def test_a_call_that_may_have_been_sent_is_not_cancelled(
    phase: Phase, attempts: RedriveCounts, is_first_try: bool, heeds: bool
) -> None:
    assert heeds_cancellation(phase, attempts, is_first_try=is_first_try) is heeds
