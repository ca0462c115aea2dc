"""Reads the other paths of a VIF: the routes of its siblings, in parallel."""

from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future
from datetime import datetime
from functools import partial

from vifshift.domain.direct_connect import DirectConnect
from vifshift.domain.errors import PASSING, CallDenied, CallRefused, OperationMissing
from vifshift.domain.network import VirtualInterface, VirtualInterfaceState
from vifshift.domain.other_paths import OtherPaths
from vifshift.domain.path_comparison import compare_path
from vifshift.domain.routes import KINDS, Kind, RouteSet
from vifshift.domain.scope import LONGEST_FLIGHT, OwnMove
from vifshift.preflight.parallel_reads import Reader

ACCEPTED = "accepted"
Routes = tuple[RouteSet, ...]
OwnMoves = Callable[[Collection[str], datetime], Mapping[str, OwnMove]]
"""Returns by id which of some VIFs this stack has moved since a time; raises a `CallError`."""
RecentMoves = Callable[[Collection[str]], Mapping[str, OwnMove]]
"""Returns by id which of some VIFs this stack may be moving; raises a `CallError`."""


class SiblingReads:
    """Reads of a VIF's siblings that have been started: of their routes, and who moves them.

    Only a sibling that is up can carry anything, and only one that is on its way may be waited
    for, so that nothing is read of others.
    """

    def __init__(
        self,
        reader: Reader,
        direct_connect: DirectConnect,
        siblings: Iterable[VirtualInterface],
        own_moves: RecentMoves | None = None,
    ) -> None:
        """Start reading."""
        siblings = tuple(siblings)
        self._is_last = reader.is_last
        self._routes = {
            each.virtual_interface_id: reader.start(
                partial(direct_connect.routes, each.virtual_interface_id, kinds_of(each))
            )
            for each in siblings
            if each.works
        }
        self._pending = {
            each.virtual_interface_id: each.connection_id
            for each in siblings
            if each.virtual_interface_state == VirtualInterfaceState.PENDING
        }
        self._moved = reader.start(partial(own_moves, tuple(self._pending))) if own_moves else None

    def other_paths(
        self,
        vif: VirtualInterface | None,
        routes: Routes | None,
        known: OtherPaths,
        elsewhere: Mapping[str, Routes | str],
    ) -> OtherPaths:
        """Wait for all reads, and add how the siblings' routes compare with those of the VIF.

        `elsewhere` has the routes of siblings that were read otherwise, or why they can't be.

        Raises a `CallError` for what can't be read just now.
        """
        kinds = vif and kinds_of(vif)
        mine = (
            None if routes is None else [each for each in routes if each.kind in (kinds or KINDS)]
        )
        found, unreadable = {}, {}
        for name, reading in self._routes.items():
            theirs, problem = settled_routes(reading, is_last=self._is_last)
            if theirs is None:
                unreadable[name] = problem or "they were not listed"
            elif mine is not None:
                found[name] = compare_path(mine, theirs)
        for name, known_routes in elsewhere.items():
            if isinstance(known_routes, str):
                unreadable[name] = known_routes
            elif mine is not None:
                found[name] = compare_path(mine, known_routes)
        read = {"compared": found, "unreadable": unreadable, "moved_here": self._moved_here()}
        return known.model_copy(update=read)

    def _moved_here(self) -> frozenset[str]:
        moved = self._moved.result() if self._moved else {}
        return frozenset(
            name for name, own in moved.items() if own.connection_id == self._pending[name]
        )


def lately(
    own_moves: OwnMoves, now: datetime
) -> Callable[[Collection[str]], Mapping[str, OwnMove]]:
    """Return a reader of what this stack moves, or has moved, as far as it may be on its way."""
    return lambda ids: own_moves(ids, now - LONGEST_FLIGHT) if ids else {}


def kinds_of(vif: VirtualInterface) -> tuple[Kind, ...] | None:
    """Return which routes of a VIF matter to its siblings, None for all.

    What AWS advertises over public VIFs is the same for all of them, and has thousands of prefixes.
    """
    return tuple(kind for kind in KINDS if ACCEPTED in kind) if vif.is_public else None


def settled_routes(
    reading: "Future[Routes] | Future[Routes | None]", *, is_last: bool
) -> tuple[Routes | None, str | None]:
    """Return the routes that were read, or why they can't be; what is transient is raised.

    A refusal is, too, unless it is the last attempt.
    """
    try:
        return reading.result(), None
    except (CallDenied, CallRefused, OperationMissing) as error:
        if isinstance(error, PASSING) and not is_last:
            raise
        return None, str(error)
