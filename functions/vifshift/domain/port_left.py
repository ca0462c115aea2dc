"""What is left on a port that was to be emptied, and why.

A connection or LAG can be deleted once no virtual interface is on it, and a LAG once it hosts no
connection, either (AWS: Direct Connect user guide, "Delete a connection"; API reference,
DeleteLag). Whose port it is not does not see what others have on it.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from pydantic import Field

from vifshift.domain.errors import CallError
from vifshift.domain.model import Model
from vifshift.domain.network import VirtualInterface, VirtualInterfaceState
from vifshift.domain.plan_outcome import MoveOutcome
from vifshift.domain.ports import Connection, Lag, PortState

MOST_LEFT: Final = 20
_MOST_NAMED: Final = 3


class WhyLeft(StrEnum):
    """Why a virtual interface is left on a port that was to be emptied."""

    EXCLUDED = "excluded"
    APPEARED = "appeared-since"
    FAILED = "failed"
    NOT_STARTED = "not-started"
    IN_FLIGHT = "in-flight"
    RETURNED = "returned"
    DELETING = "deleting"


_WORDS: Final = {
    WhyLeft.EXCLUDED: "excluded",
    WhyLeft.APPEARED: "appeared since the plan was checked",
    WhyLeft.FAILED: "its move failed",
    WhyLeft.NOT_STARTED: "its move was not started",
    WhyLeft.IN_FLIGHT: "its move continues",
    WhyLeft.RETURNED: "it is back since its move",
    WhyLeft.DELETING: "being deleted",
}


class StayingVif(Model):
    """A virtual interface that a plan leaves on the port that it empties, and why, in words."""

    virtual_interface_id: str
    message: str


class LeftOnPort(Model):
    """A virtual interface that is left on the port."""

    virtual_interface_id: str = Field(description="The virtual interface.")
    why: WhyLeft = Field(description="Why it is left, as a code.")
    message: str = Field(description="Why it is left, for people.")


class PortLeft(Model):
    """What was found on a port; `is_empty` is None if that is not known, for the `reason`.

    `left` are the first of the `count` that are left.
    """

    connection_id: str
    is_empty: bool | None
    reason: str = ""
    count: int = 0
    left: tuple[LeftOnPort, ...] = ()

    @property
    def in_words(self) -> str:
        """Return it as the end of a sentence."""
        port = self.connection_id
        if self.is_empty is None:
            return f"whether something is left on {port} is not known: {self.reason}"
        if self.is_empty:
            return f"nothing is left on {port}: {self.reason or 'it can be deleted'}"
        named = ", ".join(
            f"{each.virtual_interface_id} ({each.message})" for each in self.left[:_MOST_NAMED]
        )
        unsaid = self.count - _MOST_NAMED
        more = f" and {unsaid} more" if unsaid > 0 else ""
        some = f"{self.count} virtual interfaces are"
        are = "1 virtual interface is" if self.count == 1 else some
        return f"{are} left on {port}, which can't be deleted yet: {named}{more}"


class PortReader(Protocol):
    """Reads a port, and what is on it."""

    def port(self, port_id: str) -> Connection | Lag | None:
        """Return the connection or LAG, None if this account has none; raises a `CallError`."""

    def virtual_interfaces_on(self, port_id: str) -> tuple[VirtualInterface, ...]:
        """Return every VIF on a connection or LAG; raises a `CallError`."""


class KnownMoves(NamedTuple):
    """What a plan had to do with the port: how each move ended, and what it left there."""

    moves: Mapping[str, MoveOutcome]
    staying: Iterable[StayingVif] = ()


NO_MOVES: Final = KnownMoves({})


def read_port(reader: PortReader, port_id: str, known: KnownMoves = NO_MOVES) -> PortLeft:
    """Return what is left on a port; if it can't be read, that is not known."""
    try:
        port = reader.port(port_id)
        attached = reader.virtual_interfaces_on(port_id)
    except CallError as error:
        return PortLeft(connection_id=port_id, is_empty=None, reason=f"it can't be read: {error}")
    return judge_port(port_id, port, attached, known)


def judge_port(
    port_id: str,
    port: Connection | Lag | None,
    attached: Iterable[VirtualInterface],
    known: KnownMoves = NO_MOVES,
) -> PortLeft:
    """Return what is left on a port of which all is known; `port` is None if there is none."""
    left = tuple(_left(attached, known))
    if left:
        return PortLeft(
            connection_id=port_id, is_empty=False, count=len(left), left=left[:MOST_LEFT]
        )
    if port is None:
        reason = "no connection or LAG of this account has this ID, and others' are not shown"
        return PortLeft(connection_id=port_id, is_empty=None, reason=reason)
    if port.state in {PortState.DELETING, PortState.DELETED}:
        return PortLeft(connection_id=port_id, is_empty=True, reason=f"it is {port.state}")
    if isinstance(port, Lag) and port.allows_hosted_connections:
        reason = "it can be deleted once it hosts no connections, which are not read"
        return PortLeft(connection_id=port_id, is_empty=True, reason=reason)
    return PortLeft(connection_id=port_id, is_empty=True)


def _left(attached: Iterable[VirtualInterface], known: KnownMoves) -> Iterator[LeftOnPort]:
    """Yield the VIFs that are there; a deleted one is listed for a while, and is not."""
    staying = {each.virtual_interface_id: each.message for each in known.staying}
    for vif in sorted(attached, key=lambda each: each.virtual_interface_id):
        name = vif.virtual_interface_id
        if vif.virtual_interface_state == VirtualInterfaceState.DELETED:
            continue
        why = _why(vif, known.moves.get(name), is_staying=name in staying)
        is_chosen = why is WhyLeft.EXCLUDED
        message = staying[name] if is_chosen else _WORDS[why]
        yield LeftOnPort(virtual_interface_id=name, why=why, message=message)


def _why(vif: VirtualInterface, outcome: MoveOutcome | None, *, is_staying: bool) -> WhyLeft:
    if vif.is_gone:
        return WhyLeft.DELETING
    if outcome is None:
        return WhyLeft.EXCLUDED if is_staying else WhyLeft.APPEARED
    if outcome is MoveOutcome.NOT_STARTED:
        return WhyLeft.NOT_STARTED
    if outcome is MoveOutcome.IN_FLIGHT:
        return WhyLeft.IN_FLIGHT
    return WhyLeft.RETURNED if outcome.is_good else WhyLeft.FAILED
