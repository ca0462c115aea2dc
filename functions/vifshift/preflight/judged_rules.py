"""Which rules have judged a move and found nothing: only what was read can pass."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from vifshift.domain.findings import RULES, Move
from vifshift.domain.overview import PassedCheck
from vifshift.preflight.checks import summaries
from vifshift.preflight.rules import guards

MAINTENANCE: Final = ("MAINTENANCE_DURING_MOVE", "MAINTENANCE_ANNOUNCED")
TRAFFIC: Final = ("TARGET_TOO_SMALL_FOR_TRAFFIC", "OTHER_PATH_TOO_SMALL")
UNKNOWN: Final = {
    "CALENDAR_NOT_CHECKED": ("CALENDAR_CLOSED",),
    "HEALTH_NOT_CHECKED": MAINTENANCE,
    "TRAFFIC_NOT_KNOWN": TRAFFIC,
    "DEVICES_NOT_COMPARED": ("DEVICE_SHARED", "NO_DIVERSITY"),
    "OTHER_PATHS_NOT_COMPARED": ("OTHER_PATHS_CARRY_LESS",),
    "ROUTES_NOT_CHECKED": ("OTHER_PATHS_CARRY_LESS", "OTHER_PATHS_NOT_COMPARED"),
    "FAILOVER_TESTS_NOT_SHOWN": ("FAILOVER_NEVER_TESTED", "LAST_FAILOVER_TEST"),
}
"""By the code of a finding that says what is not known, the rules that could not judge by it."""
LISTS: Final = (
    "VLAN_TAKEN",
    "ADDRESS_TAKEN",
    "VIRTUAL_INTERFACE_QUOTA",
    "HOSTED_CONNECTION_FULL",
    "RATE_LIMITERS_EXHAUSTED",
    "NO_REDUNDANT_PATH",
)
"""The rules that judge by lists, whose rest may say otherwise where it was not read."""


def not_judged(move: Move, found: Collection[str]) -> Iterator[str]:
    """Yield the codes of the rules that could not judge a move, or not by all of its data."""
    for code in found:
        yield from UNKNOWN.get(code, ())
    if "LIST_CUT_OFF" in found:
        yield from (*LISTS, *MAINTENANCE)
    background = move.network.background
    if background is None or background.history is None:
        yield from (*TRAFFIC, "TRAFFIC_NOT_KNOWN", "OTHER_PATH_WAS_DOWN")
    if background is None or background.resiliency_groups is None:
        yield "RESILIENCY_MODEL_NOT_MET"
    if background is None or background.failover_tests is None:
        yield from ("FAILOVER_NEVER_TESTED", "LAST_FAILOVER_TEST", "FAILOVER_TESTS_NOT_SHOWN")
    vif = move.network.virtual_interface
    if vif and vif.direct_connect_gateway_id and move.network.attachment_state is None:
        yield "GATEWAY_NOT_ATTACHED"
    if vif and not vif.is_public and not vif.shows_gateway:
        yield from ("NO_REDUNDANT_PATH", "DEVICE_SHARED", "NO_DIVERSITY", "GATEWAY_NOT_ATTACHED")


ABOUT_GUARDS: Final = frozenset(
    rule.code for rule in RULES if rule.judge.__module__ == guards.__name__
)
"""The rules that have nothing to judge without guards."""


class RuleTally:
    """Counts which rules have found something in some moves, and which could not judge them."""

    def __init__(self) -> None:
        """Begin without a move."""
        self._found: set[str] = set()
        self._unknown: set[str] = set()
        self._unasked: frozenset[str] = ABOUT_GUARDS

    def add(self, move: Move, found: Iterable[str]) -> None:
        """Add a move with the codes of its findings."""
        codes = set(found)
        if move.request.guards:
            self._unasked = frozenset()
        self._found |= codes
        self._unknown.update(not_judged(move, codes))

    @property
    def passed(self) -> tuple[str, ...]:
        """Return the codes of the rules that have judged all moves, and found nothing."""
        return tuple(
            code for code in self._asked if code not in self._found and code not in self._unknown
        )

    @property
    def not_judged(self) -> tuple[str, ...]:
        """Return the codes of the rules that could not judge some move, and found nothing."""
        return tuple(
            code for code in self._asked if code in self._unknown and code not in self._found
        )

    @property
    def _asked(self) -> Iterator[str]:
        """Yield the codes of the rules that are about what was asked for."""
        return (code for code in summaries() if code not in self._unasked)


def in_words(codes: Iterable[str]) -> tuple[PassedCheck, ...]:
    """Return rules with what they check; a code that this release does not know is left out."""
    known = {code: summary.replace("`", "") for code, summary in summaries().items()}
    return tuple(PassedCheck(code=code, summary=known[code]) for code in codes if code in known)
