"""The routes of a VIF, and how they differ before and after a move."""

from collections.abc import Iterable

from pydantic import Field

from vifshift.domain.model import Model

MOST_NAMED = 20
LONGEST_ATTRIBUTES = 120


class RouteSet(Model):
    """The routes of one family in one direction; `cidrs` is None if there are too many.

    `attributes` are AS path and communities as one text, in the order of `cidrs`; None if they
    are too long to keep.
    """

    address_family: str
    route_direction: str
    count: int
    cidrs: tuple[str, ...] | None
    attributes: tuple[str, ...] | None = None

    def recovered_percent(self, now: "RouteSet | None") -> float:
        """Return the percentage of this set that is in `now`: by prefix, or else by number."""
        if self.count == 0:
            return 100.0
        if now is None:
            return 0.0
        if self.cidrs is None or now.cidrs is None:
            return min(100.0, 100.0 * now.count / self.count)
        return 100.0 * len(set(self.cidrs) & set(now.cidrs)) / self.count

    def __str__(self) -> str:
        """Return the label for people, such as `ipv4 accepted`."""
        return f"{self.address_family} {self.route_direction}"


class RouteChange(Model):
    """How one set of routes differs from before; the first of each kind are listed.

    `changed` are those with another AS path or other communities. Routes that are only counted
    are lost or gained by number, and not listed.
    """

    address_family: str = Field(description="`ipv4` or `ipv6`.")
    route_direction: str = Field(
        description="`accepted`: by AWS, from the customer; `advertised`: by AWS."
    )
    before: int = Field(description="How many routes there were before.")
    now: int = Field(description="How many there are now.")
    lost_count: int = Field(description="How many of the earlier routes are missing now.")
    gained_count: int = Field(description="How many are new.")
    changed_count: int = Field(
        description="How many have another AS path or other communities than before."
    )
    lost: tuple[str, ...] = Field(description="The first 20 lost, as CIDRs.")
    gained: tuple[str, ...] = Field(description="The first 20 gained, as CIDRs.")
    changed: tuple[str, ...] = Field(
        description="The first 20 changed: the CIDR, what it had before, and what it has now."
    )

    def __str__(self) -> str:
        """Return a summary for people, such as `ipv4 accepted routes: 2 lost, 1 new`."""
        numbers = {
            "lost": self.lost_count,
            "new": self.gained_count,
            "with another AS path or other communities": self.changed_count,
        }
        counts = ", ".join(f"{number} {kind}" for kind, number in numbers.items() if number)
        return f"{self.address_family} {self.route_direction} routes: {counts}"


def compare(before: Iterable[RouteSet], now: Iterable[RouteSet]) -> tuple[RouteChange, ...]:
    """Return the changes of the sets that differ, by family and direction."""
    olds = {(each.address_family, each.route_direction): each for each in before}
    news = {(each.address_family, each.route_direction): each for each in now}
    changes = (
        _change(olds.get(kind) or _none_of(kind), news.get(kind) or _none_of(kind))
        for kind in sorted(olds.keys() | news.keys())
    )
    return tuple(each for each in changes if each is not None)


def _none_of(kind: tuple[str, str]) -> RouteSet:
    family, direction = kind
    return RouteSet(
        address_family=family, route_direction=direction, count=0, cidrs=(), attributes=()
    )


def _change(before: RouteSet, now: RouteSet) -> RouteChange | None:
    lost: list[str] = []
    gained: list[str] = []
    changed: list[str] = []
    if before.cidrs is None or now.cidrs is None:
        lost_count, gained_count = before.count - now.count, now.count - before.count
    else:
        lost = sorted(set(before.cidrs) - set(now.cidrs))
        gained = sorted(set(now.cidrs) - set(before.cidrs))
        changed = _changed(_attributes(before), _attributes(now))
        lost_count, gained_count = len(lost), len(gained)
    if before.count == now.count and not (lost or gained or changed):
        return None
    return RouteChange(
        address_family=before.address_family,
        route_direction=before.route_direction,
        before=before.count,
        now=now.count,
        lost_count=max(0, lost_count),
        gained_count=max(0, gained_count),
        changed_count=len(changed),
        lost=tuple(lost[:MOST_NAMED]),
        gained=tuple(gained[:MOST_NAMED]),
        changed=tuple(changed[:MOST_NAMED]),
    )


def _attributes(routes: RouteSet) -> dict[str, str]:
    return dict(zip(routes.cidrs or (), routes.attributes or (), strict=False))


def _changed(before: dict[str, str], now: dict[str, str]) -> list[str]:
    return [
        f"{cidr}: {_short(before[cidr])} → {_short(now[cidr])}"
        for cidr in sorted(before.keys() & now.keys())
        if before[cidr] != now[cidr]
    ]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_ATTRIBUTES else f"{text[:LONGEST_ATTRIBUTES]}…"
