"""Names that CloudFormation makes up: within each service's limit, and the same every time."""

import hashlib
import string
from typing import Final

from moto.cloudformation import parsing

from simulator.core.context import CloudContext

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
    """Name resources by what they are, not by chance: a stack's names survive an update."""
    context.patches.set(parsing, "generate_resource_name", generated_name)


def generated_name(resource_type: str, stack_name: str, logical_id: str) -> str:
    """Make up the physical name of a resource whose template gives none."""
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
