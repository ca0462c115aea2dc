"""The AWS::Scheduler types; `simulator.moto_ext.eventbridge.schedules` makes schedules fire."""

from simulator.core.clients import Clients
from simulator.moto_ext.cloudformation.resource_type import CreatedResource, ResourceType
from simulator.moto_fixes.cloudformation.properties import Properties, pick

_FIELDS = (
    "Description",
    "EndDate",
    "FlexibleTimeWindow",
    "GroupName",
    "KmsKeyArn",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "State",
    "Target",
)


def register() -> None:
    """Make the types known to moto."""
    ResourceType(
        "AWS::Scheduler::Schedule",
        _create,
        _delete,
        name_property="Name",
        attributes=("Arn",),
        update=_update,
    ).register()
    ResourceType(
        "AWS::Scheduler::ScheduleGroup",
        _create_group,
        _delete_group,
        name_property="Name",
        attributes=("Arn",),
    ).register()


def _create(clients: Clients, name: str, properties: Properties) -> CreatedResource:
    made = clients.get("scheduler").create_schedule(Name=name, **pick(properties, *_FIELDS))
    return CreatedResource(name, Arn=made["ScheduleArn"])


def _update(clients: Clients, name: str, properties: Properties) -> None:
    clients.get("scheduler").update_schedule(Name=name, **pick(properties, *_FIELDS))


def _delete(clients: Clients, name: str, properties: Properties) -> None:
    clients.get("scheduler").delete_schedule(Name=name, **pick(properties, "GroupName"))


def _create_group(clients: Clients, name: str, properties: Properties) -> CreatedResource:
    made = clients.get("scheduler").create_schedule_group(Name=name)
    return CreatedResource(name, Arn=made["ScheduleGroupArn"])


def _delete_group(clients: Clients, name: str, properties: Properties) -> None:
    clients.get("scheduler").delete_schedule_group(Name=name)
