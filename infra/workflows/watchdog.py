"""The watchdog: looks after an execution that was stopped, timed out or broke.

Step Functions itself reports such an end, on the account's default bus, and the sweep finds what
was not reported. The last calls of the interrupted execution are left to end; then a function finds
out what became of its migration or plan, which is reported and announced in its name, and its locks
are freed. Watchdogs of migrations and of plans are alike; what they differ in is a configuration.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.messaging.delivery import rule_input
from infra.names import Machine, executions_arn
from infra.permissions import acknowledge, create_before, every_execution_of, name_of
from infra.settings.model import Settings
from infra.workflows.catching import regardless
from infra.workflows.ending import Inquiry, LastEvent
from infra.workflows.expressions import ALL, NULL, when
from infra.workflows.looking_after import LookingAfter
from infra.workflows.machine import machine
from infra.workflows.states import States
from vifshift.domain.errors import OWN_ERRORS
from vifshift.domain.execution_input import WATCHDOG_INPUT
from vifshift.domain.watchdog import PlanWatchdogState, WatchdogState

INTERRUPTIONS: dict[str, dict[str, object]] = {
    "Stopped": {"status": ["ABORTED", "TIMED_OUT"]},
    "Broken": {
        "status": ["FAILED"],
        "error": [{"anything-but": {"prefix": OWN_ERRORS}}, {"exists": False}],
    },
}
"""The ends that are not an execution's own, each as a rule's pattern."""


class WatchdogEnds(NamedTuple):
    """The states that a watchdog ends in: with everything done, or with something left to do."""

    done: sfn.IChainable
    left: sfn.IChainable


def _at_once(states: States, following: sfn.IChainable) -> sfn.IChainable:
    return following


@dataclass(frozen=True)
class WatchdogConfiguration:
    """What the watchdogs of migrations and of plans differ in.

    `variables` are those that it begins with, beside the interrupted execution; `seen` are assigned
    from DescribeExecution's response. `recall` makes the states before the inquiry. `aftermath`
    makes those after the announcement, from the state that looks at the execution, which it may go
    back to, and from the ends. `unknown_event` is an expression for the last event if the inquiry
    fails.
    """

    machine: Machine
    names: type[WatchdogState] | type[PlanWatchdogState]
    comment: str
    rule_description: str
    timeout: Duration
    inquiry: Inquiry
    last_event: LastEvent
    unknown_event: str
    aftermath: Callable[[States, sfn.IChainable, WatchdogEnds], sfn.IChainable]
    variables: Mapping[str, object] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)
    recall: Callable[[States, sfn.IChainable], sfn.IChainable] = _at_once


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
        self._watched, own = name_of(watched), configuration.machine.of(settings.stack_name)
        self.state_machine = machine(
            self,
            configuration.machine,
            comment=configuration.comment,
            chain=self._workflow(),
            functions=[configuration.inquiry.function, configuration.last_event.function],
            timeout=configuration.timeout,
            settings=settings,
        )
        describes = iam.Policy(
            self,
            "LooksAtExecutions",
            roles=[self.state_machine.role],
            statements=[
                iam.PolicyStatement(
                    actions=["states:DescribeExecution"],
                    resources=[executions_arn(self, name) for name in (self._watched, own)],
                )
            ],
        )
        acknowledge(
            describes,
            "AwsSolutions-IAM5",
            "Which executions will be interrupted, and by which watchdog one is looked after, is "
            "not known at deployment.",
            *(every_execution_of(name) for name in (self._watched, own)),
        )
        create_before(self.state_machine, describes)
        self._start_when_interrupted(watched, dead_letters)

    def _workflow(self) -> sfn.IChainable:
        """Return the workflow as a whole; each state is made by the method of its name."""
        states, configuration = self._states, self._configuration
        looking_after = LookingAfter(
            self,
            states,
            self._names,
            executions_arn(self, self._watched).removesuffix("*"),
            configuration.seen,
        )
        inquire = configuration.inquiry.ask(states)
        done = states.succeed(self._names.DONE)
        look = looking_after.look(configuration.recall(states, inquire), done)
        strike_off = states.locks.strike_off(
            self._names.STRIKE_OFF, "$isReported and $isAllFree", attempt="$redrives"
        )
        ends = WatchdogEnds(regardless(strike_off, done), states.succeed(self._names.LEAVE_IT))
        aftermath = configuration.aftermath(states, look, ends)
        announce = configuration.last_event.announce(
            states, aftermath, looking_after.note_reported(aftermath), isReported=True
        )
        report = configuration.last_event.report(states, announce)
        inquire.add_catch(self._tell_what_is_known(announce, ends), errors=ALL)
        inquire.next(
            states.choice(self._names.IS_THERE_ANYTHING_TO_TELL)
            .when(when("$isReported or $announcement = null"), aftermath)
            .otherwise(report)
        )
        return self._receive().next(looking_after.begin(look))

    def _tell_what_is_known(self, announce: sfn.IChainable, ends: WatchdogEnds) -> sfn.IChainable:
        """Announce an end without details, unless that was done, or can't be known."""
        unknown = self._states.assign(
            self._names.TELL_WHAT_IS_KNOWN,
            {
                "announcement": f"{{% {self._configuration.unknown_event} %}}",
                "isKnown": False,
            },
        )
        return unknown.next(
            self._states.choice(self._names.IS_IT_WORTH_TELLING)
            .when(when("$isReported or $hasEndedByItself"), ends.left)
            .otherwise(announce)
        )

    def _receive(self) -> sfn.Pass:
        """Take over from the interrupted execution, in whose name all is told and freed."""
        given = "$states.input.execution.arn"
        arn = f"($type({given}) = 'string' ? {given} : '')"
        return self._states.assign(
            self._names.RECEIVE_INTERRUPTION,
            {
                "execution": {
                    "arn": f"{{% {arn} %}}",
                    "name": f"{{% $split({arn} & ':', ':')[-2] %}}",
                },
                "status": NULL,
                "redrives": NULL,
                "hasEndedByItself": False,
                "isReported": False,
                "isKnown": True,
                "isAllFree": True,
                "announcement": NULL,
                **self._configuration.variables,
            },
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
