"""Concludes a migration: one outcome, and a message and a next step for people."""

from collections.abc import Iterator
from datetime import datetime

from vifshift.domain.claim import ANOTHER_SENDER, NEXT_STEP, Claimant
from vifshift.domain.errors import (
    AWS_ERRORS,
    LAMBDA_CAUSE,
    AssociationNotPermitted,
    AssociationOvertaken,
    MigrationCancelled,
    message_of_lambda,
)
from vifshift.domain.guards import NAMING_SOURCE
from vifshift.domain.lock_holder import LockHolder
from vifshift.domain.migration import Approval, Association, Execution, Outcome, Phase
from vifshift.domain.model import Model
from vifshift.domain.observation import Observation, Reason, VifStatus
from vifshift.domain.outcomes import (
    UNDECIDED,
    outcome_before_association,
    outcome_if_not_permitted,
    outcome_of_association,
)
from vifshift.domain.request import AssociationRequest, Request
from vifshift.domain.scope import changes_in_words
from vifshift.domain.scrubbing import scrubbed
from vifshift.domain.sizes import shortened
from vifshift.domain.state_words import doing
from vifshift.domain.traffic_status import traffic
from vifshift.domain.workflow import CONDITION_FAILED, TIMED_OUT, StateName
from vifshift.events import announcements, notices
from vifshift.events.migration import Announcement, Ended
from vifshift.migration.advice import advise
from vifshift.migration.validation_result import Validation

LONGEST_CAUSE = 4000
WAITS = {StateName.ASK_FOR_APPROVAL, StateName.WAIT_FOR_WINDOW}
"""The states that a person's answer ends."""


class Problem(Model):
    """A step that failed: its state's name, and Step Functions' error and cause."""

    state: str
    error: str
    cause: str

    def is_lost_race(self, state: str) -> bool:
        """Return whether another execution had already written this state's item."""
        return self.state == state and self.error == CONDITION_FAILED

    @property
    def is_cancellation(self) -> bool:
        """Return whether somebody cancelled the migration before its VIF was associated."""
        is_called_off = self.error == MigrationCancelled.__name__
        return is_called_off or (self.state == StateName.WAIT_FOR_WINDOW and self.is_a_persons)

    @property
    def is_a_persons(self) -> bool:
        """Return whether a person may have written it, who has answered a waiting task."""
        is_awss = self.error.startswith(AWS_ERRORS) or self.cause.startswith(LAMBDA_CAUSE)
        return self.state in WAITS and not is_awss

    @property
    def message(self) -> str:
        """Return the message of a Lambda's exception, or else the cause; AWS's without secrets."""
        said = message_of_lambda(self.cause)
        if said is None:
            said = self.cause if self.is_a_persons else scrubbed(self.cause)
        if self.state == StateName.ASK_FOR_APPROVAL and self.error == TIMED_OUT:
            return "nobody approved it in time"
        return shortened(f"{doing(self.state)}: {self.error}: {said}", LONGEST_CAUSE)


class ExecutionState(Model):
    """What an execution knows when it ends.

    `association` is the state of the last one, `doubt` why it is not confirmed; `observation` is
    the last of the phase, `failure` the one that caused the rollback, `problem` the step that
    failed; `holder` is the execution that last held the gateway's lock, and `claimant` the one that
    has claimed the request's id; `sender` is who has sent this request, in words.
    """

    request_id: str
    validation: Validation | None
    phase: Phase
    association: Association
    doubt: Problem | None
    observation: Observation | None
    failure: Observation | None
    problem: Problem | None
    holder: LockHolder | None
    approval: Approval | None = None
    claimant: Claimant | None = None
    sender: str = ""

    @property
    def is_of_another_sender(self) -> bool:
        """Return whether the request's id was claimed for a request of another sender."""
        return self.claimant is not None and self.claimant.is_of_another(self.sender)


class Conclusion(Model):
    """The outcome, the error and cause that the execution fails with, and the final event.

    `moved` is which VIF it was, and where it was to go.
    """

    outcome: Outcome
    error: str | None
    cause: str
    announcement: Announcement
    moved: AssociationRequest | None = None


def conclude(story: ExecutionState, *, execution: Execution, now: datetime) -> Conclusion:
    """Return the outcome of a migration, and its final event."""
    validation, observation = story.validation, story.observation
    migration = validation.migration if validation else None
    outcome = _outcome(story)
    message = shortened(f"{_what(story, outcome)}{_why(story, outcome)}", LONGEST_CAUSE)
    picture = _picture(story)
    subject = announcements.subject(validation.request if validation else None, migration)
    next_step = advise(
        outcome,
        migration,
        story.failure or observation,
        picture.connection_id if picture else None,
    )
    if outcome is Outcome.DUPLICATE and story.is_of_another_sender:
        next_step = NEXT_STEP
    if outcome is Outcome.SUCCEEDED and validation:
        next_step = " ".join((next_step, *_alarms_to_change(validation)))
    return Conclusion(
        outcome=outcome,
        error=outcome.error,
        cause=message,
        moved=_moved(validation.request if validation else None),
        announcement=announcements.ended(
            announcements.metadata(execution, story.request_id, now),
            Ended(
                subject=subject,
                notice=notices.ended(
                    subject, outcome, message, next_step, is_guard_bad=_is_guard_bad(story)
                ),
                outcome=outcome,
                message=message,
                reason_code=_reason_code(story),
                next_step=next_step,
                now=picture,
                carries_traffic=traffic(picture, observation.reason if observation else None),
                routes=observation.route_changes if observation else (),
                findings=validation.findings if validation else (),
                approval=story.approval,
                digest=validation.digest if validation else None,
                guards=observation.guards if observation else (),
            ),
        ),
    )


