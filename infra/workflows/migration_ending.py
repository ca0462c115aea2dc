"""How every migration ends, whatever has happened: concluded, reported, announced, unlocked."""

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.migration import Functions
from infra.workflows.states import ALL, NOW, States, regardless, when
from infra.workflows.wording import Subject, last_event, names_and_errors
from vifshift.domain.errors import MigrationCancelled
from vifshift.domain.migration import Association, Outcome, Phase
from vifshift.domain.workflow import CONDITION_FAILED, StateName
from vifshift.events.migration import FINAL
from vifshift.migration.convergence import Verdict
from vifshift.migration.validation import Decision

UNTOUCHED = [Outcome.REJECTED, Outcome.PLANNED, Outcome.UNCHANGED, Outcome.CANCELLED]

STORY = (
    "requestId",
    "phase",
    "association",
    "doubt",
    "observation",
    "failure",
    "problem",
    "approval",
    "holder",
)
# A thousand routes take a third of what a payload may hold, and how it ended is not in them.
_VALIDATION = (
    "$validation = null ? null : $merge([$validation, {'announcement': null},"
    "$validation.migration = null ? {} : {'migration': $merge([$validation.migration,"
    "{'expectation': $merge([$validation.migration.expectation, {'routes': null}])}])}])"
)
_TOLD_WHERE = "{'announcement': $states.result.Payload.announcement}"


class Ending:
    """The states from `Conclude` on; none of them lets an error keep the others from their work."""

    def __init__(self, scope: Construct, states: States, functions: Functions) -> None:
        self._scope = scope
        self._states = states
        self._functions = functions

    def conclude(self) -> sfn.IChainable:
        """Say how it ended, keep the evidence, tell it, free the locks."""
        conclude = self._states.invoke(
            StateName.CONCLUDE,
            self._functions.conclude,
            {
                "story": {
                    **{name: f"{{% ${name} %}}" for name in STORY},
                    "validation": f"{{% {_VALIDATION} %}}",
                },
                "now": NOW,
            },
            assign={"conclusion": "{% $states.result.Payload %}"},
        )
        announce = self._states.announce(
            StateName.ANNOUNCE_OUTCOME, "$conclusion.announcement", max_attempts=15
        )
        report = self._states.report(
            StateName.REPORT,
            self._functions.report,
            "$conclusion.announcement",
            assign={"conclusion": f"{{% $merge([$conclusion, {_TOLD_WHERE}]) %}}"},
        )
        regardless(report, announce)
        conclude.add_catch(self._conclude_blindly().next(report), errors=ALL)
        regardless(announce, self._unlock())
        return conclude.next(report)

    def _unlock(self) -> sfn.IChainable:
        """Free the gateway, and the request's id where it can be asked for again."""
        unlock = self._states.delete_lock(
            StateName.UNLOCK_GATEWAY,
            "{% 'gateway#' & $lockKey %}",
        )
        regardless(unlock, self._states.end())
        release = self._states.delete_lock(StateName.RELEASE_REQUEST, "{% $claim %}")
        regardless(release, unlock)
        untouched = ", ".join(f"'{outcome}'" for outcome in UNTOUCHED)
        return (
            sfn.Choice.jsonata(
                self._scope, StateName.WAS_IT_TOUCHED, comment=StateName.WAS_IT_TOUCHED.comment
            )
            .when(when(f"$conclusion.outcome in [{untouched}]"), release)
            .otherwise(unlock)
        )

    def _conclude_blindly(self) -> sfn.Pass:
        """Word the last event without the Lambda, for when it can't be had."""
        outcome = (
            f"$problem.state = '{StateName.CLAIM_REQUEST}' and $problem.error = "
            f"'{CONDITION_FAILED}' ? '{Outcome.DUPLICATE}' : "
            f"$validation and $validation.decision != '{Decision.PROCEED}' "
            "? $validation.decision : "
            f"$observation.verdict = '{Verdict.SETTLED}' ? "
            f"($phase = '{Phase.ROLLBACK}' ? '{Outcome.ROLLED_BACK}' : '{Outcome.SUCCEEDED}') : "
            f"$phase = '{Phase.ROLLBACK}' ? '{Outcome.ROLLBACK_FAILED}' : "
            f"$problem.error = '{MigrationCancelled.__name__}' ? '{Outcome.CANCELLED}' : "
            f"$association = '{Association.NONE}' ? '{Outcome.REJECTED}' : "
            f"'{Outcome.NEEDS_ATTENTION}'"
        )
        names, errors = names_and_errors(FINAL)
        announcement = last_event(
            detail_type="$lookup($names, $outcome)",
            request_id="$requestId",
            subject=Subject(
                "$request ? $request.virtualInterfaceId : null",
                "$validation.migration ? $validation.migration.source : null",
                "$request ? $request.connectionId : null",
                "$validation.migration ? $validation.migration.region : "
                "$request.region ? $request.region : null",
                "$validation.migration.snapshot.ownerAccount ? "
                "$validation.migration.snapshot.ownerAccount : null",
            ),
            outcome="$outcome",
            message="$message",
            now="$observation.isSeen and $problem = null ? $observation.picture : null",
        )
        return sfn.Pass.jsonata(
            self._scope,
            StateName.CONCLUDE_BLINDLY,
            comment=StateName.CONCLUDE_BLINDLY.comment,
            assign={
                "conclusion": "{% ("
                f"$outcome := {outcome};"
                f"$names := {names}; $errors := {errors};"
                "$message := 'no details, since they could not be worded: look at the execution';"
                "$request := $validation.request;"
                "{'outcome': $outcome, 'cause': $message,"
                f"'error': $lookup($errors, $outcome), 'announcement': {announcement}}}) %}}"
            },
        )
