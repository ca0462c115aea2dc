"""The errors of calls to AWS, and what they mean for an association.

Step Functions sees a Lambda's error by its class name, so these names are part of the workflow's
interface: the retriers and catchers in `infra` use them.
"""

import json
from collections.abc import Sequence
from enum import StrEnum


class CallError(Exception):
    """A call to AWS that did not succeed; the message names the operation and the reason."""


class CallRefused(CallError):
    """The service refused the call, as with a DirectConnectClientException."""


class ReadRefused(CallRefused):
    """Direct Connect refused a call that only reads, more than once in a row.

    It does so in passing with a DirectConnectClientException, as it does for good where something
    does not exist.
    """


class VirtualInterfaceInTransition(CallRefused):
    """Direct Connect refused the call because the VIF is still in transition."""


class CallDenied(CallError):
    """IAM denied the call, or the credentials have expired."""


class CallThrottled(CallError):
    """The call was throttled, and had no effect."""


class CallFailed(CallError):
    """The service failed (HTTP 500): whether the call had an effect is not known."""


class CallTimedOut(CallError):
    """There was no response: whether the call had, or will have, an effect is not known."""


class NotSeen(CallError):
    """Direct Connect responded without the VIF's connection."""


def not_listed(ids: Sequence[str], most: int = 5) -> NotSeen:
    """Return the error that names VIFs which Direct Connect does not list."""
    unsaid = len(ids) - most
    more = f" and {unsaid} more" if unsaid > 0 else ""
    return NotSeen(f"Direct Connect does not list {', '.join(ids[:most])}{more}")


class OperationMissing(CallError):
    """The operation does not exist in this SDK or Region."""


class SenderNotNoted(CallError):
    """Nothing is noted yet of the event that a request says it came in."""


PASSING = (CallThrottled, CallFailed, CallTimedOut, ReadRefused)
"""What keeps from reading in passing, so that another attempt is worth it."""
SENDER_LOOKS = 3
"""How often a request's sender is looked for again: an event reaches targets in any order."""
READ_RETRIES = 4
"""How often a request is checked again because something could not be read in passing."""


class AssociationError(Exception):
    """An association that did not happen, as far as is known."""


class AssociationRefused(AssociationError):
    """Direct Connect or IAM refused it; the VIF is where it was."""


class AssociationOvertaken(AssociationError):
    """The VIF was deleted, or is on a port that is neither origin nor destination."""


class AssociationDoubtful(AssociationError):
    """A later attempt was refused or overtaken; an earlier one may have had an effect."""


class AssociationNotPermitted(AssociationError):
    """It was not sent: the lock is gone, the window closed, or the execution was redriven."""


class MigrationCancelled(AssociationError):
    """A person cancelled the migration before its VIF was associated."""


class PlanHalted(Exception):
    """A person halted the plan before any of its moves was started."""


class AssociationPostponed(AssociationError):
    """The call had no effect, and can be sent again a little later."""


class AssociationUnconfirmed(AssociationError):
    """The call may still have an effect: read the VIF before sending it again."""


OWN_ERRORS = "VifShift."
"""The prefix of the errors that an execution fails with."""


class ExecutionError(StrEnum):
    """The names of the errors that the execution of a migration or plan fails with."""

    REJECTED = "VifShift.Rejected"
    ROLLED_BACK = "VifShift.RolledBack"
    ROLLBACK_FAILED = "VifShift.RollbackFailed"
    NEEDS_ATTENTION = "VifShift.NeedsAttention"
    PLAN_PARTLY_COMPLETED = "VifShift.PlanPartlyCompleted"
    PLAN_HALTED = "VifShift.PlanHalted"


AWS_ERRORS = ("States.", "Lambda.", "Sandbox.", "Runtime.")
"""How the names of errors begin that Step Functions and Lambda report by themselves."""

LAMBDA_CAUSE = '{"errorMessage"'
"""How the cause begins where a Lambda function has raised an exception.

AWS: Lambda developer guide, "Lambda function errors in Python".
"""


def message_of_lambda(cause: str) -> str | None:
    """Return the message of a Lambda's exception, or None if the cause is not from a Lambda."""
    try:
        return str(json.loads(cause)["errorMessage"])
    except (ValueError, KeyError, TypeError):
        return None
