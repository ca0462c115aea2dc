"""What the metrics say of a virtual interface's past, as a scenario says it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from vifshift.domain.background import VifHistory

NONE: Final = "none"
_FAMILIES: Final = ("ipv4", "ipv6")
_MINUTES_AN_HOUR: Final = 60
_MOST_HOURS: Final = 14 * 24


def traffic(history: VifHistory | None, peers: Sequence[Mapping[str, Any]]) -> Any:
    """Return the `traffic` of a virtual interface with these peers; `none` without metrics."""
    if history is None or not history.hours:
        return NONE
    bgp = [told for family in _FAMILIES for told in _bgp(history, family, _is_up(peers, family))]
    return {
        "egressBps": history.egress or 0.0,
        "ingressBps": history.ingress or 0.0,
        "hours": min(history.hours, _MOST_HOURS),
        **({"bgp": bgp} if bgp else {}),
    }


def _bgp(history: VifHistory, family: str, is_up: bool) -> Iterator[dict[str, Any]]:
    """Yield what a family's session was in the past, where it was not what it is now.

    Of the last hour it is known whether the session was up all through, and of two weeks whether it
    was ever up.
    """
    all_of_it = history.hours * _MINUTES_AN_HOUR + _MINUTES_AN_HOUR
    was_up, was_down = family in history.up, family in history.down_lately
    if was_up and not is_up:
        since = 2 * _MINUTES_AN_HOUR if was_down and history.hours > 2 else 0  # noqa: PLR2004
        yield _told(family, "up", all_of_it, since)
    elif is_up and not was_up:
        yield _told(family, "down", all_of_it, 0)
    elif is_up and was_down:
        yield _told(family, "down", 20, 10)


def _told(family: str, status: str, since: int, until: int) -> dict[str, Any]:
    return {
        "addressFamily": family,
        "bgpStatus": status,
        "fromMinutesAgo": since,
        "toMinutesAgo": until,
    }


def _is_up(peers: Sequence[Mapping[str, Any]], family: str) -> bool:
    return any(
        peer.get("bgpStatus") == "up" and peer.get("addressFamily") == family for peer in peers
    )
