"""Where a validation of a migration leads: on, to the end, or to people who are asked again."""

from aws_cdk import aws_stepfunctions as sfn

from infra.workflows.catching import regardless
from infra.workflows.expressions import NULL, when
from infra.workflows.states import States
from vifshift.domain.migration import Decision
from vifshift.domain.workflow import StateName

_GATEWAY = "{% $validation.migration.redundancyGroup %}"


class Proceeding:
    """Makes the states after a validation; `ask` is the state that asks for an approval."""

    def __init__(self, states: States, ask: sfn.IChainable) -> None:
        self._states = states
        # Whoever approved what it was has not approved what it is now.
        self._ask_later = states.assign(
            StateName.ASK_LATER,
            {
                "lockKey": _GATEWAY,
                "waitingSince": NULL,
                "holder": NULL,
                "lastHolder": NULL,
                "approval": NULL,
            },
        ).next(ask)

    def before_the_lock(
        self, name: StateName, following: sfn.IChainable, conclude: sfn.IChainable
    ) -> sfn.Choice:
        """Go on only if the validation says so, while this execution has locked nothing."""
        return self._proceed(name, following, self._ask_later, conclude)

    def with_the_lock(
        self, name: StateName, following: sfn.IChainable, conclude: sfn.IChainable
    ) -> sfn.Choice:
        """Go on with the lock; let others have the gateway while people are asked again."""
        free = self._states.locks.delete(StateName.FREE_WHILE_ASKING, "{% 'gateway#' & $lockKey %}")
        return self._proceed(name, following, regardless(free, self._ask_later), conclude)

    def _proceed(
        self,
        name: StateName,
        following: sfn.IChainable,
        ask: sfn.IChainable,
        conclude: sfn.IChainable,
    ) -> sfn.Choice:
        """Go on and keep the key of the lock to take, or ask people about what has changed."""
        # If the gateway has changed since, it is not the one that is locked.
        proceeds = when(
            f"$validation.decision = '{Decision.PROCEED}' and "
            "$lockKey in ['none', $validation.migration.redundancyGroup]"
        )
        return (
            self._states.choice(name)
            .when(proceeds, following, assign={"lockKey": _GATEWAY})
            .when(when(f"$validation.decision = '{Decision.ASK_AGAIN}'"), ask)
            .otherwise(conclude)
        )
