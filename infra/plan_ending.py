"""How every plan ends, whatever has happened: concluded, reported, announced, its claim freed."""

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.plan_functions import CONCLUDE_SIZE, REPORT_SIZE, PlanFunctions
from infra.states import ALL, NOW, UNREADABLE, States, when
from infra.wording import UNWORDED, last_event_of_plan
from vifshift.plan.events import PLAN_FINAL
from vifshift.plan.outcome import PlanOutcome
from vifshift.validation import Decision
from vifshift.workflow import CONDITION_FAILED, PlanState

MARGIN_SECONDS = 10
CONCLUDE_TIMEOUT = Duration.seconds(CONCLUDE_SIZE.seconds + MARGIN_SECONDS)
REPORT_TIMEOUT = Duration.seconds(REPORT_SIZE.seconds + MARGIN_SECONDS)
STORY = ("requestId", "preparation", "approval", "problem")


class PlanEnding:
    """The states from `Conclude plan` on; no error of one keeps the others from their work."""

    def __init__(self, scope: Construct, states: States, functions: PlanFunctions) -> None:
        self._scope = scope
        self._states = states
        self._functions = functions

    def conclude(self) -> sfn.IChainable:
        """Say how it ended, keep the evidence, tell it, free the claim."""
        conclude = self._states.invoke(
            PlanState.CONCLUDE,
            self._functions.conclude_plan,
            {"story": {name: f"{{% ${name} %}}" for name in STORY}, "now": NOW},
            assign={
                "conclusion": "{% $states.result.Payload %}",
                "announcement": "{% $states.result.Payload.announcement %}",
            },
            timeout=CONCLUDE_TIMEOUT,
        )
        conclude.add_retry(
            errors=UNREADABLE, interval=Duration.seconds(5), backoff_rate=2, max_attempts=5
        )
        announce = self._states.announce(
            PlanState.ANNOUNCE_OUTCOME, "$announcement", max_attempts=15
        )
        report = self._states.report(
            PlanState.REPORT,
            self._functions.report_plan,
            "$announcement",
            assign={"announcement": "{% $states.result.Payload.announcement %}"},
            timeout=REPORT_TIMEOUT,
        )
        report.add_catch(announce, errors=ALL)
        report.next(announce)
        conclude.add_catch(self._conclude_blindly().next(announce), errors=ALL)
        free = self._free()
        announce.add_catch(free, errors=ALL)
        announce.next(free)
        return conclude.next(report)

    def _free(self) -> sfn.IChainable:
        """Free an id that people have given, so that the same plan can do what is left of it."""
        ended = self._end()
        free = self._states.delete_lock(PlanState.FREE_CLAIM, "{% $claim %}")
        free.add_catch(ended, errors=ALL)
        free.next(ended)
        return (
            sfn.Choice.jsonata(self._scope, PlanState.CAN_IT_COME_AGAIN)
            .when(when("$isNamed"), free)
            .otherwise(ended)
        )

    def _end(self) -> sfn.IChainable:
        """End the execution as its outcome says."""
        succeeded = sfn.Succeed.jsonata(
            self._scope,
            PlanState.SUCCEEDED,
            outputs={
                "outcome": "{% $conclusion.outcome %}",
                "message": "{% $conclusion.cause %}",
            },
        )
        failed = sfn.Fail.jsonata(
            self._scope,
            PlanState.FAILED,
            error="{% $conclusion.error %}",
            cause="{% $conclusion.cause %}",
        )
        return (
            sfn.Choice.jsonata(self._scope, PlanState.HOW_DID_IT_END)
            .when(when("$conclusion.error = null"), succeeded)
            .otherwise(failed)
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
        names = ", ".join(f"'{key}': '{name}'" for key, name in PLAN_FINAL.items())
        errors = ", ".join(
            f"'{key}': '{key.error}'" if key.error else f"'{key}': null" for key in PLAN_FINAL
        )
        announcement = last_event_of_plan("$lookup($names, $outcome)", "$outcome")
        return sfn.Pass.jsonata(
            self._scope,
            PlanState.CONCLUDE_BLINDLY,
            assign={
                "conclusion": "{% ("
                f"$outcome := {outcome}; $errors := {{{errors}}};"
                f"{{'outcome': $outcome, 'cause': '{UNWORDED}',"
                "'error': $lookup($errors, $outcome)}"
                ") %}",
                "announcement": "{% ("
                f"$outcome := {outcome}; $names := {{{names}}}; {announcement}) %}}",
            },
        )
