"""BGP failover tests: chosen peers down for some minutes (AWS: Direct Connect Failover Test)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from simulator.directconnect.exceptions import Refused
from simulator.directconnect.fields import number, text, texts
from simulator.directconnect.network.network import SimulatedNetwork
from simulator.directconnect.network.rules import find_virtual_interface
from simulator.directconnect.network.state import Peer, SimulatedVirtualInterface
from simulator.directconnect.operations.paging import page
from simulator.directconnect.shapes import Fields, epoch

LONG_AGO = timedelta(days=30)
USUAL_MINUTES = 30


class Status(StrEnum):
    """The status of a test; the API model lists no values, so these are inferred."""

    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    STOPPED = "STOPPED"


@dataclass
class FailoverTest:
    """One test, running or over."""

    id: str
    vif: SimulatedVirtualInterface
    minutes: int
    start: datetime
    peers: list[Peer]
    peers_before: list[str]
    state_before: str
    generation: int
    status: Status = Status.IN_PROGRESS
    end: datetime | None = None


@dataclass
class FailoverTests:
    """All tests of an account and Region.

    `past` are those that were over when the world was loaded; None is one for each virtual
    interface, `LONG_AGO` before somebody asks.
    """

    past: Sequence[Fields] | None = ()
    tests: list[FailoverTest] = field(default_factory=list)

    def start(self, network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
        """Put the chosen peers, or all, down; only the VIF's owner may."""
        vif = find_virtual_interface(network.inventory, str(parameters["virtualInterfaceId"]))
        if vif.owner != network.account:
            raise Refused(f"Account {network.account} does not own {vif.id}")
        if self._running(vif) is not None:
            raise Refused(f"A failover test is already running on {vif.id}")
        minutes = number(parameters, "testDurationInMinutes")
        minutes = network.knobs.failover_test_minutes if minutes is None else minutes
        if not 1 <= minutes <= network.knobs.failover_test_max_minutes:
            raise Refused(f"A failover test cannot last {minutes} minutes")
        test = FailoverTest(
            id=network.ids.next_uuid("test"),
            vif=vif,
            minutes=minutes,
            start=at,
            peers=_chosen(vif, texts(parameters, "bgpPeers")),
            peers_before=[],
            state_before=vif.state,
            generation=vif.generation,
        )
        for peer in test.peers:
            test.peers_before.append(peer.status)
            peer.turn("down", at)
        vif.state = "testing"
        self.tests.append(test)
        network.record(vif, at, "StartBgpFailoverTest")
        network.agenda.add(
            at + timedelta(minutes=minutes),
            lambda then: self._end(network, test, Status.COMPLETED, then, "failover test over"),
        )
        return {"virtualInterfaceTest": _view(test)}

    def stop(self, network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
        """End a running test before its time."""
        vif = find_virtual_interface(network.inventory, str(parameters["virtualInterfaceId"]))
        test = self._running(vif)
        if test is None:
            raise Refused(f"No failover test is running on {vif.id}")
        self._end(network, test, Status.STOPPED, at, "StopBgpFailoverTest")
        return {"virtualInterfaceTest": _view(test)}

    def history(self, network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
        """List the tests of the account's own virtual interfaces, filtered."""
        asked = text(parameters, "virtualInterfaceId")
        if asked is not None:
            vif = find_virtual_interface(network.inventory, asked)
            if vif.owner != network.account:
                raise Refused(f"Account {network.account} does not own {vif.id}")
        peers = set(texts(parameters, "bgpPeers"))
        wanted = [
            view
            for view in (*self._past(network, at), *map(_view, self.tests))
            if view["ownerAccount"] == network.account
            and text(parameters, "testId") in {None, view["testId"]}
            and asked in {None, view["virtualInterfaceId"]}
            and text(parameters, "status") in {None, view["status"]}
            and (not peers or peers & set(texts(view, "bgpPeers")))
        ]
        operation = "ListVirtualInterfaceTestHistory"
        cut, token = page(operation, parameters, list(enumerate(wanted)))
        answer: Fields = {"virtualInterfaceTestHistory": [*cut]}
        if token is not None:
            answer["nextToken"] = token
        return answer

    def _past(self, network: SimulatedNetwork, at: datetime) -> Iterator[Fields]:
        """Yield the tests that were over from the start, with all that a test has."""
        vifs = network.inventory.virtual_interfaces
        told = self.past
        if told is None:
            start = (at - LONG_AGO).timestamp()
            told = [{"virtualInterfaceId": name, "startTime": start} for name in vifs]
        for number_, test in enumerate(told, 1):
            vif = vifs.get(str(test["virtualInterfaceId"]))
            start = epoch(test["startTime"])
            minutes = number(test, "testDurationInMinutes") or USUAL_MINUTES
            yield {
                "testId": f"past-test-{number_:04}",
                "bgpPeers": [peer.id for peer in vif.live_peers] if vif else [],
                "status": Status.COMPLETED.value,
                "ownerAccount": vif.owner if vif else network.account,
                "testDurationInMinutes": minutes,
                "endTime": start + 60 * minutes,
                **test,
            }

    def _running(self, vif: SimulatedVirtualInterface) -> FailoverTest | None:
        running = (test for test in self.tests if test.status is Status.IN_PROGRESS)
        return next((test for test in running if test.vif is vif), None)

    def _end(
        self,
        network: SimulatedNetwork,
        test: FailoverTest,
        status: Status,
        at: datetime,
        cause: str,
    ) -> None:
        if test.status is not Status.IN_PROGRESS:
            return
        test.status, test.end = status, at
        # A VIF that was moved or deleted meanwhile has peers and a state of its own.
        if test.vif.generation == test.generation:
            for peer, before in zip(test.peers, test.peers_before, strict=True):
                peer.turn(before, at)
            if test.vif.state == "testing":
                test.vif.state = test.state_before
            network.record(test.vif, at, cause)


def _chosen(vif: SimulatedVirtualInterface, ids: list[str]) -> list[Peer]:
    live = vif.live_peers
    unknown = set(ids) - {peer.id for peer in live}
    if unknown:
        raise Refused(f"Could not find BGP peer {min(unknown)} on {vif.id}")
    return [peer for peer in live if not ids or peer.id in ids]


def _view(test: FailoverTest) -> Fields:
    view: Fields = {
        "testId": test.id,
        "virtualInterfaceId": test.vif.id,
        "bgpPeers": [peer.id for peer in test.peers],
        "status": test.status.value,
        "ownerAccount": test.vif.owner,
        "testDurationInMinutes": test.minutes,
        "startTime": test.start.timestamp(),
    }
    if test.end is not None:
        view["endTime"] = test.end.timestamp()
    return view
