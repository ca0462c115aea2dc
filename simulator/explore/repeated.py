"""How often something may be told once more, by what a scenario does."""

from simulator.scenarios.model import Scenario
from vifshift.domain.watchdog import WatchdogState
from vifshift.events.base import DetailType

REQUESTS = {DetailType.REQUESTED, DetailType.PLAN_REQUESTED}
CLAIMS = {WatchdogState.CLAIM_END, WatchdogState.TAKE_OVER}


def most_repetitions(scenario: Scenario) -> int:
    """Return how often an end may be told again, where an execution is redriven or asked for again.

    Watchdogs that can't claim an end tell it rather twice than not at all.
    """
    repeats = sum(each.repeat for each in scenario.events if each.detail_type in REQUESTS)
    replays = sum(each.event in REQUESTS for each in scenario.replays)
    return len(scenario.redrives) + repeats + replays + rival_watchdogs(scenario)


def rival_watchdogs(scenario: Scenario) -> int:
    """Return how many watchdogs more may tell an end, since none of them can claim it."""
    if not any(each.state in CLAIMS for each in scenario.task_faults):
        return 0
    return sum(each.repeat for each in scenario.events if each.source == "aws.states")
