"""What the functions may read of a network and its surroundings, and the one call that changes it.

AWS: Service Authorization Reference, AWS Direct Connect; AWS Health; AWS Systems Manager; Amazon
CloudWatch.
"""

from collections.abc import Mapping, Sequence

from aws_cdk import Stack

from infra.functions.handler import HandlerFunction
from infra.names import ResourceName
from infra.settings.model import Settings
from vifshift.domain.network_actions import (
    AFFECTED,
    ALARMS,
    ASSOCIATING,
    IN_GROUPS,
    ONCE,
    ROUTES,
    TESTS,
)


def allow_preflight(function: HandlerFunction, actions: Sequence[str], settings: Settings) -> None:
    """Allow what the first checks read: `actions`, Health events, calendar and schedules if any."""
    function.allow(*actions, on=["*"])
    stack = Stack.of(function)
    # Health lists the events of all Regions in one place, along with those that have no Region.
    events = f"arn:{stack.partition}:health:*::event/DIRECTCONNECT/*"
    function.allow(AFFECTED, on=[events])
    function.acknowledge(
        "Which events AWS Health will list is not known: any of Direct Connect may be read.",
        "Resource::arn:<AWS::Partition>:health:*::event/DIRECTCONNECT/*",
    )
    if calendar := settings.checks.change_calendar:
        arn = (
            calendar
            if calendar.startswith("arn:")
            else stack.format_arn(service="ssm", resource="document", resource_name=calendar)
        )
        function.allow("ssm:GetCalendarState", on=[arn])
    if settings.windows:
        _allow_reading_schedules(function, settings)


def _allow_reading_schedules(function: HandlerFunction, settings: Settings) -> None:
    """Allow finding out whether what says to be a schedule of the stack's windows is one."""
    group = ResourceName.WINDOWS.of(settings.stack_name)
    schedules = Stack.of(function).format_arn(
        service="scheduler", resource="schedule", resource_name=f"{group}/*"
    )
    function.allow("scheduler:GetSchedule", on=[schedules])
    function.acknowledge(
        "The group has the schedules of the settings' windows alone.",
        "Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:"
        f"schedule/{group}/*",
    )


def allow_reading_routes(function: HandlerFunction, settings: Settings) -> None:
    """Allow reading the routes of any VIF, whatever its tags."""
    _allow_on_network(function, ROUTES, ["dxvif"], settings)


def allow_background(function: HandlerFunction, settings: Settings) -> None:
    """Allow what only the first check reads: resiliency groups, failover tests, and metrics."""
    function.allow(*ONCE, on=["*"])
    _allow_on_network(function, TESTS, ["dxvif"], settings)
    # Resiliency groups have no Region, as gateways have none.
    groups = Stack.of(function).format_arn(
        service="directconnect", region="", resource="dx-resiliency-group", resource_name="*"
    )
    function.allow(IN_GROUPS, on=[groups])
    function.acknowledge(
        "Which resiliency groups a move concerns is not known at deployment.",
        "Resource::arn:<AWS::Partition>:directconnect::<AWS::AccountId>:dx-resiliency-group/*",
    )


def allow_reading_guards(function: HandlerFunction) -> None:
    """Allow reading the alarms that guard a migration.

    Composite ones are returned only to those who may read all (AWS: API reference, DescribeAlarms).
    """
    function.allow(ALARMS, on=["*"])


def allow_associating(function: HandlerFunction, settings: Settings) -> None:
    """Allow the one call that changes a network.

    It covers sources as well as targets, since a rollback associates a VIF with its source.
    """
    tag = settings.required_tag
    condition = {f"aws:ResourceTag/{tag.key}": tag.value} if tag else None
    _allow_on_network(function, ASSOCIATING, ["dxvif", "dxcon", "dxlag"], settings, condition)


def _allow_on_network(
    function: HandlerFunction,
    action: str,
    kinds: list[str],
    settings: Settings,
    condition: Mapping[str, str] | None = None,
) -> None:
    """Allow an action on Direct Connect resources in this account and the allowed Regions."""
    stack = Stack.of(function)
    function.allow(
        action,
        on=[
            stack.format_arn(
                service="directconnect", region=region, resource=kind, resource_name="*"
            )
            for region in (stack.region, *settings.regions)
            for kind in kinds
        ],
        when=condition,
    )
    function.acknowledge(
        "Which VIF moves where is not known at deployment: requests may name any in this account "
        "and the allowed Regions. The setting requiredTag limits what may be moved to resources "
        "that carry a tag.",
        *(
            f"Resource::arn:<AWS::Partition>:directconnect:{region}:<AWS::AccountId>:{kind}/*"
            for region in ("<AWS::Region>", *settings.regions)
            for kind in kinds
        ),
    )
