"""The kinds of states that the workflows are made of, each with its retries."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Aws, Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.workflows.expressions import ALL, NOW, SAW, UNREADABLE, when
from infra.workflows.lock_states import LockStates
from vifshift.domain.workflow import TIMED_OUT, State
from vifshift.events.base import SOURCE

LAMBDA_ERRORS = [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "States.Timeout",
    # Seen in real executions, though the Step Functions guide mentions Lambda.Unknown alone.
    "Sandbox.Timedout",
    "Runtime.ExitError",
    "Runtime.Unknown",
]
# A little longer than a function may run: after that, none of its calls is in flight.
TASK_TIMEOUT = Duration.seconds(70)
OBSERVE_TIMEOUT = Duration.seconds(90)
REPORT_TIMEOUT = Duration.seconds(35)
OUT_OF_TIME = ["States.Timeout", "Sandbox.Timedout"]


class States:
    """Makes states for a workflow that announces on a bus and locks items in a table.

    Each state has the comment of its name. `locks` makes those that read and write the table.
    """

    def __init__(self, scope: Construct, bus: events.IEventBus, table: dynamodb.ITableV2) -> None:
        self._scope = scope
        self._bus = bus
        self.locks = LockStates(scope, table)

    def assign(
        self, name: State, variables: Mapping[str, object], *, outputs: object = None
    ) -> sfn.Pass:
        """Assign variables; the state's output is its input unless `outputs` says otherwise."""
        return sfn.Pass.jsonata(
            self._scope, name, comment=name.comment, assign=dict(variables), outputs=outputs
        )

    def choice(self, name: State) -> sfn.Choice:
        """Choose between states by conditions in JSONata."""
        return sfn.Choice.jsonata(self._scope, name, comment=name.comment)

    def wait(self, name: State, time: sfn.WaitTime, **assign: object) -> sfn.Wait:
        """Wait for some time."""
        return sfn.Wait.jsonata(
            self._scope, name, comment=name.comment, time=time, assign=assign or None
        )

    def succeed(self, name: State) -> sfn.Succeed:
        """End without an output that anybody reads."""
        return sfn.Succeed(self._scope, name, comment=name.comment)

    def invoke(
        self,
        name: State,
        function: lambda_.Function,
        payload: Mapping[str, Any],
        assign: Mapping[str, Any],
        timeout: Duration = TASK_TIMEOUT,
    ) -> tasks.LambdaInvoke:
        """Invoke a function, and again where it is Lambda itself that fails."""
        invoke = self._invoke(name, function, payload, assign, timeout)
        _retry_with_jitter(invoke, LAMBDA_ERRORS)
        return invoke

    def report(
        self,
        name: State,
        function: lambda_.Function,
        announcement: str,
        assign: Mapping[str, Any],
        timeout: Duration = REPORT_TIMEOUT,
    ) -> tasks.LambdaInvoke:
        """Invoke a function that keeps the evidence.

        It has few attempts, since the last event waits for it.
        """
        payload = {"announcement": f"{{% {announcement} %}}", "now": NOW}
        report = self._invoke(name, function, payload, assign, timeout)
        report.add_retry(errors=OUT_OF_TIME, max_attempts=0)
        report.add_retry(errors=ALL, interval=Duration.seconds(1), max_attempts=2)
        return report

    def _invoke(
        self,
        name: State,
        function: lambda_.Function,
        payload: Mapping[str, Any],
        assign: Mapping[str, Any],
        timeout: Duration,
    ) -> tasks.LambdaInvoke:
        return tasks.LambdaInvoke.jsonata(
            self._scope,
            name,
            comment=name.comment,
            # A running execution goes on with the code that its definition was deployed with.
            lambda_function=function.current_version,
            # A track of a plan has the plan's execution in a variable of another name.
            payload=sfn.TaskInput.from_object({"execution": "{% $execution %}", **payload}),
            retry_on_service_exceptions=False,
            task_timeout=sfn.Timeout.duration(timeout),
            assign=dict(assign),
            outputs=SAW,
        )

    def hold(
        self,
        name: State,
        function: lambda_.Function,
        payload: Mapping[str, object],
        seconds: str,
        **assign: object,
    ) -> sfn.CustomState:
        """Wait until somebody answers with the task's token, or until the seconds have passed.

        A custom state, since the CDK renders a timeout in JSONata as one in JSONPath.
        """
        hold = sfn.CustomState(
            self._scope,
            name,
            state_json={
                "Type": "Task",
                "Comment": name.comment,
                "Resource": f"arn:{Aws.PARTITION}:states:::lambda:invoke.waitForTaskToken",
                "TimeoutSeconds": f"{{% {seconds} %}}",
                "Arguments": {
                    "FunctionName": function.current_version.function_arn,
                    "Payload": {
                        "execution": "{% $execution %}",
                        **payload,
                        "token": "{% $states.context.Task.Token %}",
                        "now": NOW,
                    },
                },
                "Assign": assign,
                "Output": {},
            },
        )
        hold.add_retry(
            errors=[*(each for each in LAMBDA_ERRORS if each != TIMED_OUT), *UNREADABLE],
            interval=Duration.seconds(2),
            backoff_rate=2,
            max_attempts=5,
        )
        return hold

    def announce(
        self,
        name: State,
        announcement: str,
        *,
        max_attempts: int = 3,
        assign: Mapping[str, object] | None = None,
    ) -> tasks.EventBridgePutEvents:
        """Send an event that is ready in a variable; `announcement` is an expression for it."""
        announce = tasks.EventBridgePutEvents.jsonata(
            self._scope,
            name,
            comment=name.comment,
            entries=[
                tasks.EventBridgePutEventsEntry(
                    source=SOURCE,
                    detail_type=f"{{% {announcement}.detailType %}}",
                    detail=sfn.TaskInput.from_text(f"{{% {announcement}.detail %}}"),
                    event_bus=self._bus,
                )
            ],
            outputs={},
            assign=dict(assign) if assign else None,
        )
        announce.add_retry(
            errors=ALL,
            interval=Duration.seconds(1),
            max_attempts=max_attempts,
            max_delay=Duration.seconds(60),
        )
        return announce

    def describe_execution(self, name: State, arn: str, assign: dict[str, str]) -> sfn.CustomState:
        """Ask Step Functions for the status of an execution.

        A custom state, since the CDK would grant it in the policy that waits for the state machine.
        """
        describe = sfn.CustomState(
            self._scope,
            name,
            state_json={
                "Type": "Task",
                "Comment": name.comment,
                "Resource": f"arn:{Aws.PARTITION}:states:::aws-sdk:sfn:describeExecution",
                "Arguments": {"ExecutionArn": arn},
                "Assign": assign,
                "Output": {},
            },
        )
        _retry_with_jitter(describe, ALL)
        return describe

    def end(self, question: State, succeeded: State, failed: State) -> sfn.Choice:
        """End the execution as the variable `conclusion` says."""
        success = sfn.Succeed.jsonata(
            self._scope,
            succeeded,
            comment=succeeded.comment,
            outputs={
                "outcome": "{% $conclusion.outcome %}",
                "message": "{% $conclusion.cause %}",
                "moved": "{% $exists($conclusion.moved) ? $conclusion.moved : null %}",
            },
        )
        failure = sfn.Fail.jsonata(
            self._scope,
            failed,
            comment=failed.comment,
            error="{% $conclusion.error %}",
            cause="{% $conclusion.cause %}",
        )
        has_no_error = when("$conclusion.error = null")
        return self.choice(question).when(has_no_error, success).otherwise(failure)


def _retry_with_jitter(task: sfn.TaskStateBase | sfn.CustomState, errors: list[str]) -> None:
    """Retry where it is AWS that fails, at random times so that many don't retry at once."""
    task.add_retry(
        errors=errors,
        interval=Duration.seconds(2),
        backoff_rate=2,
        max_attempts=5,
        max_delay=Duration.seconds(20),
        jitter_strategy=sfn.JitterType.FULL,
    )
