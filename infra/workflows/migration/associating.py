"""The state that associates the VIF, and what its errors say about the outcome."""

from collections.abc import Callable

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from infra.functions.migration import MigrationFunctions
from infra.workflows.catching import caught
from infra.workflows.expressions import (
    ENDS,
    ENTERED,
    NOW,
    NULL,
    RETURNED,
)
from infra.workflows.lock_states import ATTEMPT
from infra.workflows.states import States
from vifshift.domain.errors import (
    AssociationNotPermitted,
    AssociationOvertaken,
    AssociationPostponed,
    AssociationRefused,
    AssociationUnconfirmed,
    MigrationCancelled,
)
from vifshift.domain.migration import Association, Outcome, Phase
from vifshift.domain.observation import SHORTEST_PAUSE
from vifshift.domain.outcomes import outcome_if_not_permitted, outcome_of_association
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
            "attempts": {
                "current": f"{{% {ATTEMPT} %}}",
                "checked": "{% $checkedIn %}",
                "decided": "{% $decidedIn %}",
            },
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
    caught(
        associate,
        conclude,
        [AssociationNotPermitted.__name__],
        # The call of an earlier attempt may still take effect.
        calledAt=f"{{% $decidedIn = {ATTEMPT} ? $calledAt : {ENTERED} %}}",
        **{ENDS: _by_phase(outcome_if_not_permitted)},
    )
    caught(associate, conclude, [MigrationCancelled.__name__], **{ENDS: Outcome.CANCELLED})
    return associate


def outcome_while_unconfirmed() -> str:
    """Return an expression for the outcome while it is unknown whether a call had its effect."""
    return _by_phase(lambda phase: outcome_of_association(phase, Association.UNCONFIRMED, None))


def _by_phase(outcome_in: Callable[[Phase], Outcome]) -> str:
    """Return an expression for the outcome in the current phase."""
    forward, rollback = map(outcome_in, Phase)
    return f"{{% $phase = '{Phase.FORWARD}' ? '{forward}' : '{rollback}' %}}"
