"""The function that concludes a plan starts the plan back, if one was asked for."""

from typing import Any

import pytest

from tests.unit.vifshift.handlers.test_plan_handlers import (
    MACHINE,
    NONCE,
    World,
    advanced,
    concluded,
    data,
    done,
    failed,
    prepared,
    segment,
    world,
)
from tests.unit.vifshift.plan.plans import P, Q, go, name
from vifshift.domain.errors import CallDenied
from vifshift.handlers import conclude_plan

__all__ = ["world"]

Started = list[tuple[str, str, Any]]


class Machines:
    """Starts executions in memory, unless that is refused."""

    def __init__(self) -> None:
        self.started: Started = []
        self.refusal: Exception | None = None

    def start(self, machine: str, name: str, given: Any) -> bool:
        if self.refusal:
            raise self.refusal
        is_new = name not in {each for _, each, _ in self.started}
        self.started += [(machine, name, given)] * is_new
        return is_new


@pytest.fixture
def machines(world: World, monkeypatch: pytest.MonkeyPatch) -> Machines:
    found = Machines()
    monkeypatch.setattr(conclude_plan, "own_executions", lambda: found)
    return found


def ended(last: dict[str, Any], world: World, **fields: Any) -> dict[str, Any]:
    """Run a plan of one move, and return what the function says of its end."""
    preparation = prepared({"moves": [go(1, Q)], **fields})
    [move] = segment(world, preparation)["moves"]
    advanced(preparation, move, None)
    advanced(preparation, None, last, 60)
    return concluded(preparation)


def test_the_plan_back_is_started_once(world: World, machines: Machines) -> None:
    told = data(ended(done(1), world, **{"return": {"afterHours": 4}}))
    [(machine, name_, request)] = machines.started
    assert machine == MACHINE
    assert name_ == told["returnPlan"]["planId"] == f"return-run-1-{NONCE}"
    assert request["moves"] == [{"virtualInterfaceId": name(1), "connectionId": P}]
    assert request["window"]["opensAt"] == told["returnPlan"]["opensAt"]
    assert data(ended(done(1), world, **{"return": {"afterHours": 4}}))["returnPlan"]
    assert len(machines.started) == 1


@pytest.mark.parametrize("fields", [{}, {"return": None}])
def test_no_plan_is_returned_that_did_not_ask_for_it(
    world: World, machines: Machines, fields: dict[str, Any]
) -> None:
    assert data(ended(done(1), world, **fields))["returnPlan"] is None
    assert machines.started == []


def test_what_has_failed_is_a_person_s(world: World, machines: Machines) -> None:
    told = data(ended(failed(1), world, **{"return": {"afterHours": 4}}))
    assert machines.started == []
    assert "not moved back by itself: not all of its moves succeeded" in told["message"]


def test_a_plan_back_that_can_not_be_started_is_told(world: World, machines: Machines) -> None:
    machines.refusal = CallDenied("StartExecution: AccessDeniedException")
    conclusion = ended(done(1), world, **{"return": {"afterHours": 4}})
    told = data(conclusion)
    assert conclusion["outcome"] == "completed"
    assert told["returnPlan"] is None
    assert "not moved back by itself: StartExecution: AccessDeniedException" in told["message"]
    assert told["nextStep"].startswith("vifshift plan return run-1 moves back")
