"""Reads what else is attached to Direct Connect gateways: in other Regions, and other accounts."""

from collections.abc import Callable, Container, Iterable
from concurrent.futures import Future
from functools import partial
from typing import NamedTuple

from vifshift.domain.direct_connect import DirectConnect
from vifshift.domain.errors import CallDenied, CallRefused, OperationMissing
from vifshift.domain.network import Network, VirtualInterface
from vifshift.domain.other_paths import GatewayAttachment, UnseenPath
from vifshift.domain.ports import Lag
from vifshift.preflight.other_paths import Routes, kinds_of
from vifshift.preflight.parallel_reads import ATTACHMENT, Reader, some_of
from vifshift.preflight.port_usage import lag_ids, lags_among

MOST_GATEWAYS = 500
"""The most gateways of a plan whose attachments are listed, each with a call of its own."""
GONE = {"detaching", "detached"}


ReadersElsewhere = Callable[[str, str], DirectConnect | None]
"""Returns Direct Connect in a Region and an account, None where the stack may not read it.

It may raise a `CallError`.
"""


class PathElsewhere(NamedTuple):
    """A VIF that was read elsewhere: its routes, or why they can't be read, and its LAG."""

    vif: VirtualInterface
    routes: Routes | None = None
    problem: str = ""
    lags: tuple[Lag, ...] = ()


ReadElsewhere = PathElsewhere | UnseenPath | None


class AttachedPaths(NamedTuple):
    """The VIFs of a gateway that were read elsewhere, and those that could not be.

    With `is_unlisted`, it could not even be listed what else is attached.
    """

    found: tuple[PathElsewhere, ...] = ()
    unseen: tuple[UnseenPath, ...] = ()
    is_unlisted: bool = False

    @property
    def vifs(self) -> tuple[VirtualInterface, ...]:
        """Return the VIFs that were read."""
        return tuple(each.vif for each in self.found)

    @property
    def routes(self) -> dict[str, Routes | str]:
        """Return the routes of those that are up by VIF id, or why they can't be read."""
        return {
            each.vif.virtual_interface_id: each.problem if each.routes is None else each.routes
            for each in self.found
            if each.vif.works
        }

    @property
    def lags(self) -> tuple[Lag, ...]:
        """Return the LAGs that they are on."""
        return tuple(lag for each in self.found for lag in each.lags)


NOTHING_ATTACHED = AttachedPaths()
NOT_LISTED = AttachedPaths(is_unlisted=True)


class AttachedReads:
    """The lists of what is attached to some gateways, which are being read."""

    def __init__(
        self,
        reader: Reader,
        direct_connect: DirectConnect,
        gateway_ids: Iterable[str],
        elsewhere: ReadersElsewhere | None,
    ) -> None:
        """Start reading; without `elsewhere`, nothing is read."""
        self._reader, self._elsewhere = reader, elsewhere
        wanted = [each for each in dict.fromkeys(gateway_ids) if each] if elsewhere else []
        self._lists: dict[str, Future[tuple[GatewayAttachment, ...]]] = {
            each: reader.start(partial(direct_connect.attachments, each))
            for each in wanted[:MOST_GATEWAYS]
        }
        self._left_out = wanted[MOST_GATEWAYS:]
        if self._left_out:
            reader.leave_out(
                ATTACHMENT,
                f"what else is attached to {len(self._left_out)} gateways is not listed "
                f"({some_of(self._left_out)}); each migration lists it again",
            )

    def read(self, known: Container[str]) -> dict[str, AttachedPaths]:
        """Return by gateway what is attached besides the VIFs that are known already.

        Raises a `CallError` for what can't be read just now.
        """
        found = dict.fromkeys(self._left_out, NOT_LISTED)
        started: dict[str, list[tuple[GatewayAttachment, Future[ReadElsewhere]]]] = {}
        for gateway, listing in self._lists.items():
            listed: tuple[GatewayAttachment, ...] | None = self._reader.settle(
                ATTACHMENT, listing, None
            )
            if listed is None:
                found[gateway] = NOT_LISTED
                continue
            started[gateway] = [
                (each, self._reader.start(partial(self._read, each)))
                for each in listed
                if each.virtual_interface_id not in known and each.attachment_state not in GONE
            ]
        for gateway, readings in started.items():
            results = [reading.result() for _, reading in readings]
            found[gateway] = AttachedPaths(
                found=tuple(each for each in results if isinstance(each, PathElsewhere)),
                unseen=tuple(each for each in results if isinstance(each, UnseenPath)),
            )
        return found

    def _read(self, attachment: GatewayAttachment) -> ReadElsewhere:
        """Return a VIF, None if it is being deleted, or why it can't be seen."""
        region, owner = (
            attachment.virtual_interface_region,
            attachment.virtual_interface_owner_account,
        )
        name = attachment.virtual_interface_id
        try:
            there = self._elsewhere(region, owner) if self._elsewhere else None
            if there is None:
                return _unseen(attachment, "which this stack may not read")
            vif = there.virtual_interface(name)
            if vif is None:
                return _unseen(attachment, "and is not listed there")
            lags = lags_among(map(there.port, lag_ids([vif])))
        except (CallDenied, CallRefused, OperationMissing) as error:
            return _unseen(attachment, f"and can't be read: {error}")
        if vif.is_gone or not vif.works:
            return None if vif.is_gone else PathElsewhere(vif)
        try:
            return PathElsewhere(vif, there.routes(name, kinds_of(vif)), lags=lags)
        except (CallDenied, CallRefused, OperationMissing) as error:
            return PathElsewhere(vif, problem=str(error), lags=lags)


def _unseen(attachment: GatewayAttachment, reason: str) -> UnseenPath:
    return UnseenPath(
        virtual_interface_id=attachment.virtual_interface_id,
        region=attachment.virtual_interface_region,
        owner_account=attachment.virtual_interface_owner_account,
        reason=reason,
    )


def with_attached(network: Network, attached: AttachedPaths) -> Network:
    """Return a network with the paths that were found elsewhere among the siblings."""
    paths = network.other_paths
    return network.model_copy(
        update={
            "siblings": (*network.siblings, *attached.vifs),
            "other_paths": paths.model_copy(
                update={
                    "lags": (*paths.lags, *attached.lags),
                    "unseen": attached.unseen,
                    "is_unlisted": attached.is_unlisted,
                }
            ),
        }
    )
