"""What a check has found."""

from typing import Self

from pydantic import Field

from vifshift.domain.findings import Finding
from vifshift.domain.migration import Decision, Migration
from vifshift.domain.model import Model
from vifshift.domain.network import Network, VirtualInterface
from vifshift.domain.overview import PlanOverview
from vifshift.domain.request import Request
from vifshift.plan.planning.documents import KeptMove
from vifshift.plan.planning.fleet import Fleet
from vifshift.preflight.judged_rules import in_words


class OtherPath(Model):
    """Another virtual interface of the same gateway, and whether it works."""

    virtual_interface_id: str
    connection_id: str
    works: bool


class ShownMove(Model):
    """One move of what was checked; what is not known of its virtual interface is empty.

    `bgp_peers` has the `bgpStatus` of each live peer, by address family and customer address.
    """

    number: int
    virtual_interface_id: str
    name: str = ""
    virtual_interface_type: str = ""
    vlan: int = 0
    source: str = ""
    target: str
    gateway: str = ""
    decision: Decision | None = None
    bgp_peers: dict[str, str] = Field(default_factory=dict)
    other_paths: tuple[OtherPath, ...] = ()
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, request: Request, migration: Migration | None, network: Network | None) -> Self:
        """Return the only move of a migration, whose findings are those of the whole."""
        vif = migration.snapshot if migration else None
        siblings = network.siblings if network else ()
        return cls(
            number=1,
            virtual_interface_id=request.virtual_interface_id,
            source=vif.connection_id if vif else "",
            target=request.connection_id,
            **_described(vif, siblings),
        )

    @classmethod
    def planned(cls, move: KeptMove, fleet: Fleet) -> Self:
        """Return a move of a plan, with its virtual interface as it is before the first move."""
        vif = fleet.vif(move.virtual_interface_id)
        return cls(
            number=move.number,
            virtual_interface_id=move.virtual_interface_id,
            source=move.source or "",
            target=move.target,
            decision=move.decision,
            findings=move.findings,
            **_described(vif, tuple(fleet.siblings(vif)) if vif else ()),
        )


class CheckResult(Model):
    """The decision on a request, and what it is based on.

    `settings` says where the settings are from. `tracks` are the numbers of moves that follow one
    another, and go on beside the other tracks. `faults` are those of a request that can't be read.
    `overview` is what a dry run and a request for approval show; None if nothing was judged.
    """

    settings: str
    decision: Decision
    digest: str | None
    faults: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    moves: tuple[ShownMove, ...] = ()
    tracks: tuple[tuple[int, ...], ...] = ()
    order_that_works: tuple[int, ...] | None = None
    overview: PlanOverview | None = None

    @property
    def is_blocked(self) -> bool:
        """Return whether the request would be rejected."""
        return self.decision is Decision.REJECTED

    @property
    def passed(self) -> dict[str, str]:
        """Return by code what the rules check that judged everything, and found nothing."""
        overview = self.overview
        return {each.code: each.summary for each in in_words(overview.passed)} if overview else {}


def _described(
    vif: VirtualInterface | None, siblings: tuple[VirtualInterface, ...]
) -> dict[str, object]:
    """Return the fields of a move about its virtual interface."""
    if vif is None:
        return {}
    return {
        "name": vif.virtual_interface_name,
        "virtual_interface_type": vif.virtual_interface_type,
        "vlan": vif.vlan,
        "gateway": vif.gateway_id,
        "bgp_peers": {str(peer.key): peer.bgp_status for peer in vif.live_peers},
        "other_paths": tuple(
            OtherPath(
                virtual_interface_id=each.virtual_interface_id,
                connection_id=each.connection_id,
                works=each.works,
            )
            for each in {path.virtual_interface_id: path for path in siblings}.values()
            if not each.is_gone and each.virtual_interface_id != vif.virtual_interface_id
        ),
    }
