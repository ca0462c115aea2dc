"""The migration workflow: one VIF's way from its source to its target, or back.

Read `_tell` first: it is the workflow in one go. Decisions are the Lambdas'; what stands here is
who is asked when, and where to go with the answer. Handlers get the time and the execution's facts
from the context object, so that every decision can be replayed from the execution's history.
"""

from typing import cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.functions.migration import Functions
from infra.names import Machine
from infra.settings.model import Settings
from infra.workflows.identity import request_id
from infra.workflows.locking import Locking
from infra.workflows.machine import machine, may_ask_about_executions, needs_first
from infra.workflows.migration_ending import Ending
from infra.workflows.states import ALL, NOW, NULL, PROBLEM, States, regardless, when
from infra.workflows.waiting import Waiting
from vifshift.domain.errors import (
    AssociationOvertaken,
    AssociationPostponed,
    AssociationRefused,
    AssociationUnconfirmed,
    MigrationCancelled,
)
from vifshift.domain.migration import Association, Phase
from vifshift.domain.request_envelope import LONGEST_REQUEST
from vifshift.domain.workflow import NextStep, StateName
from vifshift.migration.convergence import SHORTEST_PAUSE
from vifshift.migration.validation import Decision

# Longer than approval, window and gateway can be waited for, and a migration can last.
LONGEST_MIGRATION = Duration.days(40)
CLAIM_SECONDS = LONGEST_MIGRATION.to_seconds() + 7 * 24 * 3600
LEASE_MARGIN_SECONDS = 3600


_REQUEST = "$validation.migration.request"
_TIMEOUT = "$validation.migration.request.convergence.timeoutSeconds"
_HOLD = "$validation.migration.request.convergence.holdSeconds"


