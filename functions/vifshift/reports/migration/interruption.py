"""Tells how long the peers of a VIF were interrupted, as far as looks can tell."""

from collections.abc import Collection, Sequence
from datetime import datetime

from vifshift.domain.network import BgpStatus
from vifshift.reports.migration.model import Interruption
from vifshift.reports.migration.observations import Sight


def interruption(
    needed: Collection[str], up_at: datetime, sights: Sequence[Sight]
) -> Interruption | None:
    """Return from when to when not all peers that are needed were up, by their labels.

    `up_at` is when they all were, before the VIF was touched: what was lost since then, and came
    back before it could be seen, may have been a part of it. Sights come oldest first.
    """
    are_up = [_are_up(needed, sight) for sight in sights]
    if all(are_up):
        return None
    first = are_up.index(False)
    last = len(are_up) - 1 - are_up[::-1].index(False)
    began_at = sights[first].asked_at
    if last + 1 == len(sights):
        return Interruption(
            began_at=began_at, ended_at=None, seconds=None, at_least=None, at_most=None
        )
    back = sights[last + 1]
    # At a sight it was so at some time between question and answer.
    certain = sights[last].asked_at - sights[first].answered_at
    possible = back.answered_at - up_at
    return Interruption(
        began_at=began_at,
        ended_at=back.asked_at,
        seconds=(back.asked_at - began_at).total_seconds(),
        at_least=max(0.0, certain.total_seconds()),
        at_most=possible.total_seconds(),
    )


def _are_up(needed: Collection[str], sight: Sight) -> bool:
    statuses = sight.picture.bgp_peers if sight.picture else {}
    return all(statuses.get(peer) == BgpStatus.UP for peer in needed)
