"""A session deploys once; each of its runs is, to the letter, like one in a cloud of its own."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from simulator.cloud import Cloud
from simulator.runs import session as runner
from simulator.runs.record import Record
from simulator.runs.session import Session, run
from simulator.scenarios.model import (
    Scenario,
    ScenarioAnswer,
    ScenarioTrigger,
    TriggerKind,
    load,
    named,
)

NAMES = (
    "happy-path-dual-stack-lag",
    # Ends with an effect that is still to come, from a call that had no answer.
    "no-answer-late-effect",
    "race-for-the-vlan",
    # Reads VPN connections: the first to use a service that draws when it is reset.
    "only-path-acknowledged",
    "malformed-request",
    "health-unavailable",
    "dry-run",
)


def scenario(name: str) -> Scenario:
    return load(named(name))


def content(record: Record) -> dict[str, Any]:
    """All of a record but how long it took on this machine."""
    names = {field.name for field in fields(record)} - {"wall_seconds"}
    return {name: getattr(record, name) for name in names}


def with_request(request: Any, kind: TriggerKind = TriggerKind.EVENT) -> Scenario:
    return scenario("dry-run").model_copy(
        update={"trigger": ScenarioTrigger(kind=kind, request=request)}
    )


def elsewhere(scenario: Scenario, **place: str) -> Scenario:
    world = scenario.world.model_copy(update=place)
    return scenario.model_copy(update={"world": world})


def runs(assembly: Path, scenarios: Iterable[Scenario]) -> list[dict[str, Any]]:
    with Session(assembly) as session:
        return [content(session.run(each)) for each in scenarios]


Alone = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def alone(assembly: Path) -> Alone:
    """What comes of a scenario in a cloud of its own."""
    return cache(lambda name: content(run(scenario(name), assembly)))


@pytest.mark.verify
@pytest.mark.parametrize("names", [NAMES, NAMES[::-1]], ids=["in order", "in reverse"])
def test_a_run_is_as_in_a_cloud_of_its_own(
    names: tuple[str, ...], assembly: Path, alone: Alone
) -> None:
    for name, record in zip(names, runs(assembly, map(scenario, names)), strict=True):
        assert record == alone(name)


@pytest.mark.verify
def test_a_dead_letter_is_gone_before_the_next_run(assembly: Path, alone: Alone) -> None:
    too_long = with_request({"reason": "x" * 300_000})

    first, second, third = runs(assembly, [too_long, scenario("dry-run"), too_long])

    assert first["dead_letters"] == 1
    assert first["executions"] == []
    assert second == alone("dry-run")
    assert third == first


@pytest.mark.verify
def test_a_request_is_no_duplicate_of_one_in_an_earlier_run(session: Session) -> None:
    happy = scenario("happy-path-dual-stack-lag")

    first, second = (content(session.run(happy)) for _ in range(2))

    assert first == second
    assert first["events"][-1]["detail-type"] == "VIF Migration Succeeded"


@pytest.mark.verify
def test_a_run_that_was_broken_off_leaves_nothing(
    assembly: Path, alone: Alone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stays is a running execution, its threads and timers, a lock, and warm Lambdas."""
    name = "happy-path-dual-stack-lag"
    with Session(assembly) as session:
        with monkeypatch.context() as patched:
            patched.setattr(Cloud, "run_until_idle", lambda cloud, *_: cloud.clock.sleep(60))
            broken_off = session.run(scenario(name))
        record = session.run(scenario(name))

    assert broken_off.locks
    assert broken_off.execution is not None
    assert broken_off.execution["status"] == "RUNNING"
    assert content(record) == alone(name)


@pytest.mark.verify
def test_an_execution_that_was_stopped_leaves_nothing(
    assembly: Path, alone: Alone, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "happy-path-dual-stack-lag"

    to_the_end = Cloud.run_until_idle

    def stop(cloud: Cloud, limit: timedelta, most_turns: int) -> bool:
        cloud.clock.sleep(60)
        [execution] = cloud.executions()
        cloud.client("stepfunctions").stop_execution(executionArn=execution["executionArn"])
        return to_the_end(cloud, limit, most_turns)

    with Session(assembly) as session:
        with monkeypatch.context() as patched:
            patched.setattr(Cloud, "run_until_idle", stop)
            stopped = session.run(scenario(name))
        record = session.run(scenario(name))

    assert stopped.execution is not None
    assert stopped.execution["status"] == "ABORTED"
    assert content(record) == alone(name)


@pytest.mark.verify
def test_a_scenario_of_another_account_or_region_is_deployed_there(
    assembly: Path, alone: Alone
) -> None:
    here = scenario("dry-run")
    there = elsewhere(here, account="222233334444", region="eu-west-1")

    first, second, third = runs(assembly, [here, there, here])

    assert ":eu-west-1:222233334444:" in second["executions"][0]["executionArn"]
    assert second == content(run(there, assembly))
    assert first == third == alone("dry-run")


@pytest.mark.verify
@pytest.mark.enable_socket
def test_a_session_in_processes_is_no_other(assembly: Path) -> None:
    name = "dry-run"
    with Session(assembly, "process") as session:
        first, second = (session.run(scenario(name)) for _ in range(2))

    assert first.outcome == second.outcome == "planned"
    assert first.history == second.history
    assert first.events == second.events


def test_a_run_that_goes_round_in_circles_ends_and_leaves_nothing(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    happy = scenario("happy-path-dual-stack-lag")
    before = content(session.run(happy))

    with monkeypatch.context() as patched:
        patched.setattr(runner, "most_turns", lambda _: 50)
        endless = session.run(happy)

    assert not endless.is_idle
    assert content(session.run(happy)) == before


def test_what_may_move_more_often_may_take_more_turns() -> None:
    one = scenario("happy-path-dual-stack-lag")
    more = one.model_copy(update={"trigger": one.trigger.model_copy(update={"times": 3})})
    assert runner.most_turns(more) == runner.most_turns(one) + 2 * runner.TURNS_OF_EACH
    assert runner.LONGEST == timedelta(days=60)


@pytest.mark.parametrize(
    ("given", "name"), [(42, "by-hand"), ({"requestId": "CHG1"}, "CHG1"), ({}, "by-hand")]
)
def test_an_answer_names_a_request_by_its_id_even_if_it_is_none(
    session: Session, given: Any, name: str
) -> None:
    detail: Any = {"requestId": "{requestId}", "by": "bob"}
    answer = ScenarioAnswer(at=10, detail_type="VIF Migration Cancel Requested", detail=detail)
    asking = with_request(given, TriggerKind.EXECUTION).model_copy(update={"answers": (answer,)})

    record = session.run(asking)

    sent = [each for each in record.events if each["detail-type"] == answer.detail_type]
    assert [each["detail"]["requestId"] for each in sent] == [name]
