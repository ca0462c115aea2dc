"""The watchdog of plans: tells of a plan whose execution was stopped, timed out or broke.

Its moves that are on their way go on, each an execution of its own, which nothing here stops.
"""

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.migration import Functions
from infra.names import Machine
from infra.settings.model import Settings
from infra.workflows.identity import request_id
from infra.workflows.interruptions import start_when_interrupted
from infra.workflows.machine import machine, may_ask_about_executions, needs_first
from infra.workflows.plan_ending import ask_how_it_ended, report_and_tell
from infra.workflows.states import ALL, NULL, TASK_TIMEOUT, States, regardless, when
from infra.workflows.wording import last_event_of_plan
from vifshift.domain.plan_outcome import PlanOutcome
from vifshift.domain.workflow import PlanWatchdogState
from vifshift.events.plan import PLAN_FINAL

_REQUEST_ID = request_id("$parse($states.result.Input)", "$execution.name")


class PlanWatchdog(Construct):
    """A state machine that is started by the interrupted end of a plan."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        watched: sfn.StateMachine,
        functions: Functions,
        locks: dynamodb.ITableV2,
        bus: events.IEventBus,
        dead_letters: sqs.IQueue,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        self._functions = functions.of_plans
        self._states = States(self, bus, locks)
        self.state_machine = machine(
            self,
            Machine.PLAN_WATCHDOG,
            comment="Tells of a plan whose execution was interrupted.",
            story=self._tell(),
            functions=[self._functions.conclude_plan, self._functions.report_plan],
            timeout=Duration.hours(1),
            settings=settings,
        )
        looks_after = may_ask_about_executions(
            self.state_machine.role,
            "IsLookedAfter",
            "states:DescribeExecution",
            watched,
            "Which plan will be interrupted is not known at deployment.",
        )
        needs_first(self.state_machine, looks_after)
        start_when_interrupted(
            self,
            self.state_machine,
            watched=watched,
            dead_letters=dead_letters,
            description="Looks after a plan that did not get to its end.",
        )

    def _tell(self) -> sfn.IChainable:
        """Tell the watchdog's workflow as a story."""
        done = sfn.Succeed(self, PlanWatchdogState.DONE, comment=PlanWatchdogState.DONE.comment)
        free = self._states.delete_lock(PlanWatchdogState.FREE_CLAIM, "{% $claim %}")
        announce = self._states.announce(
            PlanWatchdogState.ANNOUNCE_INTERRUPTION, "$announcement", max_attempts=15
        )
        regardless(announce, regardless(free, done))
        conclude = self._conclude(announce, done)
        recall_plan = self._states.get_lock(
            PlanWatchdogState.RECALL_PLAN,
            "{% 'noted#' & $execution.name %}",
            {
                "preparation": "{% $exists($states.result.Item.preparation) ?"
                " $parse($states.result.Item.preparation.S) : null %}"
            },
        )
        recall = self._recall_request(regardless(recall_plan, conclude))
        calls_end = sfn.Wait(
            self,
            PlanWatchdogState.LET_CALLS_END,
            comment=PlanWatchdogState.LET_CALLS_END.comment,
            time=sfn.WaitTime.duration(TASK_TIMEOUT),
        )
        return self._receive().next(calls_end).next(recall)

    def _receive(self) -> sfn.Pass:
        """Take over from the interrupted execution, in whose name all is said and freed."""
        return sfn.Pass.jsonata(
            self,
            PlanWatchdogState.RECEIVE_INTERRUPTION,
            comment=PlanWatchdogState.RECEIVE_INTERRUPTION.comment,
            assign={
                "execution": "{% $states.input.execution %}",
                "requestId": "{% $states.input.execution.name %}",
                "claim": "none",
                "preparation": NULL,
                "approval": NULL,
                "problem": NULL,
                "status": "{% $states.input.status %}",
                "announcement": NULL,
            },
        )

    def _recall_request(self, following: sfn.IChainable) -> sfn.CustomState:
        """Find out under which id the plan was asked for."""
        recall = self._states.describe_execution(
            PlanWatchdogState.RECALL_REQUEST,
            "{% $execution.arn %}",
            {
                "requestId": f"{{% {_REQUEST_ID} %}}",
                "claim": f"{{% 'plan#' & {_REQUEST_ID} %}}",
            },
        )
        return regardless(recall, following)

    def _conclude(self, announce: sfn.IChainable, done: sfn.IChainable) -> sfn.IChainable:
        """Say what became of its moves so far, and keep that as evidence; nothing is told twice."""
        conclude = ask_how_it_ended(self._states, self._functions, "status", assign={})
        report = report_and_tell(self._states, self._functions, announce)
        outcome = PlanOutcome.INTERRUPTED
        blind = sfn.Pass.jsonata(
            self,
            PlanWatchdogState.TELL_WHAT_IS_KNOWN,
            comment=PlanWatchdogState.TELL_WHAT_IS_KNOWN.comment,
            assign={
                "announcement": "{% "
                + last_event_of_plan(f"'{PLAN_FINAL[outcome]}'", f"'{outcome}'")
                + " %}"
            },
        )
        conclude.add_catch(blind.next(announce), errors=ALL)
        told = sfn.Choice.jsonata(
            self,
            PlanWatchdogState.IS_THERE_ANYTHING_TO_TELL,
            comment=PlanWatchdogState.IS_THERE_ANYTHING_TO_TELL.comment,
        )
        told.when(when("$announcement = null"), done).otherwise(report)
        return conclude.next(told)
