"""What an application sees of a gateway: for how much of a time its traffic gets through."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from simulator.directconnect.records import Transition


def reachable_share(
    history: Sequence[Transition],
    vifs: Collection[str],
    prefix: str | None,
    begins: datetime,
    ends: datetime,
) -> float:
    """Return how much of the traffic of some virtual interfaces gets through in a time, up to 1.

    It is shared by those that have a peer up, and accept the `prefix`, if there is one. What one
    of them gets is lost where something beyond BGP swallows it.
    """
    past = [[each for each in history if each.virtual_interface_id == name] for name in vifs]
    edges = {begins, ends, *(each.at for of in past for each in of)}
    cuts = sorted(each for each in edges if begins <= each <= ends)
    reached = sum(
        (until - since).total_seconds() * _share([_state(of, since) for of in past if of], prefix)
        for since, until in pairwise(cuts)
    )
    return reached / (ends - begins).total_seconds()


def _state(past: Sequence[Transition], at: datetime) -> Transition:
    """Return the state at a time; before the world began it was as it began."""
    earlier = [each for each in past if each.at <= at]
    return earlier[-1] if earlier else past[0]


def _share(states: Iterable[Transition], prefix: str | None) -> float:
    drawn = [each for each in states if _draws_traffic(each, prefix)]
    return sum(each.carries_traffic for each in drawn) / len(drawn) if drawn else 0.0


def _draws_traffic(state: Transition, prefix: str | None) -> bool:
    if "up" not in state.bgp.values():
        return False
    accepted = (of for kind, of in state.prefixes.items() if kind.endswith("accepted"))
    return prefix is None or any(prefix in prefixes for prefixes in accepted)
