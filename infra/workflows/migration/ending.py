"""How every migration ends: concluded, reported, announced, unlocked."""

from aws_cdk import aws_stepfunctions as sfn

from infra.functions.migration import MigrationFunctions
from infra.workflows.ending import (
    EndingConfiguration,
    Inquiry,
    LastEvent,
    end,
    ending,
    released,
)
from infra.workflows.expressions import ENDS, WITHOUT_ROUTES, seconds_since, when
from infra.workflows.lock_states import ATTEMPT
from infra.workflows.states import States
from infra.workflows.wording import (
    UNWORDED,
    SubjectExpressions,
    digest_of,
    last_event_of_migration,
    names_and_errors,
)
from vifshift.domain.migration import Outcome, Phase
from vifshift.domain.open_executions import ExecutionKind
from vifshift.domain.outcomes import LATEST_EFFECT
from vifshift.domain.table_keys import ItemKind, key_expression
from vifshift.domain.workflow import StateName
from vifshift.events.migration import FINAL

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
    "claimant",
    "sender",
)
"""The variables that the conclusion is drawn from, beside the validation."""
HAS_LANDED = (
    "($observation != null and $observation.picture.connectionId ="
    f" ($phase = '{Phase.FORWARD}' ? $validation.migration.target : $validation.migration.source))"
)
_LEFT = f"{LATEST_EFFECT.total_seconds():.0f} - {seconds_since('$calledAt')}"
MAY_STILL_LAND = f"{_LEFT} > 0"
"""An expression for whether the last call may still take effect."""
_WITH_EVIDENCE = "$merge([$conclusion, {'announcement': $states.result.Payload.announcement}])"


def migration_ending(
    states: States, functions: MigrationFunctions, open_seconds: float
) -> sfn.IChainable:
    """Return the states from `Conclude` on."""
    return ending(
        states,
        EndingConfiguration(
            names=StateName,
            kind=ExecutionKind.MIGRATION,
            open_seconds=open_seconds,
            inquiry=Inquiry(
                StateName.CONCLUDE,
                functions.conclude,
                {
                    "story": {
                        **{name: f"{{% ${name} %}}" for name in STORY},
                        "validation": f"{{% {WITHOUT_ROUTES} %}}",
                    }
                },
                assign={"conclusion": "{% $states.result.Payload %}"},
                reads_aws=False,
            ),
            last_event=LastEvent(
                StateName.REPORT,
                StateName.ANNOUNCE_OUTCOME,
                functions.report,
                "$conclusion.announcement",
                assign={"conclusion": f"{{% {_WITH_EVIDENCE} %}}"},
            ),
            without_details=_without_details(),
            is_always_reported=True,
        ),
        _unlock(states),
    )


def _unlock(states: States) -> sfn.IChainable:
    """Free the gateway, and also the request's id if nothing was touched."""
    gateway = key_expression(ItemKind.GATEWAY, "$lockKey")
    unlock = states.locks.delete(StateName.UNLOCK_GATEWAY, f"{{% {gateway} %}}", attempt=ATTEMPT)
    ended = states.locks.unlist(StateName.UNLIST, ItemKind.MIGRATIONS_OF, end(states, StateName))
    released(unlock, ended)
    release = states.locks.delete(StateName.RELEASE_REQUEST, "{% $claim %}")
    released(release, unlock)
    untouched = ", ".join(f"'{outcome}'" for outcome in UNTOUCHED)
    let_it_land = states.wait(
        StateName.LET_CALL_LAND, sfn.WaitTime.seconds(f"{{% $ceil({_LEFT}) %}}")
    )
    let_it_land.next(unlock)
    return (
        states.choice(StateName.WAS_IT_TOUCHED)
        .when(when(f"$conclusion.outcome in [{untouched}]"), release)
        .when(when(f"$calledAt = null or {HAS_LANDED} ? false : {MAY_STILL_LAND}"), let_it_land)
        .otherwise(unlock)
    )


def _without_details() -> dict[str, str]:
    """Return the conclusion that the workflow draws by itself, from its own variables."""
    names, errors = names_and_errors(FINAL)
    announcement = last_event_of_migration(
        detail_type="$lookup($names, $outcome)",
        request_id="$requestId",
        subject=SubjectExpressions(
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
        digest=digest_of("$validation"),
    )
    return {
        "conclusion": "{% ("
        f"$outcome := ${ENDS};"
        f"$names := {names}; $errors := {errors};"
        f"$message := '{UNWORDED}';"
        "$request := $validation.request;"
        "{'outcome': $outcome, 'cause': $message,"
        f"'error': $lookup($errors, $outcome), 'announcement': {announcement}}}) %}}"
    }
