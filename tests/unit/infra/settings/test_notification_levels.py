"""Which events people hear of."""

import pytest

from infra.settings.notification_levels import PASSING, QUIETEST, Notify, notified_at
from tools.events.catalog import INCOMING, PLAN_ENDS
from vifshift.domain.migration import Outcome
from vifshift.events.base import DetailType
from vifshift.events.migration import FINAL

OUTGOING = set(DetailType) - set(INCOMING)
CALM = {
    Outcome.SUCCEEDED,
    Outcome.UNCHANGED,
    Outcome.PLANNED,
    Outcome.DUPLICATE,
    Outcome.CANCELLED,
}


def test_everything_that_goes_out_is_told_at_the_loudest() -> None:
    assert set(notified_at(Notify.ALL)) == OUTGOING


def test_it_is_decided_of_every_event_and_of_nothing_else() -> None:
    assert set(QUIETEST) == OUTGOING


def test_an_event_that_was_not_decided_on_is_not_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(QUIETEST, DetailType.PLANNED)

    with pytest.raises(KeyError, match="Planned"):
        notified_at(Notify.TROUBLE)


def test_what_comes_in_is_told_to_nobody() -> None:
    assert {str(each) for each in INCOMING} == {
        "VIF Migration Requested",
        "VIF Migration Approved",
        "VIF Migration Refused",
        "VIF Migration Cancel Requested",
        "VIF Plan Requested",
        "VIF Plan Approved",
        "VIF Plan Refused",
        "VIF Plan Halt Requested",
    }


def test_a_quieter_level_tells_less_and_nothing_else() -> None:
    everything, outcomes, trouble = (set(notified_at(level)) for level in Notify)

    assert trouble < outcomes < everything


def test_outcomes_are_every_end_and_every_start_and_what_waits() -> None:
    told = set(notified_at(Notify.OUTCOMES))

    ends = {*FINAL.values(), *PLAN_ENDS}
    assert ends <= told
    assert told - ends == {
        DetailType.WINDOW_PENDING,
        DetailType.APPROVAL_REQUESTED,
        DetailType.STARTED,
        DetailType.ROLLING_BACK,
        DetailType.PLAN_STARTED,
        DetailType.PLAN_WINDOW_PENDING,
        DetailType.PLAN_APPROVAL_REQUESTED,
        DetailType.ANSWER_HEARD,
        DetailType.ANSWER_NOT_HEARD,
        DetailType.CHANGED_OUTSIDE,
    }


def test_trouble_is_every_end_that_is_none_of_calm_and_what_a_person_must_act_on() -> None:
    bad = {detail_type for outcome, detail_type in FINAL.items() if outcome not in CALM}

    assert set(notified_at(Notify.TROUBLE)) == bad | {
        DetailType.APPROVAL_REQUESTED,
        DetailType.ROLLING_BACK,
        DetailType.PLAN_APPROVAL_REQUESTED,
        DetailType.PLAN_HALTED,
        DetailType.PLAN_REJECTED,
        DetailType.PLAN_INTERRUPTED,
        DetailType.CHANGED_OUTSIDE,
    }


def test_no_end_and_no_question_is_given_up_soon() -> None:
    questions = {DetailType.APPROVAL_REQUESTED, DetailType.PLAN_APPROVAL_REQUESTED}

    assert not PASSING & {*FINAL.values(), *PLAN_ENDS, *questions}
