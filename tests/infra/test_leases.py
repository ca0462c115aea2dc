"""A gateway's lock outlasts whatever its holder may do, derived from the synthesized definition."""

import json
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from infra.workflows.migration.locking import LONGEST_POLL, PATIENCE_SHARE, SHORTEST_POLL
from tests.infra.templates import read, resources
from vifshift.domain.gateway_lock import LEASE_MARGIN, LONGEST_LEASE, lease
from vifshift.domain.outcomes import LATEST_EFFECT
from vifshift.domain.request import LONGEST_LOCK_WAIT, Convergence
from vifshift.domain.watchdog import WatchdogState
from vifshift.domain.workflow import StateName
from vifshift.migration.looking import LONGEST_SERIES
from vifshift.migration.pace import MOST_CHANGES, SLOW

CALL = 60
"""The seconds that a state's own call of DynamoDB or EventBridge takes, by the SDK's limits."""
MOST_EVENTS = 25_000
FIELDS = Convergence.model_fields
EVERY_EXTREME = [
    Convergence(timeout_seconds=timeout, hold_seconds=hold, poll_seconds=poll)
    for timeout, hold, poll in product((60, 600, 3600), (0, 120, 1800), (30, 300))
]


@pytest.fixture
def states(assembly: Path) -> dict[str, Any]:
    found: dict[str, Any] = read(assembly, "Migration")["States"]
    return found


def longest(state: dict[str, Any]) -> float:
    """Return the seconds that a task may take, every attempt and every pause between them."""
    attempts, pauses = 1, 0.0
    for retrier in state.get("Retry", ()):
        most = retrier.get("MaxAttempts", 3)
        attempts += most
        for number in range(most):
            pause = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2) ** number
            pauses += min(pause, retrier.get("MaxDelaySeconds", pause))
    return attempts * float(state.get("TimeoutSeconds", CALL)) + pauses


def phase(states: dict[str, Any], convergence: Convergence) -> float:
    """Return the seconds from the first attempt to associate until a phase is over.

    What was last seen before the phase's end may be followed by as long a time without any reading
    as a phase may take, and both ends are found out a cycle late.
    """
    poll: int = FIELDS["poll_seconds"].metadata[1].le
    cycle = poll + longest(states[StateName.OBSERVE]) + longest(states[StateName.ANNOUNCE_PROGRESS])
    blind = convergence.timeout_seconds + convergence.hold_seconds
    way = convergence.longest_way.total_seconds()
    return longest(states[StateName.ASSOCIATE]) + way + blind + 2 * cycle


def ending(states: dict[str, Any]) -> float:
    tasks = (
        StateName.CONCLUDE,
        StateName.REPORT,
        StateName.ANNOUNCE_OUTCOME,
        StateName.RELEASE_REQUEST,
        StateName.UNLOCK_GATEWAY,
    )
    return sum(longest(states[name]) for name in tasks) + LATEST_EFFECT.total_seconds()


@pytest.mark.parametrize("convergence", EVERY_EXTREME, ids=str)
def test_a_lease_outlasts_the_longest_phase_and_what_follows_it(
    states: dict[str, Any], convergence: Convergence
) -> None:
    leased = lease(convergence).total_seconds()
    until_rollback = longest(states[StateName.ANNOUNCE_ROLLBACK]) + longest(
        states[StateName.ASSOCIATE]
    )
    before = sum(
        longest(states[name])
        for name in (StateName.VALIDATE_AGAIN, StateName.ANNOUNCE_START, StateName.ASSOCIATE)
    )
    assert phase(states, convergence) + until_rollback < leased
    assert phase(states, convergence) + ending(states) < leased
    assert before < leased


def test_an_hour_less_would_be_too_short(states: dict[str, Any]) -> None:
    """What is derived above is not far from what is leased."""
    needed = phase(states, EVERY_EXTREME[-1]) + ending(states)
    assert needed > (lease(EVERY_EXTREME[-1]) - timedelta(hours=1)).total_seconds()


def test_no_request_gets_a_longer_lease_than_the_watchdog_knows(assembly: Path) -> None:
    timeout, hold = (FIELDS[name].metadata[1].le for name in ("timeout_seconds", "hold_seconds"))
    longest_one = Convergence(timeout_seconds=timeout, hold_seconds=hold)
    assert lease(longest_one) == LONGEST_LEASE
    watchdog = read(assembly, "Watchdog")
    assert watchdog["TimeoutSeconds"] > LONGEST_LEASE.total_seconds()
    assert f"> {LONGEST_LEASE.total_seconds():.0f} " in json.dumps(
        watchdog["States"][WatchdogState.IS_IT_SAFE]
    )


@pytest.mark.parametrize("name", [StateName.LOCK_GATEWAY, StateName.TAKE_LOCK_OVER])
def test_the_workflow_takes_the_lease_that_the_function_renews(
    states: dict[str, Any], name: StateName
) -> None:
    item = states[name]["Arguments"]["Item"]
    request = "$validation.migration.request"
    longest_hold = FIELDS["hold_seconds"].metadata[1].le
    assert item["expiresAt"]["N"].endswith(
        f" + {LEASE_MARGIN.total_seconds():.0f} + 2 * ({request}.convergence.timeoutSeconds"
        f" + ($exists({request}.guards) ? {longest_hold} : {request}.convergence.holdSeconds))) %}}"
    )
    assert item["attempt"] == {"N": "{% $string($states.context.Execution.RedriveCount) %}"}


def test_a_day_of_waiting_and_the_longest_move_fit_in_a_history() -> None:
    """A poll takes 20 events, and an invocation that observes 9, or 14 with a change.

    (AWS: history event types.) An invocation that observes no change takes as long as its series,
    and so does one after the most changes.
    """
    waited, polls = 0.0, 0
    while waited < LONGEST_LOCK_WAIT.total_seconds():
        waited += min(LONGEST_POLL, SHORTEST_POLL + waited / PATIENCE_SHARE)
        polls += 1
    assert polls < 215
    longest_way = Convergence(timeout_seconds=3600, hold_seconds=1800, poll_seconds=10).longest_way
    invocations = MOST_CHANGES + longest_way / LONGEST_SERIES
    assert LONGEST_SERIES.total_seconds() <= SLOW
    assert polls * 20 + 2 * invocations * 14 < MOST_EVENTS


def test_no_rule_takes_notice_of_a_replay(template: dict[str, Any]) -> None:
    rules = resources(template, "AWS::Events::Rule")
    patterns = [each["EventPattern"] for each in rules.values() if "EventPattern" in each]
    assert len(patterns) > 5
    for pattern in patterns:
        assert pattern["replay-name"] == [{"exists": False}]
