"""Reads what only the first check reads, in parallel with the rest; nothing of it must succeed."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import NamedTuple, Protocol

from vifshift.domain.background import (
    Background,
    LastFailoverTests,
    ResiliencyGroup,
    ResiliencyGroups,
)
from vifshift.domain.network import Unchecked, VirtualInterface
from vifshift.domain.ports import Connection, Lag
from vifshift.preflight.parallel_reads import PERMISSIONS, Reader

GROUPS, TESTS = "the resiliency groups", "the failover tests"
MOST_ASKED = 8
"""The most VIFs of a gateway whose failover tests are listed, each with a call of its own."""

Port = Connection | Lag


class BackgroundSources(Protocol):
    """What is read once; each method may raise a `CallError`."""

    def resiliency_groups(self) -> ResiliencyGroups:
        """Return the resiliency groups of the account and Region."""

    def failover_tests(self, virtual_interface_id: str | None = None) -> LastFailoverTests:
        """Return the last failover test of a VIF, or of each of the account's in the Region."""


class Surrounding(NamedTuple):
    """What was read of the network: the VIF, its siblings, and all ports of the Region."""

    caller_account: str
    vif: VirtualInterface
    siblings: tuple[VirtualInterface, ...]
    ports: tuple[Port, ...]


class BackgroundReads:
    """The reads of one check: started early where nothing else has to be known for them."""

    def __init__(self, reader: Reader, sources: BackgroundSources) -> None:
        """Start reading."""
        self._reader, self._sources = reader, sources
        self._groups = reader.start(sources.resiliency_groups)

    def settle(self, around: Surrounding) -> Background:
        """Read the rest, and wait for all of it; what fails is recorded as unchecked."""
        tests = self._start_tests(around)
        return Background(
            resiliency_groups=settle_groups(self._reader, self._groups, around.ports),
            failover_tests=self._settle_tests(tests),
        )

    def _start_tests(self, around: Surrounding) -> list[Future[LastFailoverTests]]:
        """Start listing the tests of those that the account owns: of others it is refused."""
        of_gateway = (around.vif, *(vif for vif in around.siblings if not vif.is_gone))
        owned = [
            vif.virtual_interface_id
            for vif in of_gateway
            if vif.owner_account in {"", around.caller_account} or not around.caller_account
        ]
        return [
            self._reader.start(partial(self._sources.failover_tests, each))
            for each in owned[:MOST_ASKED]
        ]

    def _settle_tests(
        self, reading: Sequence[Future[LastFailoverTests]]
    ) -> LastFailoverTests | None:
        """Return the tests of all that were asked; None if any of them could not be read."""
        found: list[LastFailoverTests] = []
        for each in reading:
            tests: LastFailoverTests | None = self._reader.settle(TESTS, each, None)
            if tests is None:
                # What refuses one of them refuses them all; it is said once.
                return None
            found.append(tests)
        return LastFailoverTests(
            last={name: at for tests in found for name, at in tests.last.items()},
            asked=frozenset(name for tests in found for name in tests.asked or ()),
        )


class FleetBackgroundReads:
    """The reads for all moves of a plan: those of a gateway each would be too many."""

    def __init__(self, reader: Reader, sources: BackgroundSources) -> None:
        """Start reading."""
        self._reader = reader
        self._groups = reader.start(sources.resiliency_groups)
        self._tests = reader.start(sources.failover_tests)

    def settle(self, ports: Sequence[Port]) -> Background:
        """Wait for all of it; what fails is recorded as unchecked."""
        return Background(
            resiliency_groups=settle_groups(self._reader, self._groups, ports),
            failover_tests=self._reader.settle(TESTS, self._tests, None),
        )


def settle_groups(
    reader: Reader, reading: Future[ResiliencyGroups], ports: Iterable[Port]
) -> tuple[ResiliencyGroup, ...] | None:
    """Return the resiliency groups; what was not read of them is recorded."""
    groups: ResiliencyGroups | None = reader.settle(GROUPS, reading, None)
    if groups is None:
        return None
    if groups.unread:
        reason = f"{groups.unread} of {groups.unread + len(groups.groups)} were not read"
        reader.unchecked.append(
            Unchecked(subject=GROUPS, permission=PERMISSIONS[GROUPS], reason=reason)
        )
    return with_lags(groups.groups, ports)


def with_lags(
    groups: Iterable[ResiliencyGroup], ports: Iterable[Port]
) -> tuple[ResiliencyGroup, ...]:
    """Return groups with the LAGs whose members are associated: a LAG counts as one connection."""
    lag_of = {port.port_id: port.lag_id for port in ports if isinstance(port, Connection)}

    def whole(group: ResiliencyGroup) -> ResiliencyGroup:
        lags = [lag for port in group.ports if (lag := lag_of.get(port))]
        return group.model_copy(update={"ports": (*group.ports, *lags)})

    return tuple(map(whole, groups))
