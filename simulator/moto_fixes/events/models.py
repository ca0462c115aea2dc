"""AWS::Events::EventBus: its physical id."""

from typing import Final

from moto.events.models import EventBus

from simulator.core.context import CloudContext
from simulator.core.repairs import correction

REPAIRS: Final = (
    correction(
        "moto.events.models:EventBus.physical_resource_id",
        problem="The bus has no physical id, so that Ref is not its name.",
        test="cloud/test_deployment.py::test_every_type_is_made",
        adds=True,
    ),
)


def repair(context: CloudContext) -> None:
    """Give a bus the physical id that CloudFormation documents: its name."""
    context.patches.add(EventBus, "physical_resource_id", property(lambda bus: bus.name))
