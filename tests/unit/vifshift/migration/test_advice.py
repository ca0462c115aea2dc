"""What a person is told to do next."""

import pytest

from tests.unit.vifshift.fakes import SOURCE, TARGET, VIF, a_migration, an_observation
from vifshift.domain.migration import Outcome
from vifshift.domain.observation import Reason
from vifshift.migration.advice import advise


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_says_what_to_do(outcome: Outcome) -> None:
    assert advise(outcome, None, None).endswith(".")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_to_call_a_person_says_what_to_do(reason: Reason) -> None:
    advice = advise(Outcome.NEEDS_ATTENTION, a_migration(), an_observation(reason=reason))
    assert advice.endswith(".")
    assert advice != advise(Outcome.NEEDS_ATTENTION, None, None)


@pytest.mark.parametrize(
    ("reason", "pieces"),
    [
        (Reason.DELETED, ["CloudTrail", "created again"]),
        (Reason.MOVED_ELSEWHERE, ["AssociateVirtualInterface"]),
        (Reason.FAILOVER_TEST, ["StopBgpFailoverTest", SOURCE]),
        (Reason.CANNOT_SEE, [VIF, "permissions"]),
        (Reason.NOT_MOVED, [SOURCE]),
        (Reason.PEERS_NOT_UP, [VIF, SOURCE, TARGET]),
    ],
)
def test_it_names_what_is_needed(reason: Reason, pieces: list[str]) -> None:
    advice = advise(Outcome.NEEDS_ATTENTION, a_migration(), an_observation(reason=reason))
    assert [piece for piece in pieces if piece not in advice] == []


@pytest.mark.parametrize(
    ("connection_id", "said"),
    [
        (SOURCE, f"it is on {SOURCE} again, and does not work there as before"),
        (TARGET, f"it is still on {TARGET}. Fix what prevents the return to {SOURCE}"),
    ],
)
def test_a_failed_rollback_says_where_it_is_now(connection_id: str, said: str) -> None:
    seen = an_observation(reason=Reason.PEERS_NOT_UP)
    assert said in advise(Outcome.ROLLBACK_FAILED, a_migration(), seen, connection_id)


def test_a_barred_way_back_names_both_ways_out() -> None:
    barred = an_observation(obstacles=("VLAN 101 is taken",))
    advice = advise(Outcome.NEEDS_ATTENTION, a_migration(), barred)
    assert advice == (
        "Act now: bring BGP up on dxlag-target01; or fix what prevents the return to "
        "dxcon-source01, then start a migration of dxvif-aaaa0001 to dxcon-source01."
    )
