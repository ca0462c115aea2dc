"""What somebody else's call disturbs: which migrations on their way, and in what."""

from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from vifshift.domain.outside import OnTheWay
from vifshift.domain.own_resources import OwnResources
from vifshift.domain.trail import CLOUDFORMATION, STEP_FUNCTIONS, TASK_CALLS, OutsideCall

MOST_DISTURBED: Final = 20


class Means(StrEnum):
    """What a call and a migration have in common."""

    VIRTUAL_INTERFACE = "VIRTUAL_INTERFACE"
    PORT = "PORT"
    GATEWAY = "GATEWAY"
    EXECUTION = "EXECUTION"
    PRODUCT = "PRODUCT"


class Found(NamedTuple):
    """A migration that a call disturbs, and by what."""

    migration: OnTheWay
    means: Means


class Ours(NamedTuple):
    """What is the stack's own: its name, and its resources with those roles that it assumes."""

    stack_name: str
    resources: OwnResources

    def made(self, call: OutsideCall) -> bool:
        """Return whether a call is one of the stack itself, or changes the stack by a deployment.

        A deployment is CloudFormation's, and has its own record of who has begun it.
        """
        if call.caller.arn in self.resources.roles:
            return True
        return not call.is_of_network and call.caller.invoked_by == CLOUDFORMATION

    def are_named_by(self, call: OutsideCall) -> bool:
        """Return whether a call names something of the stack."""
        return self.resources.include(call.resources, self.stack_name)


def watches_the_watchers(call: OutsideCall) -> bool:
    """Return whether a call changes what all records depend on: the trail itself."""
    return call.service == "cloudtrail.amazonaws.com"


def names_no_machine(call: OutsideCall) -> bool:
    """Return whether a call names a task only by its token, which nobody else can tell whose it is.

    A data event has the state machine among its resources; a management event has nothing.
    """
    is_of_a_task = call.service == STEP_FUNCTIONS and call.name in TASK_CALLS
    return is_of_a_task and not call.resources


def executions_named(call: OutsideCall, stack_name: str, machine: str) -> Iterator[str]:
    """Yield the executions of one of the stack's state machines that a call names."""
    for name in call.resources:
        if f":execution:{stack_name}-{machine}:" in name:
            yield name


def disturbed(call: OutsideCall, migrations: Iterable[OnTheWay]) -> tuple[Found, ...]:
    """Return the migrations that a call may have disturbed, the closest first.

    A call that was refused has disturbed nothing, but was meant to.
    """
    found = [
        Found(each, means)
        for each in migrations
        if (means := _means(call, each)) and not _was_over(call, each)
    ]
    order = list(Means)
    return tuple(sorted(found, key=lambda each: order.index(each.means)))[:MOST_DISTURBED]


def _means(call: OutsideCall, migration: OnTheWay) -> Means | None:
    names = set(_names(call.resources))
    if not call.is_of_network:
        return Means.EXECUTION if migration.execution_arn in names else Means.PRODUCT
    if migration.virtual_interface_id in names:
        return Means.VIRTUAL_INTERFACE
    if migration.ports & names:
        return Means.PORT
    return Means.GATEWAY if migration.gateway in names else None


def _was_over(call: OutsideCall, migration: OnTheWay) -> bool:
    return migration.ended_at is not None and call.at > migration.ended_at


def _names(resources: Collection[str]) -> Iterator[str]:
    """Yield resources, and what their ARNs name."""
    for each in resources:
        yield each
        if each.startswith("arn:"):
            yield each.rpartition("/")[2]
