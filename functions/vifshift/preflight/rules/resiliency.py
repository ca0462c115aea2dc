"""Rules about what the paths of a gateway are meant to withstand, and whether that was tried."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple

from vifshift.domain.background import ResiliencyGroup
from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.network import VirtualInterface
from vifshift.domain.ports import Connection, Lag
from vifshift.preflight.path_coverage import siblings
from vifshift.preflight.rules.target import both_ports

MOST_NAMED = 5


class ResiliencyModel(IntEnum):
    """What paths withstand (AWS: Direct Connect Resiliency Toolkit), the weakest first."""

    NONE = 0
    BASIC = 1
    HIGH = 2
    MAXIMUM = 3

    @property
    def words(self) -> str:
        """Return the name that the API has for it."""
        return f"{self.name.lower()}-resiliency" if self else "none of the models"


class PathEnd(NamedTuple):
    """Where a path ends at AWS."""

    location: str
    device: str


@rule(
    "RESILIENCY_MODEL_NOT_MET",
    Severity.WARN,
    "Choose a target that keeps the group's model, or associate the target with the group.",
    page="ListResiliencyGroupAssociations",
)
def resiliency_group_meets_its_model(move: Move) -> Iterator[str]:
    """After the move, the gateway's paths in a resiliency group meet the model that they did.

    The API does not tell the model that a group is meant to meet, so what its connections give
    this gateway before and after is compared.
    """
    vif, background = move.network.virtual_interface, move.network.background
    if vif is None or background is None:
        return
    for source, target in both_ports(move):
        for group in background.resiliency_groups or ():
            if _has(group, source):
                yield from _weakened(group, vif, source, target, siblings(move))


def _weakened(
    group: ResiliencyGroup,
    vif: VirtualInterface,
    source: Connection | Lag,
    target: Connection | Lag,
    others: Iterable[VirtualInterface],
) -> Iterator[str]:
    name = vif.virtual_interface_id
    stay = [
        PathEnd(other.location, str(other.device))
        for other in others
        if other.connection_id in group.ports
    ]
    leaves = not _has(group, target)
    before, after = met([*stay, _place(source)]), met(stay if leaves else [*stay, _place(target)])
    if leaves:
        yield (
            f"{name} leaves the resiliency group {group}, as {target.port_id} is not associated "
            f"with it; {_change(before, after)}"
        )
    elif after < before and all(_place(target)):
        yield f"in the resiliency group {group}, {_change(before, after)}"


def _change(before: ResiliencyModel, after: ResiliencyModel) -> str:
    if before == after:
        return f"the gateway's paths in it meet {before.words} before and after the move"
    return (
        f"the gateway's paths in it meet {before.words} before the move, and {after.words} after it"
    )


def met(paths: Iterable[PathEnd]) -> ResiliencyModel:
    """Return the model that paths meet; a path whose place is not known is none of them."""
    devices: dict[str, set[str]] = {}
    for location, device in paths:
        if location and device:
            devices.setdefault(location, set()).add(device)
    if sum(len(each) > 1 for each in devices.values()) > 1:
        return ResiliencyModel.MAXIMUM
    if len(devices) > 1:
        return ResiliencyModel.HIGH
    return (
        ResiliencyModel.BASIC
        if any(len(each) > 1 for each in devices.values())
        else ResiliencyModel.NONE
    )


def _has(group: ResiliencyGroup, port: Connection | Lag) -> bool:
    """Return whether a port, or a member of a LAG, is associated with a group."""
    members = port.connections if isinstance(port, Lag) else ()
    return any(each in group.ports for each in (port.port_id, *(one.port_id for one in members)))


def _place(port: Connection | Lag) -> PathEnd:
    return PathEnd(port.location, str(port.device))


@rule(
    "FAILOVER_NEVER_TESTED",
    Severity.WARN,
    "Test the failover first (StartBgpFailoverTest), at a time when an interruption is acceptable.",
    page="AWS Direct Connect Failover Test",
)
def failover_was_tested(move: Move) -> Iterator[str]:
    """The failover of the gateway has been tested; that of a VIF without siblings can't be."""
    if move.network.background is None or not siblings(move):
        return
    tests, asked, unasked = _tested(move)
    if tests is not None and asked and not tests:
        group = asked[0].redundancy_group
        yield f"no failover test is known of any virtual interface of {group}{_but(unasked)}"


@rule(
    "LAST_FAILOVER_TEST",
    Severity.INFO,
    "Nothing to do, unless too much has changed since then.",
    page="AWS Direct Connect Failover Test",
)
def failover_was_tested_lately(move: Move) -> Iterator[str]:
    """Who decides on the move is told when the failover of the gateway was last tested."""
    vif = move.network.virtual_interface
    is_decided_on = move.request.dry_run or move.request.approval.required
    if vif is None or not siblings(move) or not is_decided_on:
        return
    tests, _, unasked = _tested(move)
    if tests:
        last = max(tests, key=lambda name: tests[name])
        days = (move.now - tests[last]).days
        yield (
            f"the last failover test of {vif.redundancy_group} was on {tests[last]:%Y-%m-%d}, "
            f"{days} {'day' if days == 1 else 'days'} ago, with {last} down{_but(unasked)}"
        )


@rule(
    "FAILOVER_TESTS_NOT_SHOWN",
    Severity.INFO,
    "Ask the owner of the virtual interface when its failover was last tested.",
    page="ListVirtualInterfaceTestHistory",
)
def failover_tests_are_shown(move: Move) -> Iterator[str]:
    """Only the owner of a virtual interface can list its failover tests."""
    vif, background = move.network.virtual_interface, move.network.background
    if vif is None or background is None or not siblings(move):
        return
    tests, asked, unasked = _tested(move)
    if tests is not None and not asked and unasked:
        yield f"the failover tests of {_named(unasked)} can be listed by the owner only"


class Tested(NamedTuple):
    """The last test of each VIF of the gateway, whose tests were asked for, and whose were not.

    `tests` is None if they could not be read, which is said elsewhere.
    """

    tests: dict[str, datetime] | None
    asked: list[VirtualInterface]
    unasked: list[VirtualInterface]


def _tested(move: Move) -> Tested:
    vif, background = move.network.virtual_interface, move.network.background
    known = background.failover_tests if background else None
    if vif is None or known is None:
        return Tested(None, [], [])
    of_gateway = [vif, *siblings(move)]
    asked = [each for each in of_gateway if known.were_asked(each.virtual_interface_id)]
    caller = move.network.caller_account
    if known.asked is None and caller:
        asked = [each for each in asked if each.owner_account in {"", caller}]
    tests = {
        name: known.last[name]
        for each in asked
        if (name := each.virtual_interface_id) in known.last
    }
    names = {each.virtual_interface_id for each in asked}
    unasked = [each for each in of_gateway if each.virtual_interface_id not in names]
    return Tested(tests, asked, unasked)


def _but(unasked: list[VirtualInterface]) -> str:
    return f" (those of {_named(unasked)} could not be listed)" if unasked else ""


def _named(vifs: list[VirtualInterface]) -> str:
    named = ", ".join(vif.virtual_interface_id for vif in vifs[:MOST_NAMED])
    unsaid = len(vifs) - MOST_NAMED
    return f"{named} and {unsaid} more" if unsaid > 0 else named
