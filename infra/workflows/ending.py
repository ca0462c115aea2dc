"""How every execution ends, whatever has happened: concluded, reported, announced, released.

Migrations and plans end alike, and so do the watchdogs that take over from them; what they differ
in is a configuration. No error in one of the states keeps the others from their work.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from infra.functions.handler import HandlerFunction
from infra.workflows.catching import regardless
from infra.workflows.expressions import ALL, NOW, UNREADABLE
from infra.workflows.states import REPORT_TIMEOUT, TASK_TIMEOUT, States
from vifshift.domain.open_executions import ExecutionKind
from vifshift.domain.workflow import CONDITION_FAILED, PlanState, State, StateName

ANNOUNCE_ATTEMPTS = 15
"""A last event is worth more attempts than the others."""


@dataclass(frozen=True)
class Inquiry:
    """The function that is asked how it ended, and the variables that its answer is kept in."""

    name: State
    function: HandlerFunction
    payload: Mapping[str, object]
    assign: Mapping[str, object]
    timeout: Duration = TASK_TIMEOUT
    reads_aws: bool = True

    def ask(self, states: States) -> tasks.LambdaInvoke:
        """Return the state that asks; it retries where AWS could not be read."""
        payload = {**self.payload, "now": NOW}
        ask = states.invoke(self.name, self.function, payload, self.assign, self.timeout)
        if self.reads_aws:
            ask.add_retry(
                errors=UNREADABLE, interval=Duration.seconds(5), backoff_rate=2, max_attempts=5
            )
        return ask


@dataclass(frozen=True)
class LastEvent:
    """How a last event gets its evidence, and then is announced, with or without it.

    `announcement` is an expression for the event; `assign` keeps it as the report returns it.
    """

    report_name: State
    announce_name: State
    function: HandlerFunction
    announcement: str = "$announcement"
    assign: Mapping[str, object] = field(
        default_factory=lambda: {"announcement": "{% $states.result.Payload.announcement %}"}
    )
    timeout: Duration = REPORT_TIMEOUT

    def announce(
        self, states: States, lost: sfn.IChainable, following: sfn.IChainable, **assign: object
    ) -> tasks.EventBridgePutEvents:
        """Return the state that announces the event and goes on.

        `assign` are the variables that say that it was announced; if it can't be, the event is
        `lost`, until the sweep finds that out.
        """
        announce = states.announce(
            self.announce_name, self.announcement, max_attempts=ANNOUNCE_ATTEMPTS, assign=assign
        )
        announce.add_catch(lost, errors=ALL)
        announce.next(following)
        return announce

    def report(self, states: States, announce: sfn.IChainable) -> tasks.LambdaInvoke:
        """Return the state that keeps the evidence, and goes on to announce."""
        report = states.report(
            self.report_name, self.function, self.announcement, self.assign, self.timeout
        )
        return regardless(report, announce)


@dataclass(frozen=True)
class EndingConfiguration:
    """What the endings of migrations and of plans differ in.

    `kind` and `open_seconds` are how the execution is registered, and for how long.
    `without_details` are the variables assigned when the function is unavailable;
    `is_always_reported` says whether there is evidence to keep even then.
    """

    names: type[StateName] | type[PlanState]
    kind: ExecutionKind
    open_seconds: float
    inquiry: Inquiry
    last_event: LastEvent
    without_details: Mapping[str, str]
    is_always_reported: bool


def ending(
    states: States, configuration: EndingConfiguration, release: sfn.IChainable
) -> sfn.IChainable:
    """Return the states from the conclusion on; `release` frees what is locked, and ends."""
    conclude = configuration.inquiry.ask(states)
    # A redriven execution may have been struck off since, and another one never was registered.
    again = states.locks.register(
        configuration.names.REGISTER_AGAIN, configuration.kind, configuration.open_seconds
    )
    lost = regardless(again, release)
    announce = configuration.last_event.announce(states, lost, release, isReported=True)
    report = configuration.last_event.report(states, announce)
    blind = states.assign(configuration.names.CONCLUDE_BLINDLY, configuration.without_details)
    blind.next(report if configuration.is_always_reported else announce)
    conclude.add_catch(blind, errors=ALL)
    return conclude.next(report)


def end(states: States, names: type[StateName] | type[PlanState]) -> sfn.IChainable:
    """Return the states that end the execution as its conclusion says.

    It is struck off first, unless the sweep has to look after what was not reported or released.
    """
    ended = states.end(names.HOW_DID_IT_END, names.SUCCEEDED, names.FAILED)
    return regardless(
        states.locks.strike_off(names.STRIKE_OFF, "$isReported and $isAllFree"), ended
    )


def released(delete: tasks.DynamoDeleteItem, following: sfn.IChainable) -> tasks.DynamoDeleteItem:
    """Go on after an item was deleted, was not ours, or could not be deleted: that is kept."""
    delete.add_catch(following, errors=[CONDITION_FAILED])
    delete.add_catch(following, errors=ALL, assign={"isAllFree": False})
    delete.next(following)
    return delete
