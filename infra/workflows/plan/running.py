"""How the moves of a plan are run: stages one after another, and their tracks in parallel.

Each track is an execution of its own, with its own history (AWS: "Using Map state in Distributed
mode"). It can read none of the plan's variables, so all it needs comes with its item; and it may
not assign a variable that the plan assigns, since Step Functions refuses such a definition.
"""

from typing import Any

from aws_cdk import Aws, Duration
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.handler import HandlerFunction
from infra.workflows.catching import regardless
from infra.workflows.expressions import ALL, NOW, NULL, UNREADABLE, when
from infra.workflows.plan.grants import TRACK
from infra.workflows.states import States
from vifshift.domain.workflow import PlanState

START = f"arn:{Aws.PARTITION}:states:::states:startExecution.sync:2"
THROTTLED = [
    "StepFunctions.ThrottlingException",
    "StepFunctions.TooManyRequestsException",
    "StepFunctions.ExecutionLimitExceededException",
    "StepFunctions.SdkClientException",
]
_SEGMENT = "$states.input.segment"
_IS_THERE_MORE = "$index < $count($moves)"
# Which move it was whose result is passed to `Advance`.
_OF_THE_MOVE = (
    "'number': $moves[$index].number, "
    "'virtualInterfaceId': $moves[$index].request.virtualInterfaceId, "
    "'request': $moves[$index].request"
)
_ENDED_WELL = (
    "{% ($told := $states.result; $time := function($value) {"
    "$type($value) = 'number' ? $fromMillis($value) : $value };"
    f"{{{_OF_THE_MOVE}, 'result': {{'status': $told.Status, 'error': null, 'cause': null,"
    "'startDate': $time($told.StartDate), 'stopDate': $time($told.StopDate),"
    "'output': $told.Output}}) %}"
)
# The cause is the response of DescribeExecution as text, unless it was cut or nothing was started.
_ENDED_OTHERWISE = (
    f"{{% {{{_OF_THE_MOVE}, 'result': {{'status': null,"
    "'error': $type($states.errorOutput.Error) = 'string' ? $states.errorOutput.Error : null,"
    "'cause': $type($states.errorOutput.Cause) = 'string' ? $states.errorOutput.Cause : null,"
    "'startDate': null, 'stopDate': null, 'output': null}} %}"
)


class StageReader(sfn.S3JsonItemReader):
    """Reads a stage in the version in which it was stored, whatever is stored there by now.

    AWS: Step Functions Developer Guide, "ItemReader (Map)". The CDK has no parameter for it.
    """

    def render(self, query_language: sfn.QueryLanguage | None = None) -> Any:
        """Return the reader's part of the definition, with the version."""
        reader = super().render(query_language)
        version = {"VersionId": "{% $states.input.versionId %}"}
        return {**reader, "Arguments": {**reader["Arguments"], **version}}


