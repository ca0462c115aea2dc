"""The watchdog of migrations: says where an interrupted one left its VIF, and frees its locks.

What the interrupted execution knew is read from its history. The gateway stays locked until nothing
of that migration is in flight.
"""

from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.migration import MigrationFunctions
from infra.names import Machine
from infra.permissions import allow_on_executions
from infra.settings.model import Settings
from infra.workflows.ending import Inquiry, LastEvent, released
from infra.workflows.expressions import NULL, seconds_since, when
from infra.workflows.looking_after import if_same_end
from infra.workflows.states import States
from infra.workflows.watchdog import Watchdog, WatchdogConfiguration, WatchdogEnds
from infra.workflows.wording import SubjectExpressions, last_event_of_migration
from vifshift.domain.gateway_lock import LONGEST_LEASE
from vifshift.domain.migration import Outcome
from vifshift.domain.table_keys import ItemKind, key_expression
from vifshift.domain.watchdog import WatchdogState
from vifshift.events.migration import FINAL

LOOK_AGAIN = Duration.minutes(1)
LONGEST_WATCH = Duration.seconds(LONGEST_LEASE.total_seconds() + 3600)
IS_LEASE_OVER = (
    f"{seconds_since('$states.context.Execution.StartTime')} > {LONGEST_LEASE.total_seconds():.0f}"
)
"""An expression for whether it has watched for longer than any lock lasts."""
UNKNOWN_EVENT = last_event_of_migration(
    detail_type=f"'{FINAL[Outcome.INTERRUPTED]}'",
    request_id="$execution.name",
    subject=SubjectExpressions(),
    outcome=f"'{Outcome.INTERRUPTED}'",
    message="'it was stopped, and what it had done could not be found out'",
    now="null",
)


def migration_watchdog(
    scope: Construct,
    *,
    watched: sfn.StateMachine,
    functions: MigrationFunctions,
    locks: dynamodb.ITableV2,
    bus: events.IEventBus,
    dead_letters: sqs.IQueue,
    settings: Settings,
) -> Watchdog:
    """Return the watchdog of migrations."""
    allow_on_executions(
        cast(iam.IRole, functions.investigate.role),
        "IsInvestigated",
        "states:GetExecutionHistory",
        watched,
        "Which execution will be interrupted is not known at deployment.",
    )
    configuration = WatchdogConfiguration(
        machine=Machine.WATCHDOG,
        names=WatchdogState,
        comment="Looks after a migration whose execution was interrupted.",
        rule_description="Looks after a migration that did not end by itself.",
        timeout=LONGEST_WATCH,
        variables={"interruption": NULL, "isSafe": False},
        seen={"interruption": if_same_end("$interruption", "null")},
        inquiry=Inquiry(
            WatchdogState.INVESTIGATE,
            functions.investigate,
            {"status": "{% $status %}", "interruption": "{% $interruption %}"},
            assign={
                "interruption": "{% $states.result.Payload.interruption %}",
                "announcement": "{% $states.result.Payload.announcement %}",
                "isSafe": "{% $states.result.Payload.isSafe %}",
                "isReported": "{% $isReported or $states.result.Payload.interruption.wasTold %}",
            },
        ),
        last_event=LastEvent(
            WatchdogState.REPORT, WatchdogState.ANNOUNCE_INTERRUPTION, functions.report
        ),
        unknown_event=UNKNOWN_EVENT,
        aftermath=_aftermath,
    )
    return Watchdog(
        scope,
        "Watchdog",
        configuration,
        watched=watched,
        locks=locks,
        bus=bus,
        dead_letters=dead_letters,
        settings=settings,
    )


def _aftermath(states: States, look: sfn.IChainable, ends: WatchdogEnds) -> sfn.IChainable:
    """Free the locks once that is safe; if nothing is known, leave them to expire."""
    keep = states.wait(WatchdogState.KEEP_LOCK, sfn.WaitTime.duration(LOOK_AGAIN))
    return (
        states.choice(WatchdogState.IS_IT_SAFE)
        .when(when("$isKnown = false"), ends.left)
        .when(when("$isSafe"), _free(states, ends.done))
        .when(when(IS_LEASE_OVER), ends.left)
        .otherwise(keep.next(look))
    )


def _free(states: States, done: sfn.IChainable) -> sfn.IChainable:
    """Free the gateway, and also the request's id if nothing was touched."""
    request = states.locks.delete(
        WatchdogState.FREE_REQUEST, "{% $interruption.claim ? $interruption.claim : 'none' %}"
    )
    released(request, done)
    touched = (
        states.choice(WatchdogState.WAS_ANYTHING_DONE)
        .when(when("$interruption.wasTouched"), done)
        .otherwise(request)
    )
    key = key_expression(
        ItemKind.GATEWAY, "($interruption.lockKey ? $interruption.lockKey : 'none')"
    )
    gateway = states.locks.delete(
        WatchdogState.FREE_GATEWAY,
        f"{{% {key} %}}",
        # If it has been redriven since it was looked at, the lock is the later attempt's.
        attempt="$redrives",
    )
    return released(gateway, touched)
