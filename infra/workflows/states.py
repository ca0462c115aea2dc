"""The kinds of states the workflow is made of, each with its retries."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from aws_cdk import Aws, Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from vifshift.domain.errors import CallFailed, CallThrottled, CallTimedOut
from vifshift.domain.workflow import CONDITION_FAILED, TIMED_OUT, State, StateName
from vifshift.events.migration import SOURCE

LAMBDA_ERRORS = [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "States.Timeout",
    # Seen in real executions, though the Step Functions guide tells of Lambda.Unknown alone.
    "Sandbox.Timedout",
    "Runtime.ExitError",
    "Runtime.Unknown",
]
UNREADABLE = [error.__name__ for error in (CallThrottled, CallFailed, CallTimedOut)]
ALL = ["States.ALL"]
# A little more than a Lambda's own time: when it is over, nothing is in flight any more.
TASK_TIMEOUT = Duration.seconds(70)
REPORT_TIMEOUT = Duration.seconds(35)
OUT_OF_TIME = ["States.Timeout", "Sandbox.Timedout"]
ENTERED = "$states.context.State.EnteredTime"
NOW = f"{{% {ENTERED} %}}"
# The CDK drops a literal null, and a variable that was never assigned can not be read.
NULL = "{% null %}"
LONGEST_CAUSE = 8_000
"""In characters: a Lambda's traceback may be much longer, and is kept in the history anyway."""
PROBLEM = {
    "state": "{% $states.context.State.Name %}",
    "error": "{% $type($states.errorOutput.Error) = 'string' ? $states.errorOutput.Error : '' %}",
    "cause": "{% $type($states.errorOutput.Cause) = 'string' ? "
    f"$substring($states.errorOutput.Cause, 0, {LONGEST_CAUSE}) : '' %}}",
}
NOW_SECONDS = f"$floor($toMillis({ENTERED}) / 1000)"

value = tasks.DynamoAttributeValue

T = TypeVar("T", bound=sfn.TaskStateBase | sfn.CustomState)


class Condition(NamedTuple):
    """What must hold of an item that is written, with the values that it names."""

    expression: str
    values: Mapping[str, tasks.DynamoAttributeValue]


FREE = Condition(
    "attribute_not_exists(pk) OR executionArn = :me OR expiresAt < :now",
    {
        ":me": value.from_string("{% $execution.arn %}"),
        ":now": value.number_from_string(f"{{% $string({NOW_SECONDS}) %}}"),
    },
)
"""Nobody has it, or this execution itself, or somebody whose time is over."""


