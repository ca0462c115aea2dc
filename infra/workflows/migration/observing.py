"""The states that observe a VIF until it has settled, or has failed and rolls back or ends."""

from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from infra.functions.migration import MigrationFunctions
from infra.workflows.catching import caught, regardless
from infra.workflows.expressions import (
    ALL,
    ENDS,
    ENTERED,
    NOW,
    NULL,
    PROBLEM,
    RETURNED,
    seconds_since,
    when,
)
from infra.workflows.lock_states import ATTEMPT
from infra.workflows.migration.associating import outcome_while_unconfirmed
from infra.workflows.states import OBSERVE_TIMEOUT, States
from vifshift.domain.migration import Association, Phase
from vifshift.domain.observation import SHORTEST_PAUSE
from vifshift.domain.outcomes import outcome_of_association
from vifshift.domain.workflow import NextStep, StateName

_TIMEOUT = "$validation.migration.request.convergence.timeoutSeconds"
_HOLD = "$validation.migration.request.convergence.holdSeconds"


class Observing:
    """Makes the states after AssociateVirtualInterface, with those that lead back to it."""

    def __init__(self, states: States, functions: MigrationFunctions) -> None:
        """Invoke the functions of the workflow."""
        self._states, self._functions = states, functions

    def watch(self, conclude: sfn.IChainable, associate: tasks.LambdaInvoke) -> sfn.IChainable:
        """Pause and observe, until it has settled, or has failed and rolls back or ends."""
        seconds = sfn.WaitTime.seconds("{% $pauseSeconds %}")
        called_at = f"{{% $calledAt ? $calledAt : {ENTERED} %}}"
        pause = self._states.wait(StateName.PAUSE, seconds, lookedAt=NOW, calledAt=called_at)
        # After any other error the call may have had its effect: only an observation can tell.
        associate.add_catch(
            pause,
            errors=ALL,
            assign={
                "association": Association.UNCONFIRMED,
                "doubt": PROBLEM,
                "pauseSeconds": SHORTEST_PAUSE,
                ENDS: outcome_while_unconfirmed(),
            },
        )
        observe = self._states.invoke(
            StateName.OBSERVE,
            self._functions.observe,
            {
                "migration": "{% $validation.migration %}",
                "way": {
                    "phase": "{% $phase %}",
                    "association": "{% $association %}",
                    "progress": "{% $progress %}",
                    "before": "{% $failure ? $failure.picture : $validation.before %}",
                    "lookedAt": "{% $lookedAt %}",
                },
                "now": NOW,
            },
            assign={
                "observation": "{% $states.result.Payload.observation %}",
                "progress": "{% $states.result.Payload.observation.progress %}",
                "pauseSeconds": "{% $states.result.Payload.observation.pauseSeconds %}",
                "step": "{% $states.result.Payload.step %}",
                "announcement": "{% $states.result.Payload.announcement %}",
                "unseenSince": NULL,
                "problem": NULL,
                ENDS: RETURNED,
            },
            timeout=OBSERVE_TIMEOUT,
        )
        # The VIF may be cut off while it can't be observed: wait before concluding anything.
        caught(
            observe,
            self._give_up(pause, conclude),
            ALL,
            unseenSince=f"{{% $unseenSince ? $unseenSince : {ENTERED} %}}",
            pauseSeconds=SHORTEST_PAUSE,
        )
        progress = self._states.announce(StateName.ANNOUNCE_PROGRESS, "$announcement")
        regardless(progress, pause)
        settled = (
            self._states.choice(StateName.HAS_IT_SETTLED)
            .when(when(f"$step = '{NextStep.TURN_BACK}'"), self._turn_back(associate))
            .when(when(f"$step = '{NextStep.CONCLUDE}'"), conclude)
            .when(
                when(f"$step = '{NextStep.ASSOCIATE}'"),
                associate,
                assign={"decidedIn": f"{{% {ATTEMPT} %}}", "calledAt": NULL},
            )
            .when(when("$announcement != null"), progress)
            .otherwise(pause)
        )
        return sfn.Chain.start(pause).next(observe).next(settled)

    def _give_up(self, pause: sfn.IChainable, conclude: sfn.IChainable) -> sfn.Choice:
        """Keep trying to observe, for as long as the phase may take."""
        unseen = seconds_since("$unseenSince")
        return (
            self._states.choice(StateName.IS_IT_TIME_TO_GIVE_UP)
            .when(when(f"{unseen} > {_TIMEOUT} + {_HOLD}"), conclude)
            .otherwise(pause)
        )

    def _turn_back(self, associate: tasks.LambdaInvoke) -> sfn.IChainable:
        """Do the same with the source as destination, even if that can't be announced."""
        turn_back = self._states.assign(
            StateName.TURN_BACK,
            {
                "phase": Phase.ROLLBACK,
                "failure": "{% $observation %}",
                "progress": NULL,
                "association": Association.NONE,
                "doubt": NULL,
                "observation": NULL,
                "calledAt": NULL,
                "decidedIn": f"{{% {ATTEMPT} %}}",
                ENDS: outcome_of_association(Phase.ROLLBACK, Association.NONE, None),
            },
        )
        announce = self._states.announce(StateName.ANNOUNCE_ROLLBACK, "$announcement")
        return turn_back.next(regardless(announce, associate))