class PlanRunning:
    """The states from `Run stages` on, until every move that may start has ended."""

    def __init__(
        self,
        scope: Construct,
        states: States,
        advance: HandlerFunction,
        migration: sfn.StateMachine,
    ) -> None:
        self._scope = scope
        self._states = states
        self._advance_function = advance
        self._migration = migration

    def run(self, conclude: sfn.IChainable) -> sfn.IChainable:
        """Run the stages, and conclude whatever comes of them."""
        stages = sfn.Map.jsonata(
            self._scope,
            PlanState.RUN_STAGES,
            comment=PlanState.RUN_STAGES.comment,
            items=sfn.ProvideItems.jsonata("{% $preparation.stages %}"),
            max_concurrency=1,
            outputs={},
        )
        stages.item_processor(self._tracks())
        # Nothing was started where the list could not be read.
        stages.add_catch(
            conclude,
            errors=ALL,
            assign={
                "problem": {
                    "state": PlanState.RUN_TRACKS,
                    "error": "{% $states.errorOutput.Error %}",
                    "cause": "{% $states.errorOutput.Cause %}",
                }
            },
        )
        return stages.next(conclude)

    def _tracks(self) -> sfn.DistributedMap:
        """Run the tracks of a stage, as many in parallel as the plan allows."""
        tracks = sfn.DistributedMap.jsonata(
            self._scope,
            PlanState.RUN_TRACKS,
            comment=PlanState.RUN_TRACKS.comment,
            label=TRACK,
            item_reader=StageReader(
                bucket_name_path="{% $states.input.bucket %}",
                key="{% $states.input.key %}",
            ),
            item_selector={
                "segment": "{% $states.context.Map.Item.Value %}",
                "execution": "{% $execution %}",
                "requestId": "{% $requestId %}",
                "rules": "{% $preparation.rules %}",
                "nonce": "{% $nonce %}",
            },
            jsonata_max_concurrency="{% $preparation.maxConcurrency %}",
            map_execution_type=sfn.StateMachineType.STANDARD,
            tolerated_failure_percentage=100,
            outputs={},
        )
        tracks.add_retry(
            errors=["States.ItemReaderFailed"],
            interval=Duration.seconds(5),
            backoff_rate=2,
            max_attempts=3,
        )
        return tracks.item_processor(self._track())

    def _track(self) -> sfn.IChainable:
        """Run the moves of a track one after another, for as long as the next one may start."""
        done = sfn.Succeed.jsonata(
            self._scope, PlanState.TRACK_DONE, comment=PlanState.TRACK_DONE.comment, outputs={}
        )
        broken = sfn.Fail.jsonata(
            self._scope,
            PlanState.TRACK_BROKEN,
            comment=PlanState.TRACK_BROKEN.comment,
            error="{% $states.input.Error %}",
            cause="{% $states.input.Cause %}",
        )
        advance = self._advance()
        advance.add_catch(broken, errors=ALL)
        run = self._run_migration(advance)
        goes_on = (
            self._states.choice(PlanState.GOES_IT_ON)
            .when(when("$start != null"), run)
            .otherwise(done)
        )
        announce = self._states.announce(PlanState.ANNOUNCE_PROGRESS, "$progress")
        regardless(announce, goes_on)
        news = (
            self._states.choice(PlanState.IS_THERE_NEWS)
            .when(when("$progress != null"), announce)
            .otherwise(goes_on)
        )
        return self._receive().next(advance).next(news)

    def _receive(self) -> sfn.Pass:
        return self._states.assign(
            PlanState.RECEIVE_TRACK,
            {
                "planExecution": "{% $states.input.execution %}",
                "planRequestId": "{% $states.input.requestId %}",
                "rules": "{% $states.input.rules %}",
                "planNonce": "{% $states.input.nonce %}",
                "track": f"{{% {_SEGMENT}.track %}}",
                "moves": f"{{% {_SEGMENT}.moves %}}",
                "index": 0,
                "done": NULL,
                "start": NULL,
                "progress": NULL,
            },
            outputs={},
        )

    def _advance(self) -> sfn.TaskStateBase:
        """Record what became of the previous move, and ask whether the next one may start."""
        advance = self._states.invoke(
            PlanState.ADVANCE,
            self._advance_function,
            {
                "execution": "{% $planExecution %}",
                "requestId": "{% $planRequestId %}",
                "rules": "{% $rules %}",
                "nonce": "{% $planNonce %}",
                "track": "{% $track %}",
                "move": f"{{% {_IS_THERE_MORE} ? $moves[$index] : null %}}",
                "done": "{% $done %}",
                "now": NOW,
            },
            assign={
                "start": "{% $states.result.Payload.go ? $states.result.Payload.start : null %}",
                "progress": "{% $states.result.Payload.announcement %}",
            },
        )
        advance.add_retry(
            errors=UNREADABLE, interval=Duration.seconds(2), backoff_rate=2, max_attempts=6
        )
        return advance

    def _run_migration(self, following: sfn.IChainable) -> sfn.CustomState:
        """Start a migration and wait for it to end, in whatever way.

        A custom state, since the CDK would grant permission to stop it as well.
        """
        run = sfn.CustomState(
            self._scope,
            PlanState.RUN_MIGRATION,
            state_json={
                "Type": "Task",
                "Comment": PlanState.RUN_MIGRATION.comment,
                "Resource": START,
                "Arguments": {
                    "StateMachineArn": self._migration.state_machine_arn,
                    "Name": "{% $start.name %}",
                    "Input": "{% $start.input %}",
                },
                "Assign": {"done": _ENDED_WELL, "index": "{% $index + 1 %}"},
                "Output": {},
            },
        )
        run.add_retry(
            errors=THROTTLED,
            interval=Duration.seconds(2),
            backoff_rate=2,
            max_attempts=8,
            max_delay=Duration.seconds(60),
            jitter_strategy=sfn.JitterType.FULL,
        )
        run.add_catch(
            following,
            errors=ALL,
            assign={"done": _ENDED_OTHERWISE, "index": "{% $index + 1 %}"},
        )
        run.next(following)
        return run
