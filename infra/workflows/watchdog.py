"""The watchdog: looks after an execution that was stopped, timed out or broke.

Step Functions itself reports such an end, on the account's default bus. The last calls of the
interrupted execution are left to end; then a function finds out what became of its migration or
plan, which is reported and announced in its name, and its locks are freed. Watchdogs of migrations
and of plans are alike; what they differ in is a configuration.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.messaging.delivery import rule_input
from infra.names import Machine
from infra.settings.model import Settings
from infra.workflows.ending import Inquiry, LastEvent
from infra.workflows.expressions import ALL, NULL, when
from infra.workflows.machine import machine
from infra.workflows.states import TASK_TIMEOUT, States
from vifshift.domain.errors import OWN_ERRORS
from vifshift.domain.execution_input import WATCHDOG_INPUT
from vifshift.domain.workflow import PlanWatchdogState, WatchdogState

INTERRUPTIONS: dict[str, dict[str, object]] = {
    "Stopped": {"status": ["ABORTED", "TIMED_OUT"]},
    "Broken": {
        "status": ["FAILED"],
        "error": [{"anything-but": {"prefix": OWN_ERRORS}}, {"exists": False}],
    },
}
"""The ends that are not an execution's own, each as a rule's pattern."""


class Aftermath(NamedTuple):
    """Where the watchdog goes: after the announcement, without one, and if nothing is known.

    Without `unknown`, an event that says that nothing is known is announced like the others.
    """

    announced: sfn.IChainable
    nothing_to_announce: sfn.IChainable
    unknown: sfn.IChainable | None = None


def _at_once(states: States, following: sfn.IChainable) -> sfn.IChainable:
    return following


@dataclass(frozen=True)
class WatchdogConfiguration:
    """What the watchdogs of migrations and of plans differ in.

    `variables` are those that it begins with, beside the interrupted execution and its status.
    `recall` makes the states before the inquiry, `aftermath` those after the announcement, which
    may go back to the inquiry. `unknown_event` is an expression for the last event if the inquiry
    fails. An event is announced where `has_news` holds, which then assigns `once_told`.
    """

    machine: Machine
    names: type[WatchdogState] | type[PlanWatchdogState]
    comment: str
    rule_description: str
    timeout: Duration
    inquiry: Inquiry
    last_event: LastEvent
    unknown_event: str
    aftermath: Callable[[States, sfn.IChainable], Aftermath]
    variables: Mapping[str, object] = field(default_factory=dict)
    recall: Callable[[States, sfn.IChainable], sfn.IChainable] = _at_once
    has_news: str = "$announcement != null"
    once_told: Mapping[str, object] | None = None


class Watchdog(Construct):
    """A state machine that is started when an execution of another one is interrupted."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        configuration: WatchdogConfiguration,
        *,
        watched: sfn.StateMachine,
        locks: dynamodb.ITableV2,
        bus: events.IEventBus,
        dead_letters: sqs.IQueue,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        self._configuration = configuration
        self._names = configuration.names
        self._states = States(self, bus, locks)
        self.state_machine = machine(
            self,
            configuration.machine,
            comment=configuration.comment,
            chain=self._workflow(),
            functions=[configuration.inquiry.function, configuration.last_event.function],
            timeout=configuration.timeout,
            settings=settings,
        )
        self._start_when_interrupted(watched, dead_letters)

    def _workflow(self) -> sfn.IChainable:
        """Return the workflow as a whole; each state is made by the method of its name."""
        inquire = self._configuration.inquiry.ask(self._states)
        aftermath = self._configuration.aftermath(self._states, inquire)
        announce = self._configuration.last_event.announce(self._states, aftermath.announced)
        report = self._configuration.last_event.report(self._states, announce)
        unknown = self._states.assign(
            self._names.TELL_WHAT_IS_KNOWN,
            {"announcement": f"{{% {self._configuration.unknown_event} %}}"},
        )
        inquire.add_catch(unknown.next(aftermath.unknown or announce), errors=ALL)
        inquire.next(
            self._states.choice(self._names.IS_THERE_ANYTHING_TO_TELL)
            .when(
                when(self._configuration.has_news),
                report,
                assign=self._configuration.once_told,
            )
            .otherwise(aftermath.nothing_to_announce)
        )
        recall = self._configuration.recall(self._states, inquire)
        return self._receive().next(self._let_calls_end()).next(recall)

    def _receive(self) -> sfn.Pass:
        """Take over from the interrupted execution, in whose name all is told and freed."""
        return self._states.assign(
            self._names.RECEIVE_INTERRUPTION,
            {
                "execution": "{% $states.input.execution %}",
                "status": "{% $states.input.status %}",
                "announcement": NULL,
                **self._configuration.variables,
            },
        )

    def _let_calls_end(self) -> sfn.Wait:
        return sfn.Wait(
            self,
            self._names.LET_CALLS_END,
            comment=self._names.LET_CALLS_END.comment,
            time=sfn.WaitTime.duration(TASK_TIMEOUT),
        )

    def _start_when_interrupted(self, watched: sfn.StateMachine, dead_letters: sqs.IQueue) -> None:
        """Start when an execution ends in a way that is not its own.

        AWS: "Step Functions Execution Status Change", Step Functions Developer Guide.
        """
        for name, detail in INTERRUPTIONS.items():
            events.Rule(
                self,
                name,
                description=self._configuration.rule_description,
                event_pattern=events.EventPattern(
                    source=["aws.states"],
                    detail_type=["Step Functions Execution Status Change"],
                    detail={"stateMachineArn": [watched.state_machine_arn], **detail},
                ),
                targets=[
                    targets.SfnStateMachine(
                        self.state_machine,
                        input=rule_input(WATCHDOG_INPUT),
                        dead_letter_queue=dead_letters,
                        max_event_age=Duration.hours(24),
                        retry_attempts=185,
                    )
                ],
            )
