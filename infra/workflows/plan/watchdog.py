"""The watchdog of plans: says what became of the moves of an interrupted plan, and frees its claim.

Moves that are in flight go on, each in an execution of its own, which nothing here stops.
"""

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.plan import PlanFunctions
from infra.names import Machine
from infra.settings.model import Settings
from infra.workflows.catching import regardless
from infra.workflows.ending import released
from infra.workflows.expressions import NULL, is_named, request_id, when
from infra.workflows.plan.ending import conclude_inquiry, last_plan_event
from infra.workflows.states import States
from infra.workflows.watchdog import Watchdog, WatchdogConfiguration, WatchdogEnds
from infra.workflows.wording import last_event_of_plan
from vifshift.domain.plan_outcome import PlanOutcome
from vifshift.domain.table_keys import ItemKind, key_expression
from vifshift.domain.watchdog import PlanWatchdogState
from vifshift.events.plan import PLAN_FINAL

_INPUT = "$parse($states.result.Input)", "$execution.name"
_REQUEST_ID = request_id(*_INPUT)
_INTERRUPTED = PlanOutcome.INTERRUPTED
UNKNOWN_EVENT = last_event_of_plan(f"'{PLAN_FINAL[_INTERRUPTED]}'", f"'{_INTERRUPTED}'")


def plan_watchdog(
    scope: Construct,
    *,
    watched: sfn.StateMachine,
    functions: PlanFunctions,
    locks: dynamodb.ITableV2,
    bus: events.IEventBus,
    dead_letters: sqs.IQueue,
    settings: Settings,
) -> Watchdog:
    """Return the watchdog of plans."""
    configuration = WatchdogConfiguration(
        machine=Machine.PLAN_WATCHDOG,
        names=PlanWatchdogState,
        comment="Looks after a plan whose execution was interrupted.",
        rule_description="Looks after a plan that did not end by itself.",
        timeout=Duration.hours(1),
        variables={
            "requestId": NULL,
            "claim": "none",
            "isNamed": False,
            "preparation": NULL,
            "approval": NULL,
            "problem": NULL,
            "claimant": NULL,
            "sender": "{% '' %}",
        },
        seen={
            "requestId": f"{{% {_REQUEST_ID} %}}",
            "claim": f"{{% {key_expression(ItemKind.PLAN, _REQUEST_ID)} %}}",
            "isNamed": f"{{% {is_named(*_INPUT)} %}}",
        },
        recall=_recall,
        inquiry=conclude_inquiry(
            functions,
            "status",
            assign={
                "isReported": "{% $isReported or $states.result.Payload.announcement = null %}"
            },
        ),
        last_event=last_plan_event(functions, PlanWatchdogState.ANNOUNCE_INTERRUPTION),
        unknown_event=UNKNOWN_EVENT,
        aftermath=_aftermath,
    )
    return Watchdog(
        scope,
        "PlanWatchdog",
        configuration,
        watched=watched,
        locks=locks,
        bus=bus,
        dead_letters=dead_letters,
        settings=settings,
    )


def _recall(states: States, conclude: sfn.IChainable) -> sfn.IChainable:
    """Read what the plan has noted for the watchdog."""
    plan = states.locks.get(
        PlanWatchdogState.RECALL_PLAN,
        f"{{% {key_expression(ItemKind.NOTED, '$execution.name')} %}}",
        {
            "preparation": "{% $exists($states.result.Item.preparation) ?"
            " $parse($states.result.Item.preparation.S) : null %}"
        },
    )
    return regardless(plan, conclude)


def _aftermath(states: States, _: sfn.IChainable, ends: WatchdogEnds) -> sfn.IChainable:
    """Free the claim, unless the plan has ended by itself and keeps its id as it should."""
    free = states.locks.delete(PlanWatchdogState.FREE_CLAIM, "{% $claim %}")
    return (
        states.choice(PlanWatchdogState.MAY_IT_COME_AGAIN)
        .when(when("$hasEndedByItself and $isNamed = false"), ends.done)
        .otherwise(released(free, ends.done))
    )