class MigrationWorkflow(Construct):
    """The state machine, with the table of its locks."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: Functions,
        bus: events.IEventBus,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        self._functions = functions
        self.locks = dynamodb.TableV2(
            self,
            "Locks",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            time_to_live_attribute="expiresAt",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=RemovalPolicy.DESTROY,
        )
        self._states = States(self, bus, self.locks)
        self._waiting = Waiting(self, self._states, functions.hold, "validation", _REQUEST)
        self.state_machine = machine(
            self,
            Machine.MIGRATIONS,
            comment="Moves one virtual interface, verifies it, and goes back if need be.",
            story=self._tell(),
            functions=functions.of_a_migration,
            timeout=LONGEST_MIGRATION,
            settings=settings,
        )
        describes = may_ask_about_executions(
            self.state_machine.role,
            "DescribesItself",
            "states:DescribeExecution",
            self.state_machine,
            "Which execution will hold a lock is not known at deployment.",
        )
        needs_first(self.state_machine, describes)
        may_ask_about_executions(
            cast(iam.IRole, functions.report.role),
            "IsReported",
            "states:GetExecutionHistory",
            self.state_machine,
            "Every execution is reported.",
        )

    def _tell(self) -> sfn.Chain:
        """Tell the workflow as a story; each state is made by the method of its name."""
        conclude = Ending(self, self._states, self._functions).conclude()
        associate = self._associate(conclude)
        watch = self._watch(conclude, associate)
        associate.next(watch)
        return (
            self._receive()
            .next(self._claim(conclude))
            .next(self._validate(StateName.VALIDATE, conclude, is_recheck=False))
            .next(
                self._proceed(
                    StateName.IS_THERE_ANYTHING_TO_DO,
                    self._waiting.wait(self._start(conclude, associate), conclude),
                    conclude,
                )
            )
        )

    def _receive(self) -> sfn.Pass:
        """Give every variable its first value, so that later states can always read them all."""
        return sfn.Pass.jsonata(
            self,
            StateName.RECEIVE_REQUEST,
            comment=StateName.RECEIVE_REQUEST.comment,
            assign={
                "requestId": f"{{% {request_id()} %}}",
                # One change number may stand for several moves.
                "claim": "{% ("
                "$body := $exists($states.input.request) ? $states.input.request : $states.input;"
                f"'request#' & {request_id()} & '#' & $substring($string("
                "[$body.virtualInterfaceId, $body.connectionId]), 0, 128)) %}",
                "execution": {
                    "arn": "{% $states.context.Execution.Id %}",
                    "name": "{% $states.context.Execution.Name %}",
                },
                "phase": Phase.FORWARD,
                "association": Association.NONE,
                "doubt": NULL,
                "validation": NULL,
                "observation": NULL,
                "progress": NULL,
                "failure": NULL,
                "problem": NULL,
                "unseenSince": NULL,
                "waitingSince": NULL,
                "holder": NULL,
                "hasHolderEnded": False,
                "lookedAt": NULL,
                "approval": NULL,
                "lockKey": "none",
            },
        )

    def _claim(self, conclude: sfn.IChainable) -> sfn.TaskStateBase:
        """Make the request's id this execution's own: a duplicate must not move a VIF twice."""
        claim = self._states.put_lock(StateName.CLAIM_REQUEST, "{% $claim %}", str(CLAIM_SECONDS))
        return self._states.caught(claim, conclude, ALL)

    def _validate(
        self, name: StateName, conclude: sfn.IChainable, *, is_recheck: bool
    ) -> sfn.TaskStateBase:
        return self._states.judge(
            name,
            self._functions.validate,
            "validation",
            conclude,
            longest=LONGEST_REQUEST,
            is_recheck=is_recheck,
        )

    def _proceed(
        self, name: StateName, following: sfn.IChainable, conclude: sfn.IChainable
    ) -> sfn.Choice:
        """Go on only where the last validation says so, and keep what it is about to lock."""
        # A gateway that has changed since is not the one that is locked.
        proceeds = when(
            f"$validation.decision = '{Decision.PROCEED}' and "
            "$lockKey in ['none', $validation.migration.redundancyGroup]"
        )
        key = "{% $validation.migration.redundancyGroup %}"
        return (
            sfn.Choice.jsonata(self, name, comment=name.comment)
            .when(proceeds, following, assign={"lockKey": key})
            .otherwise(conclude)
        )

    def _start(self, conclude: sfn.IChainable, associate: sfn.IChainable) -> sfn.IChainable:
        """Lock the gateway, look once more, and tell; what can't be told is not started."""
        announce = self._states.announce(StateName.ANNOUNCE_START, "$validation.announcement")
        self._states.caught(announce, conclude, ALL).next(associate)
        again = self._validate(StateName.VALIDATE_AGAIN, conclude, is_recheck=True)
        again.next(self._proceed(StateName.IS_IT_STILL_GOOD, announce, conclude))
        return Locking(self, self._states).lock(again, conclude)

    def _associate(self, conclude: sfn.IChainable) -> tasks.LambdaInvoke:
        """Associate once; a call without effect is sent again, three times at most."""
        associate = self._states.invoke(
            StateName.ASSOCIATE,
            self._functions.associate,
            {
                "migration": "{% $validation.migration %}",
                "phase": "{% $phase %}",
                "attempt": "{% $states.context.State.RetryCount"
                f" + ($association = '{Association.UNCONFIRMED}' ? 1 : 0) %}}",
            },
            assign={
                "association": Association.CONFIRMED,
                "doubt": NULL,
                "pauseSeconds": SHORTEST_PAUSE,
            },
        )
        associate.add_retry(
            errors=[AssociationPostponed.__name__, AssociationUnconfirmed.__name__],
            interval=Duration.seconds(10),
            backoff_rate=1.5,
            max_attempts=3,
        )
        self._states.caught(
            associate,
            conclude,
            [
                AssociationRefused.__name__,
                AssociationOvertaken.__name__,
                MigrationCancelled.__name__,
            ],
        )
        return associate

    def _watch(self, conclude: sfn.IChainable, associate: tasks.LambdaInvoke) -> sfn.IChainable:
        """Pause and look, until it has settled, or has failed and turns back or ends."""
        pause = sfn.Wait.jsonata(
            self,
            StateName.PAUSE,
            comment=StateName.PAUSE.comment,
            time=sfn.WaitTime.seconds("{% $pauseSeconds %}"),
            assign={"lookedAt": NOW},
        )
        # Whatever else happened to the call, it may have had its effect: only a look can tell.
        associate.add_catch(
            pause,
            errors=ALL,
            assign={
                "association": Association.UNCONFIRMED,
                "doubt": PROBLEM,
                "pauseSeconds": SHORTEST_PAUSE,
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
            },
        )
        # The VIF may be cut off while it can't be looked at: that is waited for, not concluded.
        self._states.caught(
            observe,
            self._give_up(pause, conclude),
            ALL,
            unseenSince="{% $unseenSince ? $unseenSince : $states.context.State.EnteredTime %}",
            pauseSeconds=SHORTEST_PAUSE,
        )
        progress = self._states.announce(StateName.ANNOUNCE_PROGRESS, "$announcement")
        regardless(progress, pause)
        settled = (
            sfn.Choice.jsonata(
                self, StateName.HAS_IT_SETTLED, comment=StateName.HAS_IT_SETTLED.comment
            )
            .when(when(f"$step = '{NextStep.TURN_BACK}'"), self._turn_back(associate))
            .when(when(f"$step = '{NextStep.CONCLUDE}'"), conclude)
            .when(when(f"$step = '{NextStep.ASSOCIATE}'"), associate)
            .when(when("$announcement != null"), progress)
            .otherwise(pause)
        )
        return sfn.Chain.start(pause).next(observe).next(settled)

    def _give_up(self, pause: sfn.IChainable, conclude: sfn.IChainable) -> sfn.Choice:
        """Go on trying to look, for as long as the phase may take."""
        seconds = "($toMillis($states.context.State.EnteredTime) - $toMillis($unseenSince)) / 1000"
        return (
            sfn.Choice.jsonata(
                self,
                StateName.IS_IT_TIME_TO_GIVE_UP,
                comment=StateName.IS_IT_TIME_TO_GIVE_UP.comment,
            )
            .when(when(f"{seconds} > {_TIMEOUT} + {_HOLD}"), conclude)
            .otherwise(pause)
        )

    def _turn_back(self, associate: tasks.LambdaInvoke) -> sfn.IChainable:
        """Go the same way with the source as destination, even where nobody can be told."""
        turn_back = sfn.Pass.jsonata(
            self,
            StateName.TURN_BACK,
            comment=StateName.TURN_BACK.comment,
            assign={
                "phase": Phase.ROLLBACK,
                "failure": "{% $observation %}",
                "progress": NULL,
                "association": Association.NONE,
                "doubt": NULL,
                "observation": NULL,
            },
        )
        announce = self._states.announce(StateName.ANNOUNCE_ROLLBACK, "$announcement")
        return turn_back.next(regardless(announce, associate))
