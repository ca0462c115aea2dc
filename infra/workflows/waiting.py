"""How a workflow waits: first for an approval, then for its window to open."""

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn

from infra.workflows.catching import caught
from infra.workflows.expressions import ALL, CAUSE, ENDS, ENTERED, ERROR, when
from infra.workflows.states import States
from vifshift.domain.errors import AWS_ERRORS, LAMBDA_CAUSE
from vifshift.domain.migration import Outcome
from vifshift.domain.workflow import TIMED_OUT, StateName, Wait

# Whoever sends the task's token back may send anything with it.
_APPROVAL = (
    "{% ($text := function($value, $most) {"
    "$type($value) = 'string' ? $substring($value, 0, $most) : '' };"
    "$said := $type($states.result) = 'object' ? $states.result : {};"
    "{'approvedBy': $text($said.approvedBy, 256), 'comment': $text($said.comment, 1024)}) %}"
)

# Neither an error of AWS's own, nor an exception of the function that holds the task.
IS_A_PERSONS = (
    f"not ($contains({ERROR}, /^({'|'.join(each.rstrip('.') for each in AWS_ERRORS)})\\./) or "
    f"$substring({CAUSE}, 0, {len(LAMBDA_CAUSE)}) = '{LAMBDA_CAUSE}')"
)


class Waiting:
    """The states that wait with a task token, each only if the request asks for it.

    `subject` names the variable that describes what waits, and `request` is an expression for the
    request. The variable `approval` must be null before; afterwards it says who has approved.
    A task that fails with the error `cancellation` was cancelled; one that waits for a window may
    be by any words of a person, if `is_any_answer_to_a_window_a_cancellation`. `minutes` is an
    expression for how long an approval is waited for, by default that of the request.
    """

    def __init__(
        self,
        states: States,
        hold: lambda_.Function,
        subject: str,
        request: str,
        *,
        cancellation: type[Exception],
        is_any_answer_to_a_window_a_cancellation: bool,
        minutes: str | None = None,
    ) -> None:
        self._states = states
        self._is_cancelled = f"{ERROR} = '{cancellation.__name__}'"
        self._is_window_cancelled = (
            f"{self._is_cancelled} or {IS_A_PERSONS}"
            if is_any_answer_to_a_window_a_cancellation
            else self._is_cancelled
        )
        self._hold = hold
        self._subject = subject
        self._request = request
        minutes = minutes or f"{request}.approval.timeoutMinutes"
        self.ask = self._wait_for(
            StateName.ASK_FOR_APPROVAL, Wait.APPROVAL, f"{minutes} * 60", approval=_APPROVAL
        )
        """The state that asks for an approval, as often as something has changed."""

    def wait(
        self,
        following: sfn.IChainable,
        conclude: sfn.IChainable,
        *,
        afterwards: sfn.IChainable | None = None,
    ) -> sfn.IChainable:
        """Go on to what follows, or to what comes `afterwards` if there was a wait."""
        afterwards = afterwards or following
        is_window_open = self._window(following, afterwards, conclude)
        outcome = _outcome_if(self._is_cancelled)
        caught(self.ask, conclude, ALL, **{ENDS: outcome}).next(is_window_open)
        return (
            self._states.choice(StateName.IS_APPROVAL_NEEDED)
            .when(when(f"{self._request}.approval.required"), self.ask)
            .otherwise(is_window_open)
        )

    def _window(
        self, following: sfn.IChainable, afterwards: sfn.IChainable, conclude: sfn.IChainable
    ) -> sfn.Choice:
        opens_in = (
            f"$ceil(($toMillis({self._request}.window.opensAt) - $toMillis({ENTERED})) / 1000)"
        )
        window = self._wait_for(StateName.WAIT_FOR_WINDOW, Wait.WINDOW, f"$max([1, {opens_in}])")
        window.add_catch(afterwards, errors=[TIMED_OUT])
        caught(window, conclude, ALL, **{ENDS: _outcome_if(self._is_window_cancelled)}).next(
            afterwards
        )
        must_wait = when(f"{self._request}.window ? {opens_in} > 0 : false")
        is_open = self._states.choice(StateName.IS_THE_WINDOW_OPEN).when(must_wait, window)
        if afterwards is not following:
            is_open.when(when("$approval != null"), afterwards)
        return is_open.otherwise(following)

    def _wait_for(
        self, name: StateName, wait: Wait, seconds: str, **assign: object
    ) -> sfn.CustomState:
        payload = {self._subject: f"{{% ${self._subject} %}}", "wait": wait}
        return self._states.hold(name, self._hold, payload, seconds, **assign)


def _outcome_if(is_cancelled: str) -> str:
    """Return an expression for the outcome of an execution whose wait was ended by an error."""
    return f"{{% {is_cancelled} ? '{Outcome.CANCELLED}' : ${ENDS} %}}"
