"""The watchdog: looks after migrations whose execution was stopped, timed out or broke.

Step Functions tells of such an end itself, on the account's default bus. What a stopped execution
knew is read from its history; its last calls are let end before the VIF is looked at, so that what
is told is true and the lock is free only when nothing is in flight any more.
"""

from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.migration import Functions
from infra.names import Machine
from infra.settings.model import Settings
from infra.workflows.interruptions import start_when_interrupted
from infra.workflows.machine import machine, may_ask_about_executions
from infra.workflows.states import (
    ALL,
    NOW,
    NULL,
    TASK_TIMEOUT,
    UNREADABLE,
    States,
    regardless,
    when,
)
from infra.workflows.wording import Subject, last_event
from vifshift.domain.migration import Outcome
from vifshift.domain.workflow import WatchdogState
from vifshift.events.migration import FINAL

LOOK_AGAIN = Duration.minutes(1)
# The longest lease of a lock: by then it has run out by itself.
PATIENCE = Duration.hours(4)


class Watchdog(Construct):
    """A state machine that is started by the interrupted end of another."""

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
        self._investigate = functions.investigate
        self._report = functions.report
        self._states = States(self, bus, locks)
        self.state_machine = machine(
            self,
            Machine.WATCHDOG,
            comment="Looks after a migration whose execution was interrupted.",
            story=self._tell(),
            functions=[functions.investigate, functions.report],
            timeout=Duration.hours(5),
            settings=settings,
        )
        may_ask_about_executions(
            cast(iam.IRole, functions.investigate.role),
            "IsInvestigated",
            "states:GetExecutionHistory",
            watched,
            "Which execution will be interrupted is not known at deployment.",
        )
        start_when_interrupted(
            self,
            self.state_machine,
            watched=watched,
            dead_letters=dead_letters,
            description="Looks after a migration that did not get to its end.",
        )

    def _tell(self) -> sfn.IChainable:
        """Tell the watchdog's workflow as a story."""
        runs_out = sfn.Succeed(
            self, WatchdogState.LOCK_RUNS_OUT, comment=WatchdogState.LOCK_RUNS_OUT.comment
        )
        keep = sfn.Wait(
            self,
            WatchdogState.KEEP_LOCK,
            comment=WatchdogState.KEEP_LOCK.comment,
            time=sfn.WaitTime.duration(LOOK_AGAIN),
        )
        safe = self._is_it_safe(keep, runs_out)
        investigate = self._look(self._tell_what_is_known(runs_out))
        keep.next(investigate)
        announce = self._states.announce(
            WatchdogState.ANNOUNCE_INTERRUPTION, "$announcement", max_attempts=15
        )
        regardless(announce, safe)
        report = self._states.report(
            WatchdogState.REPORT,
            self._report,
            "$announcement",
            assign={"announcement": "{% $states.result.Payload.announcement %}"},
        )
        regardless(report, announce)
        told = sfn.Choice.jsonata(
            self,
            WatchdogState.IS_THERE_ANYTHING_TO_TELL,
            comment=WatchdogState.IS_THERE_ANYTHING_TO_TELL.comment,
        )
        told.when(
            when("$announcement != null and $isTold = false"),
            report,
            assign={"isTold": True},
        ).otherwise(safe)
        return (
            self._receive()
            .next(
                sfn.Wait(
                    self,
                    WatchdogState.LET_CALLS_END,
                    comment=WatchdogState.LET_CALLS_END.comment,
                    time=sfn.WaitTime.duration(TASK_TIMEOUT),
                )
            )
            .next(investigate)
            .next(told)
        )

    def _receive(self) -> sfn.Pass:
        """Take over from the interrupted execution, in whose name all is said and freed."""
        return sfn.Pass.jsonata(
            self,
            WatchdogState.RECEIVE_INTERRUPTION,
            comment=WatchdogState.RECEIVE_INTERRUPTION.comment,
            assign={
                "execution": "{% $states.input.execution %}",
                "status": "{% $states.input.status %}",
                "interruption": NULL,
                "announcement": NULL,
                "isTold": False,
                "isSafe": False,
            },
        )

    def _look(self, blind: sfn.IChainable) -> sfn.TaskStateBase:
        investigate = self._states.invoke(
            WatchdogState.INVESTIGATE,
            self._investigate,
            {
                "status": "{% $status %}",
                "interruption": "{% $interruption %}",
                "now": NOW,
            },
            assign={
                "interruption": "{% $states.result.Payload.interruption %}",
                "announcement": "{% $states.result.Payload.announcement %}",
                "isSafe": "{% $states.result.Payload.isSafe %}",
            },
        )
        investigate.add_retry(
            errors=UNREADABLE, interval=Duration.seconds(5), backoff_rate=2, max_attempts=5
        )
        investigate.add_catch(blind, errors=ALL)
        return investigate

    def _is_it_safe(self, keep: sfn.Wait, runs_out: sfn.Succeed) -> sfn.Choice:
        """Free the locks, or keep them until they run out by themselves."""
        waited = (
            "($toMillis($states.context.State.EnteredTime)"
            " - $toMillis($states.context.Execution.StartTime)) / 1000"
        )
        return (
            sfn.Choice.jsonata(
                self, WatchdogState.IS_IT_SAFE, comment=WatchdogState.IS_IT_SAFE.comment
            )
            .when(when("$isSafe"), self._free())
            .when(when(f"{waited} > {PATIENCE.to_seconds()}"), runs_out)
            .otherwise(keep)
        )

    def _free(self) -> sfn.IChainable:
        """Free the gateway, and the request's id where nothing was touched."""
        done = sfn.Succeed(self, WatchdogState.DONE, comment=WatchdogState.DONE.comment)
        request = self._states.delete_lock(
            WatchdogState.FREE_REQUEST, "{% $interruption.claim ? $interruption.claim : 'none' %}"
        )
        regardless(request, done)
        touched = sfn.Choice.jsonata(
            self, WatchdogState.WAS_ANYTHING_DONE, comment=WatchdogState.WAS_ANYTHING_DONE.comment
        )
        touched.when(when("$interruption.wasTouched"), done).otherwise(request)
        gateway = self._states.delete_lock(
            WatchdogState.FREE_GATEWAY,
            "{% 'gateway#' & ($interruption.lockKey ? $interruption.lockKey : 'none') %}",
        )
        return regardless(gateway, touched)

    def _tell_what_is_known(self, runs_out: sfn.Succeed) -> sfn.IChainable:
        """Call a person even where the execution can't be looked into; its lock runs out."""
        announcement = last_event(
            detail_type=f"'{FINAL[Outcome.INTERRUPTED]}'",
            request_id="$execution.name",
            subject=Subject(),
            outcome=f"'{Outcome.INTERRUPTED}'",
            message="'it was stopped, and what it had done could not be found out'",
            now="null",
        )
        word = sfn.Pass.jsonata(
            self,
            WatchdogState.TELL_WHAT_IS_KNOWN,
            comment=WatchdogState.TELL_WHAT_IS_KNOWN.comment,
            assign={"announcement": f"{{% {announcement} %}}"},
        )
        announce = self._states.announce(
            WatchdogState.ANNOUNCE_WHAT_IS_KNOWN, "$announcement", max_attempts=15
        )
        return word.next(regardless(announce, runs_out))
