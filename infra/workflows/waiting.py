"""How a workflow waits for people and for time: for an approval, then for its window."""

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.workflows.states import ALL, ENTERED, States, when
from vifshift.domain.workflow import TIMED_OUT, StateName, Wait

# Whoever answers a task may answer anything.
_APPROVAL = (
    "{% ($text := function($value, $most) {"
    "$type($value) = 'string' ? $substring($value, 0, $most) : '' };"
    "$said := $type($states.result) = 'object' ? $states.result : {};"
    "{'approvedBy': $text($said.approvedBy, 256), 'comment': $text($said.comment, 1024)}) %}"
)


class Waiting:
    """The states in which a token is held: each is entered only where it was asked for.

    `subject` is the variable that tells what is waited with, `request` an expression for what was
    asked; the variable `approval` is to be null before, and then says who has approved.
    """

    def __init__(
        self,
        scope: Construct,
        states: States,
        hold: lambda_.Function,
        subject: str,
        request: str,
    ) -> None:
        self._scope = scope
        self._states = states
        self._hold = hold
        self._subject = subject
        self._request = request

    def wait(
        self,
        following: sfn.IChainable,
        conclude: sfn.IChainable,
        *,
        afterwards: sfn.IChainable | None = None,
    ) -> sfn.IChainable:
        """Go on to what follows, or where anything was waited for to what comes `afterwards`."""
        afterwards = afterwards or following
        is_window_open = self._window(following, afterwards, conclude)
        approval = self._wait_for(
            StateName.ASK_FOR_APPROVAL,
            Wait.APPROVAL,
            f"{self._request}.approval.timeoutMinutes * 60",
            approval=_APPROVAL,
        )
        self._states.caught(approval, conclude, ALL).next(is_window_open)
        return (
            sfn.Choice.jsonata(
                self._scope,
                StateName.IS_APPROVAL_NEEDED,
                comment=StateName.IS_APPROVAL_NEEDED.comment,
            )
            .when(when(f"{self._request}.approval.required"), approval)
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
        self._states.caught(window, conclude, ALL).next(afterwards)
        is_open = sfn.Choice.jsonata(
            self._scope, StateName.IS_THE_WINDOW_OPEN, comment=StateName.IS_THE_WINDOW_OPEN.comment
        ).when(when(f"{self._request}.window ? {opens_in} > 0 : false"), window)
        if afterwards is not following:
            is_open.when(when("$approval != null"), afterwards)
        return is_open.otherwise(following)

    def _wait_for(
        self, name: StateName, wait: Wait, seconds: str, **assign: object
    ) -> sfn.CustomState:
        payload = {self._subject: f"{{% ${self._subject} %}}", "wait": wait}
        return self._states.hold(name, self._hold, payload, seconds, **assign)
