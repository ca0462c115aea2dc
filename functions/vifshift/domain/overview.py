"""What is to be done, as people are shown it before: in a dry run, for approval, and by a check.

It is made once, by rules that only read what preflight has read, and is shown as a page and in a
terminal. What may be long is cut here, and counted.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from vifshift.domain.migration import Decision
from vifshift.domain.model import Model
from vifshift.domain.move_durations import MoveDuration, PlanDuration

MOST_MOVES: Final = 200
MOST_PATHS: Final = 8
MOST_PEERS: Final = 8
MOST_GATEWAYS: Final = 50
MOST_STAYING: Final = 20
LONGEST_NAME: Final = 100
LONGEST_CUT_OFF: Final = 600

FREEZE: Final = (
    "Freeze your infrastructure code until it is updated: an unchanged Terraform configuration "
    "would destroy and create again what was moved, at the next apply."
)


class ShownPeer(Model):
    """A BGP peer of what moves, by address family and customer address."""

    name: str
    asn: int
    bgp_status: str


class ShownPath(Model):
    """Another virtual interface of the gateway, and whether it carries traffic now."""

    virtual_interface_id: str
    connection_id: str
    location: str = ""
    works: bool


class Redundancy(Model):
    """How many paths of a gateway are up, and at how many locations."""

    paths: int
    locations: int


class MoveStage(StrEnum):
    """A time in the move of a virtual interface."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class MoveOverview(Model):
    """One move: what moves from where to where, and what carries its traffic meanwhile.

    What is not known of its virtual interface is empty. `cut_off` are the prefixes that no other
    path carries, in words; `paths_are_known` is false where there may be other paths that could not
    be read. `starts_seconds` and `ends_seconds` count from the start of the first move, if each
    takes as long as expected; they are None for a move that is not to be done.
    """

    number: int = 1
    virtual_interface_id: str
    name: str = ""
    virtual_interface_type: str = ""
    vlan: int = 0
    source: str = ""
    source_location: str = ""
    target: str
    target_location: str = ""
    gateway: str = ""
    peers: tuple[ShownPeer, ...] = ()
    decision: Decision
    other_paths: tuple[ShownPath, ...] = ()
    other_path_count: int = 0
    vpn_connections: tuple[str, ...] = ()
    paths_are_known: bool = True
    before: Redundancy
    during: Redundancy
    after: Redundancy
    cut_off: str = ""
    duration: MoveDuration
    starts_seconds: int | None = None
    ends_seconds: int | None = None

    @property
    def is_to_be_done(self) -> bool:
        """Return whether it is to be done, or would be if it were not a dry run."""
        return self.starts_seconds is not None

    def redundancy(self, stage: MoveStage) -> Redundancy:
        """Return the redundancy of its gateway at a time."""
        return {
            MoveStage.BEFORE: self.before,
            MoveStage.DURING: self.during,
            MoveStage.AFTER: self.after,
        }[stage]


class RedundancyStep(Model):
    """The redundancy of a gateway from a time on; `move` is the one whose stage it is."""

    stage: MoveStage
    move: int
    starts_seconds: int
    redundancy: Redundancy


class GatewayOverview(Model):
    """The redundancy of a gateway over time, oldest first."""

    gateway: str
    steps: tuple[RedundancyStep, ...]

    @property
    def least(self) -> Redundancy:
        """Return the redundancy at its worst time."""
        return min(
            (each.redundancy for each in self.steps), key=lambda each: (each.paths, each.locations)
        )


class WindowFit(Model):
    """Whether a window is long enough: what is left of it at the end, negative if it is too short.

    The first number is for the time that is expected, the second for the longest.
    """

    opens_at: datetime
    closes_at: datetime
    seconds_left: int
    seconds_left_at_longest: int


class Staying(Model):
    """A virtual interface that stays behind on a port which others leave, and why."""

    connection_id: str
    virtual_interface_id: str
    message: str


class PassedCheck(Model):
    """A rule of preflight that has judged, and found nothing."""

    code: str
    summary: str


class PlanOverview(Model):
    """All of what is to be done: `moves` are the first of `count`, in their order.

    `tracks` are the numbers of moves that follow one another, and go on beside the other tracks, of
    which at most `at_once` are in progress. `passed` are the codes of the rules that have judged
    all moves and found nothing, `not_judged` those that could not judge some for want of data.
    """

    moves: tuple[MoveOverview, ...]
    count: int
    to_do: int
    tracks: tuple[tuple[int, ...], ...] = ()
    at_once: int = 1
    duration: PlanDuration
    gateways: tuple[GatewayOverview, ...] = ()
    window: WindowFit | None = None
    staying: tuple[Staying, ...] = ()
    staying_count: int = 0
    passed: tuple[str, ...] = ()
    not_judged: tuple[str, ...] = ()
    digest: str | None = None

    @property
    def unsaid_moves(self) -> int:
        """Return how many moves are not shown."""
        return self.count - len(self.moves)
