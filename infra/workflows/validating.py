"""The states that ask a function whether what is requested can be done.

Migrations are validated and plans prepared in the same way, before and after their waits. Where
Direct Connect does not list a virtual interface, the function is asked again for as long as that
may be a gap in sight, and then for the last time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from infra.functions.handler import HandlerFunction
from infra.workflows.catching import caught
from infra.workflows.expressions import (
    ALL,
    ENDS,
    GAP_OVER,
    KNOWING_WHO_ASKED,
    NOW,
    RETURNED,
    UNREADABLE,
)
from infra.workflows.states import TASK_TIMEOUT, States
from vifshift.domain.errors import (
    READ_RETRIES,
    SENDER_LOOKS,
    MigrationCancelled,
    NotSeen,
    SenderNotNoted,
)
from vifshift.domain.gaps import LOOKS_IN_A_GAP, NEXT_LOOK
from vifshift.domain.migration import Outcome
from vifshift.domain.workflow import State


@dataclass(frozen=True)
class Validating:
    """Makes the states that invoke `function`, and keep its answer in `variable`.

    The answer has a field of the variable's name; what it says was `checked` is passed on to the
    next check. A request that is longer than `longest` bytes is not passed on. `assign` are further
    variables to assign.
    """

    states: States
    function: HandlerFunction
    variable: str
    longest: int
    timeout: Duration = TASK_TIMEOUT
    assign: Mapping[str, object] = field(default_factory=dict)

    def validate(
        self,
        name: State,
        last_look: State,
        conclude: sfn.IChainable,
        *,
        is_recheck: bool,
        **about: str,
    ) -> tasks.LambdaInvoke:
        """Return the state `name`, which `last_look` leads back to; on other errors, conclude.

        `about` is what the function gets besides.
        """
        # Payloads are measured in bytes: a letter beyond ASCII counts for the four it may take.
        written = "$string($states.context.Execution.Input)"
        is_too_long = f"$length($replace({written}, /[^\\x00-\\x7f]/, '----')) > {self.longest}"
        validate = self.states.invoke(
            name,
            self.function,
            {
                "requestId": "{% $requestId %}",
                "request": f"{{% {is_too_long} ? null : $states.context.Execution.Input %}}",
                "isTooLong": f"{{% {is_too_long} %}}",
                "isRecheck": is_recheck,
                "checked": f"{{% ${self.variable} ? ${self.variable}.checked : null %}}",
                **about,
                "approval": "{% $approval %}",
                "isGapOver": f"{{% ${GAP_OVER} %}}",
                "attempt": "{% $states.context.State.RetryCount %}",
                "now": NOW,
            },
            assign={
                self.variable: f"{{% $states.result.Payload.{self.variable} %}}",
                ENDS: RETURNED,
                GAP_OVER: False,
                **KNOWING_WHO_ASKED,
                # Where it came from is what was noted when it came.
                "approval": "{% $states.result.Payload.approval %}",
                **self.assign,
            },
            timeout=self.timeout,
        )
        validate.add_retry(
            errors=UNREADABLE,
            interval=Duration.seconds(3),
            backoff_rate=2,
            max_attempts=READ_RETRIES,
        )
        validate.add_retry(
            errors=[SenderNotNoted.__name__],
            interval=Duration.seconds(1),
            backoff_rate=2,
            max_attempts=SENDER_LOOKS,
        )
        validate.add_retry(
            errors=[NotSeen.__name__],
            interval=Duration.seconds(NEXT_LOOK.total_seconds()),
            backoff_rate=1,
            max_attempts=LOOKS_IN_A_GAP,
        )
        last = self.states.assign(last_look, {GAP_OVER: True})
        validate.add_catch(last.next(validate), errors=[NotSeen.__name__])
        caught(validate, conclude, [MigrationCancelled.__name__], **{ENDS: Outcome.CANCELLED})
        return caught(validate, conclude, ALL)