def _alarms_to_change(validation: Validation) -> Iterator[str]:
    """Yield which alarms name the port that the VIF has left, as a sentence."""
    for finding in validation.findings:
        if finding.code == NAMING_SOURCE:
            yield notices.sentence(finding.message)


def _moved(request: Request | None) -> AssociationRequest | None:
    if request is None:
        return None
    return AssociationRequest(
        virtual_interface_id=request.virtual_interface_id, connection_id=request.connection_id
    )


def _outcome(story: ExecutionState) -> Outcome:
    validation, problem = story.validation, story.problem
    if problem and problem.is_lost_race(StateName.CLAIM_REQUEST):
        return Outcome.DUPLICATE
    if validation is None or validation.decision not in UNDECIDED:
        return outcome_before_association(validation.decision if validation else None)
    if problem and problem.is_cancellation:
        return Outcome.CANCELLED
    if problem and problem.error == AssociationNotPermitted.__name__:
        return outcome_if_not_permitted(story.phase)
    return outcome_of_association(story.phase, story.association, story.observation)


def _what(story: ExecutionState, outcome: Outcome) -> str:
    """Return what happened, in a few words."""
    if outcome is Outcome.NEEDS_ATTENTION and _is_guard_bad(story):
        return "converged, but a guard is bad, and was not rolled back: "
    if outcome is not Outcome.ROLLED_BACK:
        return _WHAT[outcome]
    what = _ROLLED_BACK_AS.get(story.failure.reason if story.failure else None, "did not converge")
    if story.observation and story.observation.uncompared:
        return f"{what}, and was rolled back: "
    return f"{what}, was rolled back, and works as before: "


def _is_guard_bad(story: ExecutionState) -> bool:
    """Return whether it converged on its target, where a guard was bad."""
    failed = story.failure or story.observation
    return failed is not None and failed.reason is Reason.GUARD_FAILED


def _why(story: ExecutionState, outcome: Outcome) -> str:
    """Return the reasons, worst first, in plain words."""
    validation = story.validation
    if outcome is Outcome.DUPLICATE:
        claimant = story.claimant or Claimant(execution_arn="")
        return claimant.message(story.request_id, story.sender)
    if story.problem and story.problem.is_lost_race(StateName.LOCK_GATEWAY):
        return story.holder.message if story.holder else "the gateway is busy"
    reasons = []
    if story.failure:
        reasons.append(story.failure.message)
    if story.problem:
        reasons.append(story.problem.message)
        if story.observation:
            reasons.append(f"last seen: {story.observation.message}")
    elif story.observation:
        reasons.append(story.observation.message)
        reasons.extend(
            f"rollback not possible: {obstacle}" for obstacle in story.observation.obstacles
        )
    elif validation and outcome is not Outcome.UNCHANGED:
        reasons.extend(validation.faults)
        reasons.extend(changes_in_words(validation.changes))
        reasons.extend(
            f"{finding.code}: {finding.message}"
            for finding in validation.findings
            if finding.blocks or (outcome is Outcome.PLANNED and not finding.is_note)
        )
    if story.doubt:
        reasons.append(story.doubt.message)
    migration = validation.migration if validation else None
    if outcome is Outcome.PLANNED and migration:
        name = migration.snapshot.virtual_interface_id
        reasons.insert(0, f"would move {name} from {migration.source} to {migration.target}")
    is_refused = outcome is Outcome.REJECTED
    otherwise = "its gateway has changed in the meantime" if is_refused else "nothing to do"
    if outcome is Outcome.UNCHANGED and validation and validation.before:
        reasons.extend(validation.before.down)
    return "; ".join(reasons) or otherwise


def _reason_code(story: ExecutionState) -> str | None:
    """Return the code of the first thing that went wrong, else of the last observation."""
    if story.failure:
        return story.failure.reason
    if story.is_of_another_sender:
        return ANOTHER_SENDER
    if story.problem:
        return story.problem.error
    return story.observation.reason if story.observation else None


def _picture(story: ExecutionState) -> VifStatus | None:
    """Return the VIF's status as last seen, or None where it is not, or no longer, known."""
    problem = story.problem
    if problem and (
        problem.error == AssociationOvertaken.__name__ or problem.state == StateName.OBSERVE
    ):
        return None
    if story.observation:
        return story.observation.picture if story.observation.is_seen else None
    if story.association is not Association.NONE:
        return None
    if story.failure:
        return story.failure.picture
    return story.validation.before if story.validation else None


_ROLLED_BACK_AS: dict[Reason | None, str] = {
    Reason.CANCELLED: "was cancelled",
    Reason.GUARD_FAILED: "converged, but a guard was bad",
}
_WHAT = {
    Outcome.CANCELLED: "cancelled, nothing was touched: ",
    Outcome.SUCCEEDED: "moved and verified: ",
    Outcome.UNCHANGED: "already on the target: ",
    Outcome.PLANNED: "dry run, nothing was touched: ",
    Outcome.DUPLICATE: "nothing was done: ",
    Outcome.REJECTED: "nothing was touched: ",
    Outcome.ROLLBACK_FAILED: "did not converge, and the rollback failed too: ",
    Outcome.NEEDS_ATTENTION: "did not converge, and was not rolled back: ",
}
