"""The workflow of a plan: prepared as a whole, waited for, run track by track, concluded and told.

Read `_tell` first: it is the workflow in one go. Each move is an execution of the migration
workflow, which this one may start and ask about, but not stop: whatever becomes of a plan, no VIF
is left on its way with nobody watching it.
"""

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.migration import Functions
from infra.functions.plan import PREPARE_SIZE
from infra.names import Machine
from infra.settings.model import Settings
from infra.workflows.identity import request_id
from infra.workflows.machine import machine
from infra.workflows.plan_ending import PlanEnding
from infra.workflows.plan_grants import may_read_stages, may_run_migrations, may_run_tracks
from infra.workflows.plan_running import PlanRunning
from infra.workflows.states import ALL, NULL, States, regardless, when
from infra.workflows.waiting import Waiting
from vifshift.domain.plan_request import LONGEST_PLAN
from vifshift.domain.workflow import PlanState
from vifshift.migration.validation import Decision

# Approval and window can be waited for as long as a migration's, and then a plan runs for days.
LONGEST_PLAN_RUN = Duration.days(45)
CLAIM_SECONDS = LONGEST_PLAN_RUN.to_seconds() + 2 * 24 * 3600
PREPARE_TIMEOUT = Duration.seconds(PREPARE_SIZE.seconds + 10)

_IS_NAMED = (
    "($body := $exists($states.input.request) ? $states.input.request : $states.input;"
    f"$type($body.requestId) = 'string' and $body.requestId = {request_id()})"
)


class PlanWorkflow(Construct):
    """The state machine of plans."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: Functions,
        migration: sfn.StateMachine,
        locks: dynamodb.ITableV2,
        evidence: s3.Bucket,
        bus: events.IEventBus,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        self._functions = functions.of_plans
        self._states = States(self, bus, locks)
        self._running = PlanRunning(self, self._states, self._functions.advance, migration)
        self.state_machine = machine(
            self,
            Machine.PLANS,
            comment="Moves many virtual interfaces, each by a migration of its own.",
            story=self._tell(),
            functions=self._functions.all,
            timeout=LONGEST_PLAN_RUN,
            settings=settings,
        )
        may_read_stages(self.state_machine, evidence)
        may_run_migrations(self.state_machine, migration)
        may_run_tracks(self.state_machine)
        self._functions.may_ask_about(migration)
        self._functions.may_read_history_of(self.state_machine)

    def _tell(self) -> sfn.Chain:
        """Tell the workflow as a story; each state is made by the method of its name."""
        conclude = PlanEnding(self, self._states, self._functions).conclude()
        start = self._start(conclude)
        again = self._prepare(PlanState.PREPARE_AGAIN, conclude, is_recheck=True)
        still_good = self._note(PlanState.NOTE_PLAN_AGAIN, start)
        again.next(self._proceed(PlanState.IS_IT_STILL_GOOD, still_good, conclude))
        waiting = Waiting(
            self, self._states, self._functions.hold_plan, "preparation", "$preparation.request"
        ).wait(start, conclude, afterwards=again)
        return (
            self._receive()
            .next(self._claim(conclude))
            .next(self._prepare(PlanState.PREPARE, conclude, is_recheck=False))
            .next(
                self._proceed(
                    PlanState.IS_THERE_ANYTHING_TO_DO,
                    self._note(PlanState.NOTE_PLAN, waiting),
                    conclude,
                )
            )
        )

    def _receive(self) -> sfn.Pass:
        """Give every variable its first value, so that later states can always read them all."""
        return sfn.Pass.jsonata(
            self,
            PlanState.RECEIVE_PLAN,
            comment=PlanState.RECEIVE_PLAN.comment,
            assign={
                "planId": "{% $states.context.Execution.Name %}",
                "requestId": f"{{% {request_id()} %}}",
                "claim": f"{{% 'plan#' & {request_id()} %}}",
                "isNamed": f"{{% {_IS_NAMED} %}}",
                "execution": {
                    "arn": "{% $states.context.Execution.Id %}",
                    "name": "{% $states.context.Execution.Name %}",
                },
                "preparation": NULL,
                "approval": NULL,
                "problem": NULL,
                "conclusion": NULL,
                "announcement": NULL,
            },
        )

    def _claim(self, conclude: sfn.IChainable) -> sfn.TaskStateBase:
        """Make the request's id this execution's own: a plan is not run twice at a time."""
        claim = self._states.put_lock(PlanState.CLAIM_PLAN, "{% $claim %}", str(CLAIM_SECONDS))
        return self._states.caught(claim, conclude, ALL)

    def _prepare(
        self, name: PlanState, conclude: sfn.IChainable, *, is_recheck: bool
    ) -> sfn.TaskStateBase:
        return self._states.judge(
            name,
            self._functions.prepare,
            "preparation",
            conclude,
            longest=LONGEST_PLAN,
            is_recheck=is_recheck,
            timeout=PREPARE_TIMEOUT,
        )

    def _note(self, name: PlanState, following: sfn.IChainable) -> sfn.TaskStateBase:
        """Note what the watchdog will have to know, should this be stopped."""
        note = self._states.put_lock(
            name,
            "{% 'noted#' & $planId %}",
            str(CLAIM_SECONDS),
            about={"preparation": "{% $string($preparation) %}"},
        )
        return regardless(note, following)

    def _proceed(
        self, name: PlanState, following: sfn.IChainable, conclude: sfn.IChainable
    ) -> sfn.Choice:
        """Go on only where the last preparation says so."""
        return (
            sfn.Choice.jsonata(self, name, comment=name.comment)
            .when(when(f"$preparation.decision = '{Decision.PROCEED}'"), following)
            .otherwise(conclude)
        )

    def _start(self, conclude: sfn.IChainable) -> sfn.IChainable:
        """Tell, and run all stages; what can't be told is not started."""
        announce = self._states.announce(PlanState.ANNOUNCE_START, "$preparation.announcement")
        self._states.caught(announce, conclude, ALL)
        return announce.next(self._running.run(conclude))
