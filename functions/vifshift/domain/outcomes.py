"""How a migration or a plan ends if it ends now: decided here, for the functions and the workflow.

The functions return it with each answer as `outcomeIfItEndsHere`. The workflow keeps the last one,
and reads it where `Conclude` is unavailable; it decides nothing by itself.
"""

import json
from datetime import timedelta
from typing import Final

from vifshift.domain.migration import Association, Decision, Outcome, Phase
from vifshift.domain.observation import Observation, Reason, Verdict
from vifshift.domain.plan_outcome import PlanOutcome
from vifshift.domain.plan_progress import ExecutionDescription

LATEST_EFFECT: Final = timedelta(minutes=5)
"""A call that was never answered is assumed to have had no effect only after this long."""


UNDECIDED: Final = {Decision.PROCEED, Decision.ASK_AGAIN}
"""The decisions after which a request may still be carried out."""


def outcome_before_association(decision: Decision | None) -> Outcome:
    """Return the outcome of a migration whose VIF has not been associated.

    None stands for a request that could not be validated.
    """
    if decision is None or decision in UNDECIDED:
        return Outcome.REJECTED
    return Outcome(decision)


def outcome_of_association(
    phase: Phase, association: Association, observation: Observation | None
) -> Outcome:
    """Return the outcome of a migration whose phase has come this far.

    `observation` is the phase's last one, None before the first.
    """
    is_settled = observation is not None and observation.verdict is Verdict.SETTLED
    if phase is Phase.ROLLBACK:
        return Outcome.ROLLED_BACK if is_settled else Outcome.ROLLBACK_FAILED
    if is_settled:
        return Outcome.SUCCEEDED
    if association is Association.NONE or (
        association is Association.UNCONFIRMED and observation and _never_moved(observation)
    ):
        return Outcome.REJECTED
    return Outcome.NEEDS_ATTENTION


def outcome_if_not_permitted(phase: Phase) -> Outcome:
    """Return the outcome of a migration whose next call may no longer be sent.

    Without a rollback, the VIF stays where its move has taken it.
    """
    return Outcome.REJECTED if phase is Phase.FORWARD else Outcome.NEEDS_ATTENTION


def outcome_before_moves(decision: Decision | None) -> PlanOutcome:
    """Return the outcome of a plan of which no move has been started.

    None stands for a plan that could not be prepared.
    """
    if decision is None or decision in UNDECIDED:
        return PlanOutcome.REJECTED
    return PlanOutcome(decision)


def _never_moved(observation: Observation) -> bool:
    return (
        observation.verdict is Verdict.FAILED
        and observation.reason is Reason.NOT_MOVED
        and observation.at - observation.progress.started_at >= LATEST_EFFECT
    )


def outcome_in_words(described: ExecutionDescription) -> str:
    """Return how an execution ended, as its last event has it."""
    if described.status == "SUCCEEDED":
        return _outcome_in(described.output) or described.status.lower()
    return _BY_ERROR.get(described.error, Outcome.INTERRUPTED)


def _outcome_in(output: str) -> str:
    try:
        found = json.loads(output)
    except ValueError:
        return ""
    return str(found.get("outcome", "")) if isinstance(found, dict) else ""


_BY_ERROR: Final[dict[str, str]] = {
    outcome.error: outcome.value
    for outcomes in (Outcome, PlanOutcome)
    for outcome in outcomes
    if outcome.error
}
