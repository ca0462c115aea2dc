"""What is measured of a move: outage, when it was told, the answer, calls, transitions and cost."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from simulator.directconnect import Transition
from simulator.runs.interruptions import interruptions
from simulator.runs.requests import subject_asked
from simulator.scenarios.model import Scenario

DOLLARS_PER_TRANSITION: Final = 0.025 / 1_000
"""Standard workflows in us-east-1 and eu-central-1: https://aws.amazon.com/step-functions/pricing/"""

DOLLARS_PER_GB_SECOND: Final = 0.0000133334
DOLLARS_PER_INVOCATION: Final = 0.20 / 1_000_000
"""Arm, the first tier, in us-east-1: https://aws.amazon.com/lambda/pricing/"""


class Answer(NamedTuple):
    """When a mover first said whether the move was a success, and what it said."""

    at: datetime
    is_success: bool


class Move(NamedTuple):
    """What one move took; `answer` is None if the mover never gave one.

    `outage_seconds` is None if the traffic did not return by what the mover did. `told_seconds` is
    from the moment at which the traffic was back, or else from that at which it was lost.
    """

    outage_seconds: float | None
    told_seconds: float
    is_wrong: bool
    calls: int
    transitions: int
    dollars: float


def vif_of(scenario: Scenario) -> str:
    """Return the VIF that a scenario asks to be moved."""
    return str(subject_asked(scenario.asked(scenario.trigger))[0])


def target_of(scenario: Scenario) -> str:
    """Return the connection or LAG that a scenario asks for."""
    return str(subject_asked(scenario.asked(scenario.trigger))[1])


def measured(
    scenario: Scenario,
    history: Sequence[Transition],
    answer: Answer,
    calls: int,
    transitions: int,
    lambda_dollars: float = 0,
) -> Move:
    """Return the figures of a move from what truly happened to its VIF.

    An answer is wrong if it says success while traffic is missing, or failure while none is.
    """
    vif = vif_of(scenario)
    seen = [each for each in history if each.virtual_interface_id == vif]
    gaps = interruptions(seen)
    outage = sum((gap.ended_at - gap.began_at).total_seconds() for gap in gaps if gap.ended_at)
    is_over = all(gap.ended_at for gap in gaps)
    is_missing = any(
        gap.began_at <= answer.at and (gap.ended_at is None or answer.at < gap.ended_at)
        for gap in gaps
    )
    ends = [gap.ended_at for gap in gaps if gap.ended_at and gap.ended_at <= answer.at]
    since = gaps[0].began_at if is_missing else max(ends)
    return Move(
        outage_seconds=outage if is_over else None,
        told_seconds=(answer.at - since).total_seconds(),
        is_wrong=answer.is_success is is_missing,
        calls=calls,
        transitions=transitions,
        dollars=transitions * DOLLARS_PER_TRANSITION + lambda_dollars,
    )
