"""Events that get lost, come late, or come again."""

from typing import Any

import pytest
from pydantic import ValidationError

from simulator.core.fault_plan import EventFault, FaultPlan


def event(status: str = "ABORTED", source: str = "aws.states") -> dict[str, Any]:
    return {"source": source, "detail-type": "Status Change", "detail": {"status": status}}


@pytest.mark.parametrize(
    ("said", "arrivals"),
    [
        ({"lose": True}, []),
        ({"delay": 60}, [60]),
        ({"repeat": 2}, [0, 0, 0]),
        ({"repeat": 1, "delay": 60}, [0, 60]),
    ],
)
def test_an_event_comes_as_often_and_as_late_as_said(
    said: dict[str, Any], arrivals: list[float]
) -> None:
    plan = FaultPlan(events=[EventFault(source="aws.states", **said)])

    assert plan.arrivals(event()) == arrivals
    assert plan.arrivals(event(source="vifshift")) == [0]


def test_only_the_occurrence_that_is_meant_gets_lost() -> None:
    fault = EventFault(source="aws.states", detail={"status": "ABORTED"}, occurrence=2, lose=True)
    plan = FaultPlan(events=[fault])

    seen = [plan.arrivals(event(status)) for status in ("ABORTED", "RUNNING", "ABORTED", "ABORTED")]

    assert seen == [[0], [0], [], [0]]


def test_what_is_called_off_disturbs_nothing() -> None:
    plan = FaultPlan(events=[EventFault(source="aws.states", lose=True)])
    plan.call_off()

    assert plan.arrivals(event()) == [0]


@pytest.mark.parametrize(
    "said",
    [
        {"lose": True},
        {"source": "aws.states"},
        {"source": "aws.states", "lose": True, "repeat": 1},
        {"source": "aws.states", "lose": True, "delay": 1},
        {"source": "aws.states", "lose": True, "occurrence": 0},
        {"source": "aws.states", "lose": True, "times": 1},
    ],
)
def test_a_fault_that_says_nothing_or_too_much_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        EventFault.model_validate(said)
