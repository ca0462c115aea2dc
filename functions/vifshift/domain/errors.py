"""What can go wrong: what AWS answered, and what that means for an association.

A Lambda's error reaches Step Functions under its class name, so these names are part of the
workflow's interface: its retriers and catchers, in `infra`, are written with them.
"""

import json
from enum import StrEnum


class CallError(Exception):
    """A call to AWS that did not succeed; the message says which and why."""


class CallRefused(CallError):
    """Direct Connect said no: a DirectConnectClientException."""


class VirtualInterfaceInTransition(CallRefused):
    """Direct Connect said not now: the VIF is still changing."""


class CallDenied(CallError):
    """IAM said no, or the credentials have expired."""


class CallThrottled(CallError):
    """Too many calls: this one had no effect."""


class CallFailed(CallError):
    """A 500: whether the call had an effect is not known."""


class CallTimedOut(CallError):
    """No answer came: whether the call had, or will have, an effect is not known."""


class NotSeen(CallError):
    """Direct Connect answered, and did not say where the VIF is."""


class OperationMissing(CallError):
    """This SDK, or this Region, does not have the operation."""


class AssociationError(Exception):
    """An association that did not come to pass, as far as can be seen."""


class AssociationRefused(AssociationError):
    """Direct Connect or IAM said no; the VIF is where it was."""


class AssociationOvertaken(AssociationError):
    """The VIF is gone, or on a port that is neither origin nor destination."""


class AssociationDoubtful(AssociationError):
    """A later attempt was refused or overtaken: an earlier one may have had its effect."""


class MigrationCancelled(AssociationError):
    """Somebody has called the migration off before its VIF was associated."""


class PlanHalted(Exception):
    """Somebody has called a plan off before any of its moves was started."""


class AssociationPostponed(AssociationError):
    """The call had no effect, and may be sent again a little later."""


class AssociationUnconfirmed(AssociationError):
    """The call may still have an effect: look, and only then send it again."""


OWN_ERRORS = "VifShift."
"""How the names of a migration's own errors begin."""


class ExecutionError(StrEnum):
    """The error names that the execution of a migration, or of a plan, fails with."""

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
    """Return what a Lambda's exception said, or None where the cause is none of a Lambda."""
    try:
        return str(json.loads(cause)["errorMessage"])
    except (ValueError, KeyError, TypeError):
        return None
