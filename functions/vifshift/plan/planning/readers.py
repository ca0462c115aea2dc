"""What a plan is prepared from: a Region that is read once, stored lists, and earlier moves."""

from typing import NamedTuple, Protocol

from vifshift.domain.migration import GivenApproval
from vifshift.domain.plan_request import PlanRequest
from vifshift.migration.recheck import OwnMoves
from vifshift.plan.planning.fleet import Fleet


class FleetSurveyor(Protocol):
    """Reads a Region once."""

    def __call__(self, request: PlanRequest) -> Fleet:
        """Return the whole Region; raises a `CallError` if it can't be read."""


class MoveLists(Protocol):
    """Where lists of moves, and the documents of plans, are stored."""

    @property
    def bucket(self) -> str:
        """Return the name of the bucket."""

    def moves(self, uri: str, version_id: str | None = None) -> tuple[str, str | None]:
        """Return the text of a list of moves, and its version; without one, the latest is read.

        Raises ValueError if it is no text, or too long, and a `CallError`.
        """

    def document(self, key: str, version_id: str | None = None) -> str:
        """Return a document of a plan; raises a `CallError`."""


class PlanReaders(NamedTuple):
    """What a plan is prepared from: its Region, its lists, and what this stack has moved.

    `given` are the approvals of it, None if nobody was asked yet.
    """

    survey: FleetSurveyor
    lists: MoveLists
    own_moves: OwnMoves = lambda ids, since: {}
    given: tuple[GivenApproval, ...] | None = None
