"""What is checked: how many migrations, with or without a plan, and how much may go wrong."""

from typing import Final, NamedTuple


class ModelScope(NamedTuple):
    """A part of the model that is small enough for every state of it to be visited.

    `trouble` counts what goes wrong: an execution is stopped or redriven, somebody cancels or
    halts, an event is lost or comes twice, a call of AWS fails.
    """

    name: str
    migrations: int
    has_plan: bool
    trouble: int


SCOPES: Final = (
    ModelScope("a plan of two moves and another migration, undisturbed", 3, True, 0),
    ModelScope("two migrations of one gateway, one disturbance", 2, False, 1),
    ModelScope("one migration, two disturbances", 1, False, 2),
)
