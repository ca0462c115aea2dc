"""The plan workflow: prepare all moves, wait, run them track by track, conclude.

Read `_workflow` first: it shows the whole. Each move is an execution of the migration workflow,
which this one may start and describe, but not stop: whatever becomes of a plan, no VIF is left in
flight with nothing watching it.
"""

from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.plan import PREPARE_SIZE, PlanFunctions
from infra.names import Machine
from infra.permissions import allow_on_executions
from infra.settings.model import Settings
from infra.workflows.catching import caught, regardless
from infra.workflows.claiming import SENDER, claim_states
from infra.workflows.expressions import (
    ALL,
    ENDS,
    EXECUTION,
    GAP_OVER,
    NULL,
    is_named,
    request_id,
    when,
)
from infra.workflows.machine import machine
from infra.workflows.plan.ending import plan_ending
from infra.workflows.plan.grants import (
    allow_reading_stages,
    allow_running_migrations,
    allow_running_tracks,
)
from infra.workflows.plan.running import PlanRunning
from infra.workflows.states import States
from infra.workflows.validating import Validating
from infra.workflows.waiting import Waiting
from vifshift.domain.errors import PlanHalted
from vifshift.domain.migration import Decision
from vifshift.domain.open_executions import ExecutionKind
from vifshift.domain.outcomes import outcome_before_moves
from vifshift.domain.plan_outcome import PlanOutcome
from vifshift.domain.plan_request import LONGEST_PLAN
from vifshift.domain.table_keys import ItemKind, key_expression
from vifshift.domain.workflow import PlanState

# The wait for approval and window may be as long as a migration's, and then a plan runs for days.
LONGEST_PLAN_RUN = Duration.days(45)
CLAIM_SECONDS = LONGEST_PLAN_RUN.to_seconds() + 2 * 24 * 3600
PREPARE_TIMEOUT = Duration.seconds(PREPARE_SIZE.seconds + 10)

# A part of the names of its migrations that nobody can know before, the same for all attempts.
_NONCE = "$formatBase($floor($random() * 4503599627370496), 36)"


class PlanWorkflow:
    """The state machine of plans."""

    def __init__(
        self,
        scope: Construct,
        *,
        functions: PlanFunctions,
        migration: sfn.StateMachine,
        locks: dynamodb.ITableV2,
        evidence: s3.Bucket,
        bus: events.IEventBus,
        settings: Settings,
    ) -> None:
        self._functions = functions
        self._states = States(scope, bus, locks)
        self._preparing = Validating(
            self._states, functions.prepare, "preparation", LONGEST_PLAN, PREPARE_TIMEOUT
        )
        self._running = PlanRunning(scope, self._states, self._functions.advance, migration)
        self.state_machine = machine(
            scope,
            Machine.PLANS,
            comment="Moves many virtual interfaces, each by a migration of its own.",
            chain=self._workflow(),
            functions=self._functions.all,
            timeout=LONGEST_PLAN_RUN,
            settings=settings,
        )
        allow_reading_stages(self.state_machine, evidence)
        allow_running_migrations(self.state_machine, migration)
        allow_running_tracks(self.state_machine)
        # One reports what was prepared and approved, the other finds out whether the end was told.
        for function, construct_id in (
            (functions.report_plan, "IsReported"),
            (functions.conclude_plan, "WasTold"),
        ):
            allow_on_executions(
                cast(iam.IRole, function.role),
                construct_id,
                "states:GetExecutionHistory",
                self.state_machine,
                "Every plan is reported.",
            )

    def _workflow(self) -> sfn.Chain:
        """Return the workflow as a whole; each state is made by the method of its name."""
        conclude = plan_ending(self._states, self._functions, CLAIM_SECONDS)
        start = self._start(conclude)
        again = self._preparing.validate(
            PlanState.PREPARE_AGAIN,
            PlanState.LAST_LOOK_AGAIN,
            conclude,
            is_recheck=True,
            findings="{% $preparation.findings %}",
        )
        waits = Waiting(
            self._states,
            self._functions.hold_plan,
            "preparation",
            "$preparation.request",
            cancellation=PlanHalted,
            is_any_answer_to_a_window_a_cancellation=False,
        )
        waiting = waits.wait(start, conclude, afterwards=again)
        still_good = self._proceed(PlanState.IS_IT_STILL_GOOD, start, conclude, ask=waits.ask)
        again.next(self._note(PlanState.NOTE_PLAN_AGAIN, still_good))
        prepare = self._preparing.validate(
            PlanState.PREPARE, PlanState.LAST_LOOK, conclude, is_recheck=False
        )
        prepare.next(
            self._proceed(
                PlanState.IS_THERE_ANYTHING_TO_DO,
                self._note(PlanState.NOTE_PLAN, waiting),
                conclude,
            )
        )
        listed = self._states.locks.list_by_request(
            PlanState.LIST_BY_REQUEST, ItemKind.PLANS_OF, CLAIM_SECONDS, prepare
        )
        return self._receive().next(
            claim_states(
                self._states,
                PlanState,
                PlanState.CLAIM_PLAN,
                ExecutionKind.PLAN,
                CLAIM_SECONDS,
                following=listed,
                conclude=conclude,
            )
        )

    def _receive(self) -> sfn.Pass:
        """Give every variable its first value, so that later states can read them all."""
        return self._states.assign(
            PlanState.RECEIVE_PLAN,
            {
                "planId": "{% $states.context.Execution.Name %}",
                "requestId": f"{{% {request_id()} %}}",
                "claim": f"{{% {key_expression(ItemKind.PLAN, request_id())} %}}",
                "isNamed": f"{{% {is_named()} %}}",
                "execution": EXECUTION,
                "nonce": f"{{% {_NONCE} %}}",
                "preparation": NULL,
                "approval": NULL,
                "problem": NULL,
                "conclusion": NULL,
                "announcement": NULL,
                "sender": f"{{% {SENDER} %}}",
                "claimant": NULL,
                "isReported": False,
                "isAllFree": True,
                GAP_OVER: False,
                ENDS: outcome_before_moves(None),
            },
        )

    def _note(self, name: PlanState, following: sfn.IChainable) -> sfn.TaskStateBase:
        """Record what the watchdog needs to know if this execution is stopped."""
        note = self._states.locks.put(
            name,
            f"{{% {key_expression(ItemKind.NOTED, '$planId')} %}}",
            str(CLAIM_SECONDS),
            about={"preparation": "{% $string($preparation) %}"},
        )
        return regardless(note, following)

    def _proceed(
        self,
        name: PlanState,
        following: sfn.IChainable,
        conclude: sfn.IChainable,
        *,
        ask: sfn.IChainable | None = None,
    ) -> sfn.Choice:
        """Go on only where the last preparation says so, or `ask` people again."""
        proceeds = self._states.choice(name).when(
            when(f"$preparation.decision = '{Decision.PROCEED}'"), following
        )
        if ask is not None:
            asks_again = when(f"$preparation.decision = '{Decision.ASK_AGAIN}'")
            # Whoever approved what it was has not approved what it is now.
            proceeds.when(asks_again, ask, assign={"approval": NULL})
        return proceeds.otherwise(conclude)

    def _start(self, conclude: sfn.IChainable) -> sfn.IChainable:
        """Announce the start, and run all stages; without the announcement, nothing is started."""
        announce = self._states.announce(
            PlanState.ANNOUNCE_START,
            "$preparation.announcement",
            # From here on only the records of the moves say how many of them were started.
            assign={ENDS: PlanOutcome.HALTED},
        )
        caught(announce, conclude, ALL)
        return announce.next(self._running.run(conclude))
