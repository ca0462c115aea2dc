"""The routes of a VIF, and how they differ before and after a move.

Each family and direction is a set by itself, and is compared with itself.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable

from pydantic import Field

from vifshift.domain.model import Model
from vifshift.domain.sizes import size_of

MOST_NAMED = 20
LONGEST_ATTRIBUTES = 120
MOST_ROUTES = 1000
"""How many routes an execution keeps as they are; larger sets are packed."""
ROUTE_BYTES = 110_000
"""How much of an execution's payload its routes may take, as JSON."""
LONGEST_ATTRIBUTES_KEPT = 60_000
"""How many characters of AS paths and communities an execution keeps, the smallest sets first."""
MOST_LOST_SAID = 5

Kind = tuple[str, str]
KINDS: tuple[Kind, ...] = tuple(
    (family, direction) for family in ("ipv4", "ipv6") for direction in ("accepted", "advertised")
)


class RouteSet(Model):
    """The routes of one family in one direction.

    `cidrs` are their prefixes. A set that is too large to be kept so has them `packed`: sorted, one
    a line, compressed by zlib, and as base64. One that is too large for that too has neither, and
    is only counted. `is_at_least` says that there were more than `count`, which were not read.
    `attributes` are AS path and communities as one text, in the order of `cidrs`; None if they
    are too long to keep.
    """

    address_family: str
    route_direction: str
    count: int
    cidrs: tuple[str, ...] | None
    attributes: tuple[str, ...] | None = None
    packed: str | None = None
    is_at_least: bool = False

    @property
    def kind(self) -> Kind:
        """Return family and direction."""
        return self.address_family, self.route_direction

    @property
    def is_large(self) -> bool:
        """Return whether an execution does not keep it as it is."""
        return self.cidrs is None

    @property
    def names(self) -> frozenset[str] | None:
        """Return all prefixes, None if not all of them are known."""
        if self.is_at_least:
            return None
        if self.packed is not None:
            text = zlib.decompress(b64decode(self.packed)).decode()
            return frozenset(text.split("\n"))
        return None if self.cidrs is None else frozenset(self.cidrs)

    @property
    def number(self) -> str:
        """Return how many there are, such as `at least 10000`."""
        return f"at least {self.count}" if self.is_at_least else str(self.count)

    def recovered_percent(self, now: "RouteSet | None") -> float:
        """Return the percentage of this set that is in `now`: by prefix, or else by number."""
        if self.count == 0:
            return 100.0
        if now is None:
            return 0.0
        before, present = self.names, now.names
        if before is None or present is None:
            return min(100.0, 100.0 * now.count / self.count)
        return 100.0 * len(before & present) / self.count

    def __str__(self) -> str:
        """Return the label for people, such as `ipv4 accepted`."""
        return f"{self.address_family} {self.route_direction}"


def kept(routes: Iterable[RouteSet]) -> tuple[RouteSet, ...]:
    """Return sets as an execution keeps them: the smallest as they are, larger ones packed.

    In all they take at most `ROUTE_BYTES`, besides what names the sets.
    """
    room, most_named = ROUTE_BYTES, MOST_ROUTES
    found: list[RouteSet] = []
    for each in sorted(routes, key=lambda routes: (routes.count, routes.kind)):
        keeps = _as_kept(each, most_named, room)
        most_named -= len(keeps.cidrs or ())
        room -= size_of(keeps.cidrs) + size_of(keeps.packed)
        found.append(keeps)
    letters = LONGEST_ATTRIBUTES_KEPT
    for number, each in enumerate(found):
        letters -= sum(map(len, each.attributes or ()))
        room -= size_of(each.attributes)
        if letters < 0 or room < 0:
            found[number] = each.model_copy(update={"attributes": None})
    return tuple(sorted(found, key=lambda routes: routes.kind))


def _as_kept(routes: RouteSet, most_named: int, room: int) -> RouteSet:
    if routes.cidrs is not None and not routes.is_at_least:
        if routes.count <= most_named:
            return routes
        packed = _packed(routes.cidrs)
        if len(packed) <= room:
            return routes.model_copy(update={"cidrs": None, "attributes": None, "packed": packed})
    return routes.model_copy(update={"cidrs": None, "attributes": None})


def _packed(cidrs: Iterable[str]) -> str:
    text = "\n".join(sorted(cidrs))
    return b64encode(zlib.compress(text.encode(), level=9)).decode()


class RouteChange(Model):
    """How one set of routes differs from before; the first of each kind are listed.

    `changed` are those with another AS path or other communities. Routes that are only counted
    are lost or gained by number, and not listed: which of them are others is not known.
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
    is_by_number: bool = Field(
        default=False,
        description="Whether there are too many to compare each of them, so that they were only "
        "counted.",
    )

    def __str__(self) -> str:
        """Return a summary for people, such as `ipv4 accepted routes 4 → 3: 2 lost, 1 new`."""
        numbers = {
            "lost": self.lost_count,
            "new": self.gained_count,
            "with another AS path or other communities": self.changed_count,
        }
        counts = ", ".join(f"{number} {kind}" for kind, number in numbers.items() if number)
        by_number = " (by number only)" if self.is_by_number else ""
        numbers_of = f"{self.before} → {self.now}"
        kind = f"{self.address_family} {self.route_direction}"
        return f"{kind} routes {numbers_of}: {counts}{by_number}"


def compare(before: Iterable[RouteSet], now: Iterable[RouteSet]) -> tuple[RouteChange, ...]:
    """Return the changes of the sets that differ, by family and direction."""
    olds = {each.kind: each for each in before}
    news = {each.kind: each for each in now}
    changes = (
        _change(olds.get(kind) or _none_of(kind), news.get(kind) or _none_of(kind))
        for kind in sorted(olds.keys() | news.keys())
    )
    return tuple(each for each in changes if each is not None)


def missing(before: RouteSet, now: RouteSet | None) -> str:
    """Return in words which routes of a set are missing, as far as it is known by name."""
    known, present = before.names, now.names if now else frozenset()
    if known is None or present is None:
        return "compared by number only"
    lost = sorted(known - present)
    unsaid = len(lost) - MOST_LOST_SAID
    more = f" and {unsaid} more" if unsaid > 0 else ""
    return f"missing: {', '.join(lost[:MOST_LOST_SAID])}{more}"


def by_number_only(before: Iterable[RouteSet], now: Iterable[RouteSet]) -> tuple[str, ...]:
    """Return in words the sets of which not each route could be compared with those of before."""
    news = {each.kind: each for each in now}
    found = []
    for each in before:
        there = news.get(each.kind)
        if there and (each.names is None or there.names is None):
            found.append(f"{each} ({each.number} before, {there.number} now)")
    return tuple(found)


def _none_of(kind: Kind) -> RouteSet:
    family, direction = kind
    return RouteSet(
        address_family=family, route_direction=direction, count=0, cidrs=(), attributes=()
    )


def _change(before: RouteSet, now: RouteSet) -> RouteChange | None:
    lost: list[str] = []
    gained: list[str] = []
    changed: list[str] = []
    known, present = before.names, now.names
    if known is None or present is None:
        lost_count, gained_count = before.count - now.count, now.count - before.count
    else:
        lost = sorted(known - present)
        gained = sorted(present - known)
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
        is_by_number=known is None or present is None,
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
