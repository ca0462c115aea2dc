"""How every plan ends: concluded, reported, announced, its claim freed."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn

from infra.functions.plan import CONCLUDE_SIZE, REPORT_SIZE, PlanFunctions
from infra.workflows.ending import (
    EndingConfiguration,
    Inquiry,
    LastEvent,
    end,
    ending,
    released,
)
from infra.workflows.expressions import ENDS, when
from infra.workflows.states import States
from infra.workflows.wording import UNWORDED, last_event_of_plan, names_and_errors
from vifshift.domain.open_executions import ExecutionKind
from vifshift.domain.table_keys import ItemKind
from vifshift.domain.workflow import PlanState, State
from vifshift.events.plan import PLAN_FINAL

MARGIN_SECONDS = 10
STORY = ("requestId", "preparation", "approval", "problem", "claimant", "sender")
"""The variables that the conclusion is drawn from."""


def conclude_inquiry(functions: PlanFunctions, *more: str, assign: Mapping[str, object]) -> Inquiry:
    """Return how a plan's end is found out; `more` are further variables it is drawn from."""
    return Inquiry(
        PlanState.CONCLUDE,
        functions.conclude_plan,
        {"story": {name: f"{{% ${name} %}}" for name in (*STORY, *more)}},
        assign={"announcement": "{% $states.result.Payload.announcement %}", **assign},
        timeout=Duration.seconds(CONCLUDE_SIZE.seconds + MARGIN_SECONDS),
    )


def last_plan_event(functions: PlanFunctions, announce: State) -> LastEvent:
    """Return how a plan's last event gets its evidence, and is announced by a state."""
    timeout = Duration.seconds(REPORT_SIZE.seconds + MARGIN_SECONDS)
    return LastEvent(PlanState.REPORT, announce, functions.report_plan, timeout=timeout)


def plan_ending(states: States, functions: PlanFunctions, open_seconds: float) -> sfn.IChainable:
    """Return the states from `Conclude plan` on."""
    return ending(
        states,
        EndingConfiguration(
            names=PlanState,
            kind=ExecutionKind.PLAN,
            open_seconds=open_seconds,
            inquiry=conclude_inquiry(
                functions, assign={"conclusion": "{% $states.result.Payload %}"}
            ),
            last_event=last_plan_event(functions, PlanState.ANNOUNCE_OUTCOME),
            without_details=_without_details(),
            is_always_reported=False,
        ),
        _free(states),
    )


def _free(states: States) -> sfn.IChainable:
    """Free an id that people have given, so that the same plan can run what is left of it."""
    ended = states.locks.unlist(PlanState.UNLIST, ItemKind.PLANS_OF, end(states, PlanState))
    free = released(states.locks.delete(PlanState.FREE_CLAIM, "{% $claim %}"), ended)
    return states.choice(PlanState.CAN_IT_COME_AGAIN).when(when("$isNamed"), free).otherwise(ended)


def _without_details() -> dict[str, str]:
    """Return the conclusion that the workflow draws by itself, from its own variables."""
    names, errors = names_and_errors(PLAN_FINAL)
    announcement = last_event_of_plan("$lookup($names, $outcome)", "$outcome")
    return {
        "conclusion": "{% ("
        f"$outcome := ${ENDS}; $errors := {errors};"
        f"{{'outcome': $outcome, 'cause': '{UNWORDED}',"
        "'error': $lookup($errors, $outcome)}"
        ") %}",
        "announcement": f"{{% ($outcome := ${ENDS}; $names := {names}; {announcement}) %}}",
    }
