"""How every plan ends, whatever has happened: concluded, reported, announced, its claim freed."""

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.functions.plan import CONCLUDE_SIZE, REPORT_SIZE, PlanFunctions
from infra.workflows.states import ALL, NOW, UNREADABLE, States, regardless, when
from infra.workflows.wording import UNWORDED, last_event_of_plan, names_and_errors
from vifshift.domain.plan_outcome import PlanOutcome
from vifshift.domain.workflow import CONDITION_FAILED, PlanState
from vifshift.events.plan import PLAN_FINAL
from vifshift.migration.validation import Decision

MARGIN_SECONDS = 10
STORY = ("requestId", "preparation", "approval", "problem")


def ask_how_it_ended(
    states: States, functions: PlanFunctions, *also: str, assign: dict[str, Any]
) -> tasks.LambdaInvoke:
    """Ask how a plan has ended; `also` are variables of the story that not every plan has."""
    conclude = states.invoke(
        PlanState.CONCLUDE,
        functions.conclude_plan,
        {"story": {name: f"{{% ${name} %}}" for name in (*STORY, *also)}, "now": NOW},
        assign={"announcement": "{% $states.result.Payload.announcement %}", **assign},
        timeout=Duration.seconds(CONCLUDE_SIZE.seconds + MARGIN_SECONDS),
    )
    conclude.add_retry(
        errors=UNREADABLE, interval=Duration.seconds(5), backoff_rate=2, max_attempts=5
    )
    return conclude


def report_and_tell(
    states: States, functions: PlanFunctions, announce: sfn.IChainable
) -> tasks.LambdaInvoke:
    """Keep the evidence of a plan, and tell its end, be it without."""
    report = states.report(
        PlanState.REPORT,
        functions.report_plan,
        "$announcement",
        assign={"announcement": "{% $states.result.Payload.announcement %}"},
        timeout=Duration.seconds(REPORT_SIZE.seconds + MARGIN_SECONDS),
    )
    return regardless(report, announce)


class PlanEnding:
    """The states from `Conclude plan` on; no error of one keeps the others from their work."""

    def __init__(self, scope: Construct, states: States, functions: PlanFunctions) -> None:
        self._scope = scope
        self._states = states
        self._functions = functions

    def conclude(self) -> sfn.IChainable:
        """Say how it ended, keep the evidence, tell it, free the claim."""
        conclude = ask_how_it_ended(
            self._states,
            self._functions,
            assign={"conclusion": "{% $states.result.Payload %}"},
        )
        announce = self._states.announce(
            PlanState.ANNOUNCE_OUTCOME, "$announcement", max_attempts=15
        )
        report = report_and_tell(self._states, self._functions, announce)
        conclude.add_catch(self._conclude_blindly().next(announce), errors=ALL)
        regardless(announce, self._free())
        return conclude.next(report)

    def _free(self) -> sfn.IChainable:
        """Free an id that people have given, so that the same plan can do what is left of it."""
        ended = self._states.end()
        free = regardless(self._states.delete_lock(PlanState.FREE_CLAIM, "{% $claim %}"), ended)
        return (
            sfn.Choice.jsonata(
                self._scope,
                PlanState.CAN_IT_COME_AGAIN,
                comment=PlanState.CAN_IT_COME_AGAIN.comment,
            )
            .when(when("$isNamed"), free)
            .otherwise(ended)
        )

    def _conclude_blindly(self) -> sfn.Pass:
        """Word the last event without the Lambda, for when it can't be had."""
        outcome = (
            f"$problem.state = '{PlanState.CLAIM_PLAN}' and $problem.error = "
            f"'{CONDITION_FAILED}' ? '{PlanOutcome.DUPLICATE}' : "
            f"$preparation = null ? '{PlanOutcome.REJECTED}' : "
            f"$preparation.decision != '{Decision.PROCEED}' ? $preparation.decision : "
            f"'{PlanOutcome.HALTED}'"
        )
        names, errors = names_and_errors(PLAN_FINAL)
        announcement = last_event_of_plan("$lookup($names, $outcome)", "$outcome")
        return sfn.Pass.jsonata(
            self._scope,
            PlanState.CONCLUDE_BLINDLY,
            comment=PlanState.CONCLUDE_BLINDLY.comment,
            assign={
                "conclusion": "{% ("
                f"$outcome := {outcome}; $errors := {errors};"
                f"{{'outcome': $outcome, 'cause': '{UNWORDED}',"
                "'error': $lookup($errors, $outcome)}"
                ") %}",
                "announcement": "{% ("
                f"$outcome := {outcome}; $names := {names}; {announcement}) %}}",
            },
        )
