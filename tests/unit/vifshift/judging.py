"""How the tests of the rules ask preflight."""

from typing import Any

from tests.unit.vifshift.fakes import REGION, START, a_network, a_request, after
from vifshift.domain.access_policy import AccessPolicy
from vifshift.domain.findings import Finding, Move, Quotas
from vifshift.domain.network import Network, VirtualInterface
from vifshift.domain.observation import VifStatus
from vifshift.preflight.checks import preflight

BLIND_GRACE = 120
HOME = AccessPolicy(home=REGION)
THERE_AND_BACK = 2 * (600 + 120 + 2 * BLIND_GRACE)


def a_move(
    network: Network | None = None,
    *,
    quotas: Quotas | None = None,
    access_policy: AccessPolicy = HOME,
    is_recheck: bool = False,
    first_seen: VifStatus | None = None,
    holder: str = "",
    moved_to: str = "",
    **request: Any,
) -> Move:
    """Build the move of a network, asked for at the start."""
    return Move(
        request=a_request(**request),
        network=network or a_network(),
        now=START,
        quotas=quotas or Quotas(),
        access_policy=access_policy,
        is_recheck=is_recheck,
        first_seen=first_seen,
        holder=holder,
        moved_to=moved_to,
    )


ADVICE = "MAKE_BEFORE_BREAK"
"""Comes with each finding about a missing path, and has tests of its own."""


def findings(network: Network | None = None, **fields: Any) -> tuple[Finding, ...]:
    """Judge a network, with some fields of the move or of its request; without advice."""
    found = preflight(a_move(network, **fields))
    return tuple(each for each in found if each.code != ADVICE)


def advice(network: Network | None = None, **fields: Any) -> list[Finding]:
    """Return the advice that comes with the findings."""
    return [each for each in preflight(a_move(network, **fields)) if each.code == ADVICE]


def codes(network: Network | None = None, **fields: Any) -> list[str]:
    """Return the codes of the findings."""
    return [finding.code for finding in findings(network, **fields)]


def only(network: Network | None = None, **fields: Any) -> Finding:
    """Return the one finding there is."""
    [finding] = findings(network, **fields)
    return finding


def beside(*rivals: VirtualInterface, **fields: Any) -> Network:
    """Build a network in which others are on the target already."""
    return a_network(on_target=rivals, **fields)


def window(opens: float, closes: float) -> dict[str, str]:
    """Build a window, from so many seconds after the start to so many."""
    return {"opensAt": after(opens).isoformat(), "closesAt": after(closes).isoformat()}
