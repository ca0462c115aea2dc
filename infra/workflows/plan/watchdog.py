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
from infra.permissions import allow_on_executions, create_before
from infra.settings.model import Settings
from infra.workflows.catching import regardless
from infra.workflows.expressions import NULL, request_id
from infra.workflows.plan.ending import conclude_inquiry, last_plan_event
from infra.workflows.states import States
from infra.workflows.watchdog import Aftermath, Watchdog, WatchdogConfiguration
from infra.workflows.wording import last_event_of_plan
from vifshift.domain.plan_outcome import PlanOutcome
from vifshift.domain.table_keys import ItemKind, key_expression
from vifshift.domain.workflow import PlanWatchdogState
from vifshift.events.plan import PLAN_FINAL

_REQUEST_ID = request_id("$parse($states.result.Input)", "$execution.name")
_INTERRUPTED = PlanOutcome.INTERRUPTED


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
            "requestId": "{% $states.input.execution.name %}",
            "claim": "none",
            "preparation": NULL,
            "approval": NULL,
            "problem": NULL,
        },
        recall=_recall,
        inquiry=conclude_inquiry(functions, "status", assign={}),
        last_event=last_plan_event(functions, PlanWatchdogState.ANNOUNCE_INTERRUPTION),
        unknown_event=last_event_of_plan(f"'{PLAN_FINAL[_INTERRUPTED]}'", f"'{_INTERRUPTED}'"),
        aftermath=_aftermath,
    )
    watchdog = Watchdog(
        scope,
        "PlanWatchdog",
        configuration,
        watched=watched,
        locks=locks,
        bus=bus,
        dead_letters=dead_letters,
        settings=settings,
    )
    describes = allow_on_executions(
        watchdog.state_machine.role,
        "IsLookedAfter",
        "states:DescribeExecution",
        watched,
        "Which plan will be interrupted is not known at deployment.",
    )
    create_before(watchdog.state_machine, describes)
    return watchdog


def _recall(states: States, conclude: sfn.IChainable) -> sfn.IChainable:
    """Find out under which id the plan was requested, and what it has noted for the watchdog."""
    plan = states.locks.get(
        PlanWatchdogState.RECALL_PLAN,
        f"{{% {key_expression(ItemKind.NOTED, '$execution.name')} %}}",
        {
            "preparation": "{% $exists($states.result.Item.preparation) ?"
            " $parse($states.result.Item.preparation.S) : null %}"
        },
    )
    request = states.describe_execution(
        PlanWatchdogState.RECALL_REQUEST,
        "{% $execution.arn %}",
        {
            "requestId": f"{{% {_REQUEST_ID} %}}",
            "claim": f"{{% {key_expression(ItemKind.PLAN, _REQUEST_ID)} %}}",
        },
    )
    return regardless(request, regardless(plan, conclude))


def _aftermath(states: States, conclude: sfn.IChainable) -> Aftermath:
    """Free the claim, unless the plan had announced its end itself and freed it."""
    done = states.succeed(PlanWatchdogState.DONE)
    free = states.locks.delete(PlanWatchdogState.FREE_CLAIM, "{% $claim %}")
    return Aftermath(announced=regardless(free, done), nothing_to_announce=done)
