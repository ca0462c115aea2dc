"""A second request for a VIF waits for the first, wherever that has brought the VIF by then."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    ELSEWHERE,
    START,
    TARGET,
    VIF,
    a_landed_vif,
    a_network,
    a_request,
    a_vif,
)
from tests.unit.vifshift.judging import codes, findings
from vifshift.domain.lock_holder import LockHolder
from vifshift.domain.migration import Decision
from vifshift.domain.network import VirtualInterface
from vifshift.migration.validation import decide
from vifshift.preflight.moves_in_progress import LockReads, moved_by

ARN = "arn:aws:states:eu-central-1:111122223333:execution:move:{}"


class FakeLocks:
    """Locks in memory, all held for the VIF by run-1."""

    def __init__(self, virtual_interface_id: str = VIF) -> None:
        self.asked: list[str] = []
        self._vif = virtual_interface_id

    def held(self, groups: Iterable[str], now: datetime) -> Mapping[str, LockHolder]:
        """Return who holds each of them."""
        self.asked += groups
        holder = LockHolder(
            execution_arn=ARN.format("run-1"),
            virtual_interface_id=self._vif,
            connection_id=TARGET,
            expires_at=int(now.timestamp()) + 60,
        )
        return dict.fromkeys(self.asked, holder)


def found(vif: VirtualInterface, target: str = TARGET, own: str = "run-2", of: str = VIF) -> str:
    """Return who moves a VIF."""
    reads = LockReads(FakeLocks(of), START, ARN.format(own))
    return moved_by(reads, [(vif, target)]).get(VIF, "")


IN_PROGRESS = f"it is being moved to {TARGET} by execution run-1"


@pytest.mark.parametrize(
    ("vif", "target"),
    [
        (a_landed_vif(), TARGET),
        (a_landed_vif(virtual_interface_state="pending"), TARGET),
        (a_landed_vif(virtual_interface_state="down"), TARGET),
        (a_landed_vif(virtual_interface_state="verifying"), ELSEWHERE),
    ],
    ids=["in its hold", "on its way", "down at first", "verifying, asked for elsewhere"],
)
def test_who_moves_a_vif_is_found_by_the_gateway_s_lock(vif: VirtualInterface, target: str) -> None:
    assert found(vif, target) == IN_PROGRESS


@pytest.mark.parametrize("vif", [a_vif(), a_landed_vif(virtual_interface_state="deleted")])
def test_the_lock_of_a_vif_that_is_not_on_its_way_is_not_read(vif: VirtualInterface) -> None:
    locks = FakeLocks()
    assert moved_by(LockReads(locks, START, ARN.format("run-2")), [(vif, TARGET)]) == {}
    assert locks.asked == []


def test_the_lock_of_a_sibling_s_move_or_one_s_own_does_not_count() -> None:
    assert found(a_landed_vif(), of="dxvif-sibling1") == ""
    assert found(a_landed_vif(), own="run-1") == ""


def moving(vif: VirtualInterface, **fields: Any) -> Any:
    return a_network(virtual_interface=vif, moved_by=IN_PROGRESS, **fields)


def test_what_is_on_its_target_in_its_hold_is_not_unchanged_yet() -> None:
    vif = a_landed_vif()
    assert decide(a_request(), moving(vif), ()) is Decision.PROCEED
    assert decide(a_request(dryRun=True), moving(vif), ()) is Decision.UNCHANGED
    assert decide(a_request(), a_network(virtual_interface=vif), ()) is Decision.UNCHANGED


@pytest.mark.parametrize("state", ["pending", "down", "verifying"])
def test_what_is_on_its_way_is_judged_when_it_is_there(state: str) -> None:
    vif = a_landed_vif(virtual_interface_state=state)
    assert codes(moving(vif)) == []
    assert "ALREADY_ON_TARGET" in codes(a_network(virtual_interface=vif), is_recheck=True)
    assert "ALREADY_ON_TARGET" in {each.code for each in findings(moving(vif), is_recheck=True)}