class States:
    """Makes states for a workflow that runs with a bus to tell and a table to lock."""

    def __init__(self, scope: Construct, bus: events.IEventBus, table: dynamodb.ITableV2) -> None:
        self._scope = scope
        self._bus = bus
        self._table = table

    def invoke(
        self,
        name: State,
        function: lambda_.Function,
        payload: dict[str, Any],
        assign: dict[str, Any],
        timeout: Duration = TASK_TIMEOUT,
    ) -> tasks.LambdaInvoke:
        """Ask a Lambda, again and again where it is Lambda that fails."""
        invoke = self._invoke(name, function, payload, assign, timeout)
        _retry_with_jitter(invoke, LAMBDA_ERRORS)
        return invoke

    def report(
        self,
        name: State,
        function: lambda_.Function,
        announcement: str,
        assign: dict[str, Any],
        timeout: Duration = REPORT_TIMEOUT,
    ) -> tasks.LambdaInvoke:
        """Ask for the evidence; the last event, which has to wait for it, is not kept for long."""
        payload = {"announcement": f"{{% {announcement} %}}", "now": NOW}
        report = self._invoke(name, function, payload, assign, timeout)
        report.add_retry(errors=OUT_OF_TIME, max_attempts=0)
        report.add_retry(errors=ALL, interval=Duration.seconds(1), max_attempts=2)
        return report

    def _invoke(
        self,
        name: State,
        function: lambda_.Function,
        payload: dict[str, Any],
        assign: dict[str, Any],
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
            assign=assign,
            outputs={},
        )

    def judge(
        self,
        name: State,
        function: lambda_.Function,
        judged: str,
        conclude: sfn.IChainable,
        *,
        longest: int,
        is_recheck: bool,
        timeout: Duration = TASK_TIMEOUT,
    ) -> tasks.LambdaInvoke:
        """Ask a Lambda whether what is asked for can be done; one too long is not handed on.

        `judged` names the variable that its answer is put into, as which the answer has it, and
        `longest` is in bytes.
        """
        # Payloads are measured in bytes: a letter beyond ASCII counts for the four it may take.
        written = "$string($states.context.Execution.Input)"
        is_too_long = f"$length($replace({written}, /[^\\x00-\\x7f]/, '----')) > {longest}"
        judge = self.invoke(
            name,
            function,
            {
                "requestId": "{% $requestId %}",
                "request": f"{{% {is_too_long} ? null : $states.context.Execution.Input %}}",
                "isTooLong": f"{{% {is_too_long} %}}",
                "isRecheck": is_recheck,
                "now": NOW,
            },
            assign={judged: f"{{% $states.result.Payload.{judged} %}}"},
            timeout=timeout,
        )
        judge.add_retry(
            errors=UNREADABLE, interval=Duration.seconds(3), backoff_rate=2, max_attempts=4
        )
        return self.caught(judge, conclude, ALL)

    def hold(
        self,
        name: State,
        function: lambda_.Function,
        payload: Mapping[str, object],
        seconds: str,
        **assign: object,
    ) -> sfn.CustomState:
        """Wait until somebody answers with the task's token, or so many seconds are over.

        Written out, since the CDK renders a time-out in JSONata as one in JSONPath.
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
        self, name: State, announcement: str, *, max_attempts: int = 3
    ) -> tasks.EventBridgePutEvents:
        """Send an event that a Lambda has worded."""
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
        )
        announce.add_retry(
            errors=ALL,
            interval=Duration.seconds(1),
            max_attempts=max_attempts,
            max_delay=Duration.seconds(60),
        )
        return announce

    def put_lock(
        self,
        name: State,
        key: str,
        seconds: str,
        *,
        about: Mapping[str, str] | None = None,
        condition: Condition = FREE,
    ) -> tasks.DynamoPutItem:
        """Write an item that is this execution's until it expires, if the condition holds.

        `about` are further attributes, for those who want to know whose it is.
        """
        put = tasks.DynamoPutItem.jsonata(
            self._scope,
            name,
            comment=name.comment,
            table=self._table,
            item={
                "pk": value.from_string(key),
                "executionArn": value.from_string("{% $execution.arn %}"),
                "expiresAt": value.number_from_string(
                    f"{{% $string({NOW_SECONDS} + {seconds}) %}}"
                ),
                **{key: value.from_string(text) for key, text in (about or {}).items()},
            },
            condition_expression=condition.expression,
            expression_attribute_values=condition.values,
            outputs={},
        )
        return self._retry_table(put)

    def get_lock(self, name: State, key: str, assign: dict[str, str]) -> tasks.DynamoGetItem:
        """Read an item as it is now."""
        get = tasks.DynamoGetItem.jsonata(
            self._scope,
            name,
            comment=name.comment,
            table=self._table,
            key={"pk": value.from_string(key)},
            consistent_read=True,
            assign=assign,
            outputs={},
        )
        return self._retry_table(get)

    def describe_execution(self, name: State, arn: str, assign: dict[str, str]) -> sfn.CustomState:
        """Ask Step Functions how an execution is.

        A custom state, since the CDK would grant it in the policy that the state machine waits for.
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

    def delete_lock(self, name: State, key: str) -> tasks.DynamoDeleteItem:
        """Delete an item where it is this execution's."""
        delete = tasks.DynamoDeleteItem.jsonata(
            self._scope,
            name,
            comment=name.comment,
            table=self._table,
            key={"pk": value.from_string(key)},
            condition_expression="executionArn = :me",
            expression_attribute_values={":me": value.from_string("{% $execution.arn %}")},
            outputs={},
        )
        return self._retry_table(delete)

    def end(self) -> sfn.IChainable:
        """End the execution as the variable `conclusion` says."""
        succeeded = sfn.Succeed.jsonata(
            self._scope,
            StateName.SUCCEEDED,
            comment=StateName.SUCCEEDED.comment,
            outputs={
                "outcome": "{% $conclusion.outcome %}",
                "message": "{% $conclusion.cause %}",
            },
        )
        failed = sfn.Fail.jsonata(
            self._scope,
            StateName.FAILED,
            comment=StateName.FAILED.comment,
            error="{% $conclusion.error %}",
            cause="{% $conclusion.cause %}",
        )
        return (
            sfn.Choice.jsonata(
                self._scope, StateName.HOW_DID_IT_END, comment=StateName.HOW_DID_IT_END.comment
            )
            .when(when("$conclusion.error = null"), succeeded)
            .otherwise(failed)
        )

    def _retry_table(self, task: T) -> T:
        """Try again, but for a condition that does not hold: that is an answer."""
        task.add_retry(errors=[CONDITION_FAILED], max_attempts=0)
        task.add_retry(errors=ALL, interval=Duration.seconds(1), max_attempts=3)
        return task

    def caught(self, task: T, following: sfn.IChainable, errors: list[str], **assign: object) -> T:
        """Keep what went wrong for the conclusion, and go on."""
        task.add_catch(following, errors=errors, assign={"problem": PROBLEM, **assign})
        return task


def _retry_with_jitter(task: sfn.TaskStateBase | sfn.CustomState, errors: list[str]) -> None:
    """Try again where it is AWS that fails; not all at once, where many do."""
    task.add_retry(
        errors=errors,
        interval=Duration.seconds(2),
        backoff_rate=2,
        max_attempts=5,
        max_delay=Duration.seconds(20),
        jitter_strategy=sfn.JitterType.FULL,
    )


def regardless(task: T, following: sfn.IChainable) -> T:
    """Go on to what follows, whatever comes of a task."""
    task.add_catch(following, errors=ALL)
    task.next(following)
    return task


def when(condition: str) -> sfn.Condition:
    """Return a condition in JSONata."""
    return sfn.Condition.jsonata(f"{{% {condition} %}}")
