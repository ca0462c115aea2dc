"""Generated names, and the pseudo parameter AWS::Partition."""

import hashlib
import string
from collections.abc import Callable
from typing import Any, Final

from moto.cloudformation import parsing
from moto.cloudformation.parsing import ResourceMap
from moto.utilities.utils import get_partition

from simulator.core.context import CloudContext
from simulator.core.repairs import correction

REPAIRS: Final = (
    correction(
        "moto.cloudformation.parsing:generate_resource_name",
        problem="Generated names are longer than the services allow, and others in each run, so "
        "that every update replaces the resource.",
        test="moto_fixes/cloudformation/test_attributes.py::"
        "test_a_generated_name_is_the_same_in_every_cloud",
    ),
    correction(
        "moto.cloudformation.parsing:ResourceMap.__init__",
        problem="AWS::Partition is `aws` in every Region.",
        test="moto_fixes/cloudformation/test_attributes.py::"
        "test_the_partition_is_that_of_the_region",
    ),
)

_LETTERS: Final = string.digits + string.ascii_uppercase
_SUFFIX: Final = 12
# A name's parts: stack, logical id; each type's limit less the suffix and the dashes.
_SHORT: Final = 24
_SIXTY_FOUR: Final = frozenset(
    {
        "AWS::Lambda::Function",
        "AWS::IAM::Role",
        "AWS::EventSchemas::Registry",
        "AWS::Events::Rule",
        "AWS::Scheduler::Schedule",
        "AWS::Scheduler::ScheduleGroup",
    }
)


def repair(context: CloudContext) -> None:
    """Generate names from what a resource is, and derive the partition from the Region."""
    context.patches.set(parsing, "generate_resource_name", generated_name)
    context.patches.set(ResourceMap, "__init__", _in_its_partition(ResourceMap.__init__))


def generated_name(resource_type: str, stack_name: str, logical_id: str) -> str:
    """Return the physical name of a resource whose template gives none."""
    tail = suffix(stack_name, logical_id)
    if resource_type == "AWS::StepFunctions::StateMachine":
        return f"{logical_id[: 80 - _SUFFIX - 1]}-{tail}"
    if resource_type == "AWS::S3::Bucket":
        return f"{stack_name[:_SHORT]}-{logical_id[:_SHORT]}-{tail}".lower()
    if resource_type in _SIXTY_FOUR:
        return f"{stack_name[:_SHORT]}-{logical_id[:_SHORT]}-{tail}"
    if resource_type == "AWS::SQS::Queue":
        return f"{stack_name[:32]}-{logical_id[:32]}-{tail}"
    return f"{stack_name}-{logical_id}-{tail}"


def suffix(*parts: str) -> str:
    """Return twelve letters and digits that stand for these parts."""
    number = int.from_bytes(hashlib.sha256("/".join(parts).encode()).digest())
    letters = []
    for _ in range(_SUFFIX):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    return "".join(letters)


def _in_its_partition(make: Callable[..., None]) -> Callable[..., None]:
    """Name the partition by the Region; moto takes every one for `aws`."""

    def made(self: Any, *arguments: Any, **named: Any) -> None:
        make(self, *arguments, **named)
        region = self._parsed_resources["AWS::Region"]
        self._parsed_resources["AWS::Partition"] = get_partition(region)

    return made
