"""The state that associates the VIF, and what its errors say about the outcome."""

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from infra.functions.migration import MigrationFunctions
from infra.workflows.catching import caught
from infra.workflows.expressions import (
    ENDS,
    NOW,
    NULL,
    RETURNED,
)
from infra.workflows.states import States
from vifshift.domain.errors import (
    AssociationOvertaken,
    AssociationPostponed,
    AssociationRefused,
    AssociationUnconfirmed,
    MigrationCancelled,
)
from vifshift.domain.migration import Association, Outcome, Phase
from vifshift.domain.observation import SHORTEST_PAUSE
from vifshift.domain.outcomes import outcome_of_association
from vifshift.domain.workflow import StateName


def associate_state(
    states: States, functions: MigrationFunctions, conclude: sfn.IChainable
) -> tasks.LambdaInvoke:
    """Associate once; a call that had no effect is sent again, up to three times."""
    associate = states.invoke(
        StateName.ASSOCIATE,
        functions.associate,
        {
            "migration": "{% $validation.migration %}",
            "phase": "{% $phase %}",
            "attempt": "{% $states.context.State.RetryCount"
            f" + ($association = '{Association.UNCONFIRMED}' ? 1 : 0) %}}",
            "now": NOW,
        },
        assign={
            "association": Association.CONFIRMED,
            "doubt": NULL,
            "pauseSeconds": SHORTEST_PAUSE,
            ENDS: RETURNED,
        },
    )
    associate.add_retry(
        errors=[AssociationPostponed.__name__, AssociationUnconfirmed.__name__],
        interval=Duration.seconds(10),
        backoff_rate=1.5,
        max_attempts=3,
    )
    caught(
        associate,
        conclude,
        [AssociationRefused.__name__, AssociationOvertaken.__name__],
    )
    caught(associate, conclude, [MigrationCancelled.__name__], **{ENDS: Outcome.CANCELLED})
    return associate


def outcome_while_unconfirmed() -> str:
    """Return an expression for the outcome while it is unknown whether a call had its effect."""
    forward, rollback = (
        outcome_of_association(phase, Association.UNCONFIRMED, None) for phase in Phase
    )
    return f"{{% $phase = '{Phase.FORWARD}' ? '{forward}' : '{rollback}' %}}"
