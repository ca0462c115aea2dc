"""How a watchdog makes sure of what it is started for, and that it alone reports it.

Whoever starts it may be wrong: an event may come twice, late or never, and people may start it by
hand. So it takes an ARN only, asks Step Functions what became of that execution, and claims its
end by a conditional write. A claim belongs to an execution of the watchdog. One that has ended
without finishing is taken over from: what it has reported is noted in the claim.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.workflows.expressions import ALL, HAS_ENDED_BY_ITSELF, NOW_SECONDS, when
from infra.workflows.lock_states import value
from infra.workflows.states import TASK_TIMEOUT, States
from vifshift.domain.table_keys import SEPARATOR, ItemKind, key_expression
from vifshift.domain.watchdog import PlanWatchdogState, WatchdogState
from vifshift.domain.workflow import CONDITION_FAILED

PARTS_OF_AN_ARN = 8
CLAIM_SECONDS = 47 * 24 * 3600
"""A dead letter of an event may be redriven weeks later, and must not be reported again."""

# The claim is of one end: an execution that is redriven may end again.
_CLAIM = (
    "{% " + key_expression(ItemKind.WATCHDOG, f"$execution.arn & '{SEPARATOR}' & $redrives") + " %}"
)
_WATCHDOG = "{% $states.context.Execution.Id %}"
REDRIVES = "($states.result.RedriveCount ? $string($states.result.RedriveCount) : '0')"
"""An expression for how often the execution that was described has been redriven."""
_IS_NOTED = {"isReported": "{% $isReported or $exists($states.result.Attributes.reported) %}"}


def if_same_end(value: str, otherwise: str) -> str:
    """Return an expression for a value that counts as long as the execution was not redriven."""
    return f"{{% $redrives = {REDRIVES} ? {value} : {otherwise} %}}"


@dataclass(frozen=True)
class LookingAfter:
    """The states from `Is it ours?` on, until this watchdog has claimed an execution's end.

    `executions` is how the ARNs of the watched state machine's executions begin; `seen` are further
    variables to assign from DescribeExecution's response.
    """

    scope: Construct
    states: States
    names: type[WatchdogState] | type[PlanWatchdogState]
    executions: str
    seen: Mapping[str, str]

    def begin(self, look: sfn.IChainable) -> sfn.IChainable:
        """Refuse what is not an execution of the watched state machine; let its calls end."""
        wait = self.states.wait(self.names.LET_CALLS_END, sfn.WaitTime.duration(TASK_TIMEOUT))
        wait.next(look)
        arn = "$execution.arn"
        is_ours = (
            f"$count($split({arn}, ':')) = {PARTS_OF_AN_ARN} and "
            f"$substring({arn}, 0, $length('{self.executions}')) = '{self.executions}'"
        )
        return (
            self.states.choice(self.names.IS_IT_OURS)
            .when(when(is_ours), wait)
            .otherwise(self._refuse(self.names.NOT_OURS))
        )

    def look(self, following: sfn.IChainable, done: sfn.IChainable) -> sfn.IChainable:
        """Ask what became of the execution, and claim its end, unless it is running."""
        look = self.states.describe_execution(
            self.names.LOOK_AT_EXECUTION,
            "{% $execution.arn %}",
            {
                "status": "{% $states.result.Status %}",
                "hasEndedByItself": f"{{% {HAS_ENDED_BY_ITSELF} %}}",
                "redrives": f"{{% {REDRIVES} %}}",
                # What was found out and told about an end says nothing about a later one.
                "isReported": if_same_end("$isReported", "false"),
                **self.seen,
            },
        )
        look.add_catch(self._refuse(self.names.NOT_KNOWN), errors=ALL)
        look.next(
            self.states.choice(self.names.HAS_IT_ENDED)
            .when(when("$status in ['RUNNING', 'PENDING_REDRIVE']"), done)
            .otherwise(self._claim(following, done))
        )
        return look

    def note_reported(self, following: sfn.IChainable) -> sfn.IChainable:
        """Note in the claim that the end was reported, and go on whatever comes of that."""
        note = self._update(
            self.names.NOTE_REPORTED,
            "SET reported = :me",
            condition="holder = :me",
        )
        note.add_catch(following, errors=ALL)
        note.next(following)
        return note

    def _claim(self, following: sfn.IChainable, done: sfn.IChainable) -> sfn.IChainable:
        """Claim the end; one that another watchdog has is left to it, while it is running."""
        claim = self._take(self.names.CLAIM_END, "attribute_not_exists(pk) OR holder = :me")
        claim.add_catch(self._who_has_it(following, done), errors=[CONDITION_FAILED])
        # Without the table it may be reported twice, which is better than not at all.
        claim.add_catch(following, errors=ALL)
        claim.next(following)
        return claim

    def _who_has_it(self, following: sfn.IChainable, done: sfn.IChainable) -> sfn.IChainable:
        who = self.states.locks.get(
            self.names.WHO_CLAIMED_IT, _CLAIM, {"watchdog": "{% $states.result.Item.holder.S %}"}
        )
        is_running = self.states.describe_execution(
            self.names.IS_IT_LOOKED_AFTER,
            "{% $watchdog %}",
            {"isLookedAfter": "{% $states.result.Status = 'RUNNING' %}"},
        )
        take_over = self._take(
            self.names.TAKE_OVER,
            "holder = :before",
            {":before": value.from_string("{% $watchdog %}")},
        )
        # Another one was faster.
        take_over.add_catch(done, errors=[CONDITION_FAILED])
        take_over.add_catch(following, errors=ALL)
        take_over.next(following)
        who.add_catch(done, errors=ALL)
        is_running.add_catch(done, errors=ALL)
        is_running.next(
            self.states.choice(self.names.IS_THERE_A_WATCHDOG)
            .when(when("$isLookedAfter"), done)
            .otherwise(take_over)
        )
        who.next(is_running)
        return who

    def _take(
        self,
        name: WatchdogState | PlanWatchdogState,
        condition: str,
        values: Mapping[str, tasks.DynamoAttributeValue] | None = None,
    ) -> tasks.DynamoUpdateItem:
        until = value.number_from_string(f"{{% $string({NOW_SECONDS} + {CLAIM_SECONDS}) %}}")
        return self._update(
            name,
            "SET holder = :me, executionArn = :execution, expiresAt = :until",
            {
                ":execution": value.from_string("{% $execution.arn %}"),
                ":until": until,
                **(values or {}),
            },
            condition=condition,
        )

    def _update(
        self,
        name: WatchdogState | PlanWatchdogState,
        changes: str,
        values: Mapping[str, tasks.DynamoAttributeValue] | None = None,
        *,
        condition: str,
    ) -> tasks.DynamoUpdateItem:
        return self.states.locks.update(
            name,
            _CLAIM,
            changes,
            {":me": value.from_string(_WATCHDOG), **(values or {})},
            condition=condition,
            assign=_IS_NOTED,
        )

    def _refuse(self, name: WatchdogState | PlanWatchdogState) -> sfn.Fail:
        return sfn.Fail(
            self.scope,
            name,
            comment=name.comment,
            error=name.title().replace(" ", ""),
            cause=name.comment,
        )
