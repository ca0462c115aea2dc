"""Builders of the domain's values, and a Direct Connect in memory that fails when it is told to."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from vifshift.adapters.answer_table import Claim, Registered
from vifshift.domain.asked_by import SentRequest
from vifshift.domain.background import (
    LastFailoverTests,
    ResiliencyGroup,
    ResiliencyGroups,
    VifHistory,
)
from vifshift.domain.bgp import BgpPeer, PeerKey
from vifshift.domain.errors import CallError, CallRefused
from vifshift.domain.lock_holder import LockHolder
from vifshift.domain.migration import (
    Answer,
    Ends,
    Execution,
    GivenApproval,
    Migration,
    WaitingTask,
    expect,
)
from vifshift.domain.network import (
    HealthEvent,
    Network,
    TaggedVirtualInterface,
    VirtualInterface,
    VirtualInterfaceState,
)
from vifshift.domain.observation import Observation, Progress, Reason, Verdict, VifStatus, status_of
from vifshift.domain.other_paths import AssociatedGateway, GatewayAttachment
from vifshift.domain.plan_progress import ExecutionDescription
from vifshift.domain.ports import Connection, Lag
from vifshift.domain.request import Request, Trigger
from vifshift.domain.routes import Kind, RouteSet
from vifshift.domain.scope import OwnMove
from vifshift.domain.table_keys import ItemKind
from vifshift.domain.workflow import Wait
from vifshift.events.migration import Announcement

REGION = "eu-central-1"
VIF = "dxvif-aaaa0001"
RIVAL = "dxvif-bbbb0002"
SIBLING = "dxvif-dddd0004"
SOURCE = "dxcon-source01"
TARGET = "dxlag-target01"
ELSEWHERE = "dxcon-other001"
START = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
SECRET = "a-secret-that-must-not-leak"
ACCOUNT = "111122223333"
ENDS = Ends(SOURCE, TARGET)
EXECUTION = Execution(
    arn="arn:aws:states:eu-central-1:111122223333:execution:move:run-1", name="run-1"
)

Ports = Connection | Lag


def after(seconds: float) -> datetime:
    """Return the time so many seconds after the start."""
    return START + timedelta(seconds=seconds)


def a_peer(**fields: Any) -> BgpPeer:
    """Build an IPv4 peer that is up."""
    return BgpPeer.model_validate(
        {
            "bgp_peer_id": "dxpeer-old00001",
            "address_family": "ipv4",
            "amazon_address": "169.254.1.1/30",
            "customer_address": "169.254.1.2/30",
            "asn": 65001,
            "bgp_status": "up",
            **fields,
        }
    )


def an_ipv6_peer(**fields: Any) -> BgpPeer:
    """Build an IPv6 peer that is up."""
    return a_peer(
        **{
            "bgp_peer_id": "dxpeer-old00002",
            "address_family": "ipv6",
            "amazon_address": "2001:db8::1/125",
            "customer_address": "2001:db8::2/125",
            **fields,
        }
    )


def a_vif(*peers: BgpPeer, **fields: Any) -> VirtualInterface:
    """Build a VIF that is available on the source, with these peers or the usual one."""
    return VirtualInterface.model_validate(
        {
            "virtual_interface_id": VIF,
            "virtual_interface_name": "office",
            "virtual_interface_type": "transit",
            "virtual_interface_state": "available",
            "connection_id": SOURCE,
            "region": REGION,
            "vlan": 101,
            "direct_connect_gateway_id": "gw-1",
            "bgp_peers": peers or (a_peer(),),
            "aws_logical_device_id": f"device-of-{fields.get('connection_id', SOURCE)}",
            **fields,
        }
    )


def a_sibling(*peers: BgpPeer, **fields: Any) -> VirtualInterface:
    """Build another VIF of the same gateway, up in both address families on a port of its own."""
    peers = peers or (
        a_peer(amazon_address="169.254.8.1/30", customer_address="169.254.8.2/30"),
        an_ipv6_peer(amazon_address="2001:db8:8::1/125", customer_address="2001:db8:8::2/125"),
    )
    return a_vif(
        *peers,
        **{
            "virtual_interface_id": SIBLING,
            "connection_id": ELSEWHERE,
            "vlan": 808,
            **fields,
        },
    )


def a_rival(*peers: BgpPeer, **fields: Any) -> VirtualInterface:
    """Build another VIF on the target, with a VLAN and addresses of its own."""
    peers = peers or (a_peer(amazon_address="169.254.9.1/30", customer_address="169.254.9.2/30"),)
    return a_vif(
        *peers,
        **{"virtual_interface_id": RIVAL, "connection_id": TARGET, "vlan": 909, **fields},
    )


def a_landed_vif(*peers: BgpPeer, **fields: Any) -> VirtualInterface:
    """Build the VIF as it is once it works on the target."""
    return a_vif(*peers, **{"connection_id": TARGET, **fields})


def a_connection(port_id: str = SOURCE, **fields: Any) -> Connection:
    """Build a dedicated connection that is available."""
    return Connection.model_validate(
        {
            "port_id": port_id,
            "state": "available",
            "region": REGION,
            "aws_logical_device_id": f"device-of-{port_id}",
            **fields,
        }
    )


def a_hosted_connection(port_id: str = SOURCE, **fields: Any) -> Connection:
    """Build a hosted connection, whose VLAN is that of the usual VIF."""
    return a_connection(port_id, **{"vlan": 101, **fields})


def a_lag(port_id: str = TARGET, **fields: Any) -> Lag:
    """Build a LAG that is available, and has to have its one link."""
    return Lag.model_validate(
        {
            "port_id": port_id,
            "state": "available",
            "region": REGION,
            "aws_logical_device_id": f"device-of-{port_id}",
            "minimum_links": 1,
            "connections": (a_connection("dxcon-member01"),),
            **fields,
        }
    )


def a_route_set(
    *cidrs: str, family: str = "ipv4", direction: str = "accepted", count: int | None = None
) -> RouteSet:
    """Build a set of named routes; with a count, one of routes that are only counted."""
    return RouteSet(
        address_family=family,
        route_direction=direction,
        count=len(cidrs) if count is None else count,
        cidrs=cidrs if count is None else None,
    )


def a_network(**fields: Any) -> Network:
    """Build a network in which the usual request can be done."""
    return Network(
        **{
            "region": REGION,
            "virtual_interface": a_vif(),
            "source": a_connection(),
            "target": a_lag(),
            "siblings": (a_sibling(),),
            "routes": (),
            **fields,
        }
    )


def raw_request(**fields: Any) -> dict[str, Any]:
    """Build a request as a person writes it."""
    return {"virtualInterfaceId": VIF, "connectionId": TARGET, **fields}


def a_request(**fields: Any) -> Request:
    """Build a request, from the names used outside."""
    return Request.model_validate(raw_request(**fields))


def a_migration(
    snapshot: VirtualInterface | None = None,
    routes: tuple[RouteSet, ...] | None = (),
    **request: Any,
) -> Migration:
    """Build the migration of a snapshot from the source to the target."""
    snapshot = snapshot or a_vif()
    return Migration(
        migration_id=EXECUTION.name,
        request_id="change-1",
        trigger=Trigger.EVENT,
        region=REGION,
        request=a_request(**request),
        source=snapshot.connection_id,
        target=TARGET,
        redundancy_group=snapshot.redundancy_group,
        snapshot=snapshot,
        expectation=expect(snapshot, routes),
        is_source_available=True,
    )


def a_picture(vif: VirtualInterface | None = None, **fields: Any) -> VifStatus:
    """Build the picture of a VIF."""
    return status_of(vif or a_vif()).model_copy(update=fields)


def an_observation(
    verdict: Verdict = Verdict.FAILED,
    reason: Reason = Reason.PEERS_NOT_UP,
    message: str = "on dxlag-target01 BGP is not up: ipv4 169.254.1.2",
    **fields: Any,
) -> Observation:
    """Build the last observation of a phase, of the VIF on its target."""
    picture = fields.pop("picture", None) or a_picture(a_landed_vif())
    return Observation(
        **{
            "verdict": verdict,
            "reason": reason,
            "message": message,
            "at": after(600),
            "picture": picture,
            "changed": False,
            "pause_seconds": 10,
            "progress": Progress(started_at=START, seen_at=after(600), picture=picture),
            **fields,
        }
    )


class Fault(NamedTuple):
    """What a call fails with; which calls (all where empty); whether they act all the same."""

    error: CallError
    calls: Collection[int]
    takes_effect: bool


class FakeDirectConnect:
    """An in-memory `vifshift.domain.direct_connect.DirectConnect`.

    `calls` counts what was asked of it, `kinds_read` says of each call for routes which were
    asked for (None: all), and `associated` holds what was sent; `meanwhile` is what others do while
    an associate is on its way.
    """

    def __init__(
        self,
        *vifs: VirtualInterface,
        ports: tuple[Ports, ...] | None = None,
        routes: tuple[RouteSet, ...] = (),
    ) -> None:
        self.vifs = {vif.virtual_interface_id: vif for vif in vifs}
        self.ports = {
            port.port_id: port for port in ((a_connection(), a_lag()) if ports is None else ports)
        }
        self.route_sets = routes
        self.routes_of: dict[str, tuple[RouteSet, ...]] = {}
        self.associated_with: tuple[AssociatedGateway, ...] = ()
        self.attached: tuple[GatewayAttachment, ...] = ()
        self.tags: dict[str, dict[str, str]] = {}
        self.calls: Counter[str] = Counter()
        self.kinds_read: list[set[Kind] | None] = []
        self.associated: list[tuple[str, str]] = []
        self.shows_late = False
        self.attachment: str | None = "attached"
        self.meanwhile: Callable[[FakeDirectConnect], None] | None = None
        self._faults: dict[str, Fault] = {}

    def fail(
        self,
        operation: str,
        error: CallError,
        *,
        calls: Collection[int] = (),
        takes_effect: bool = False,
    ) -> None:
        """Let an operation fail, on those of its calls (counted from 1), with or without effect."""
        self._faults[operation] = Fault(error, calls, takes_effect)

    def change(self, virtual_interface_id: str = VIF, **fields: Any) -> None:
        """Change a VIF behind everybody's back."""
        vif = self.vifs[virtual_interface_id]
        self.vifs[virtual_interface_id] = vif.model_copy(update=fields)

    def virtual_interface(self, virtual_interface_id: str) -> VirtualInterface | None:
        """Return the VIF."""
        self._count("virtual_interface")
        return self.vifs.get(virtual_interface_id)

    def virtual_interfaces(self) -> tuple[VirtualInterface, ...]:
        """Return every VIF."""
        self._count("virtual_interfaces")
        return tuple(self.vifs.values())

    def tagged_virtual_interfaces(self) -> tuple[TaggedVirtualInterface, ...]:
        """Return every VIF, with the tags that `tags` has of it."""
        self._count("virtual_interfaces")
        return tuple(self._tagged(vif) for vif in self.vifs.values())

    def tags_of(self, virtual_interface_id: str) -> dict[str, str]:
        """Return the tags that `tags` has of a VIF."""
        return self.tags.get(virtual_interface_id, {})

    def virtual_interfaces_on(self, port_id: str) -> tuple[VirtualInterface, ...]:
        """Return every VIF on a port."""
        self._count("virtual_interfaces_on")
        return tuple(vif for vif in self.vifs.values() if vif.connection_id == port_id)

    def port(self, port_id: str) -> Ports | None:
        """Return a port."""
        self._count("port")
        return self.ports.get(port_id)

    def connections(self) -> tuple[Connection, ...]:
        """Return every connection."""
        self._count("connections")
        return tuple(port for port in self.ports.values() if isinstance(port, Connection))

    def lags(self) -> tuple[Lag, ...]:
        """Return every LAG."""
        self._count("lags")
        return tuple(port for port in self.ports.values() if isinstance(port, Lag))

    def attachments(self, gateway_id: str) -> tuple[GatewayAttachment, ...]:
        """Return what is attached to a gateway here, and what `attached` has besides."""
        self._count("attachments")
        here = (
            GatewayAttachment(
                virtual_interface_id=vif.virtual_interface_id,
                virtual_interface_region=vif.region,
                virtual_interface_owner_account=vif.owner_account,
                attachment_state="attached",
            )
            for vif in self.vifs.values()
            if vif.direct_connect_gateway_id == gateway_id
        )
        return (*here, *self.attached)

    def associated_gateways(self, gateway_id: str) -> tuple[AssociatedGateway, ...]:
        """Return the gateways that `associated_with` has."""
        self._count("associated_gateways")
        return self.associated_with

    def attachment_state(self, gateway_id: str, virtual_interface_id: str) -> str | None:
        """Return the same state for every VIF that has a gateway."""
        self._count("attachment_state")
        return self.attachment

    def routes(
        self, virtual_interface_id: str, kinds: Collection[Kind] | None = None
    ) -> tuple[RouteSet, ...]:
        """Return the same routes for every VIF but those in `routes_of`."""
        self._count("routes")
        self.kinds_read.append(None if kinds is None else set(kinds))
        found = self.routes_of.get(virtual_interface_id, self.route_sets)
        return tuple(each for each in found if kinds is None or each.kind in kinds)

    def associate(self, virtual_interface_id: str, connection_id: str) -> None:
        """Let the VIF land at once, unless it shows late; refuse what is not there, as AWS does."""
        self.associated.append((virtual_interface_id, connection_id))
        try:
            self._associate(virtual_interface_id, connection_id)
        finally:
            if self.meanwhile:
                self.meanwhile(self)

    def _tagged(self, vif: VirtualInterface) -> TaggedVirtualInterface:
        tags = self.tags.get(vif.virtual_interface_id, {})
        named = [{"key": key, "value": value} for key, value in tags.items()]
        return TaggedVirtualInterface.model_validate({**dict(vif), "tags": named})

    def _associate(self, virtual_interface_id: str, connection_id: str) -> None:
        fault = self._fault("associate")
        if fault and not fault.takes_effect:
            raise fault.error
        if virtual_interface_id not in self.vifs or connection_id not in self.ports:
            raise CallRefused("associate_virtual_interface: no such thing")
        if not self.shows_late:
            self.change(
                virtual_interface_id,
                connection_id=connection_id,
                virtual_interface_state=VirtualInterfaceState.PENDING.value,
            )
        if fault:
            raise fault.error

    def _count(self, operation: str) -> None:
        if fault := self._fault(operation):
            raise fault.error

    def _fault(self, operation: str) -> Fault | None:
        self.calls[operation] += 1
        fault = self._faults.get(operation)
        if fault and (not fault.calls or self.calls[operation] in fault.calls):
            return fault
        return None


class FakeAccount:
    """An in-memory `discovery.Account`; what is in `errors`, by method, is raised."""

    def __init__(self, **errors: CallError) -> None:
        self.errors = errors
        self.calendars = {"freeze": "OPEN"}
        self.events: tuple[HealthEvent, ...] | None = ()
        self.values: frozenset[str] = frozenset()

    def caller(self) -> str:
        """Return the account that calls."""
        self._fail("caller")
        return ACCOUNT

    def calendar_state(self, calendar: str) -> str:
        """Return the state of a calendar."""
        self._fail("calendar_state")
        return self.calendars[calendar]

    def health_events(self) -> tuple[HealthEvent, ...] | None:
        """Return the events."""
        self._fail("health_events")
        return self.events

    def affected(
        self, events: Sequence[HealthEvent], values: Collection[str]
    ) -> tuple[HealthEvent, ...]:
        """Return the events, which have their entities already."""
        self._fail("affected")
        self.values = frozenset(values)
        return tuple(events)

    def _fail(self, method: str) -> None:
        if method in self.errors:
            raise self.errors[method]


GROUP = ResiliencyGroup(resiliency_group_id="dxrg-0123456789abcdefg", ports=(SOURCE,))


class FakeBackgroundSources:
    """In-memory `background.BackgroundSources`; what is in `errors`, by method, is raised."""

    def __init__(self, **errors: CallError) -> None:
        self.errors = errors
        self.groups = ResiliencyGroups(groups=(GROUP,))
        self.past: dict[str, VifHistory] = {}
        self.asked: list[tuple[str, Any]] = []

    def resiliency_groups(self) -> ResiliencyGroups:
        """Return the groups."""
        self._called("resiliency_groups")
        return self.groups

    def failover_tests(self, virtual_interface_id: str | None = None) -> LastFailoverTests:
        """Return a test of each VIF that is asked for."""
        self._called("failover_tests", virtual_interface_id)
        names = [virtual_interface_id] if virtual_interface_id else [VIF, SIBLING]
        return LastFailoverTests(last=dict.fromkeys(names, START), asked=frozenset(names))

    def history(
        self, virtual_interface_ids: Sequence[str], with_bgp: Collection[str], now: datetime
    ) -> Mapping[str, VifHistory]:
        """Return the history of VIFs."""
        self._called("history", (tuple(virtual_interface_ids), set(with_bgp), now))
        return {name: self.past[name] for name in virtual_interface_ids if name in self.past}

    def _called(self, method: str, about: Any = None) -> None:
        self.asked.append((method, about))
        if method in self.errors:
            raise self.errors[method]

    def calls(self, method: str) -> list[Any]:
        """Return what a method was called with."""
        return [about for name, about in self.asked if name == method]


class FakeOwnMoves:
    """An in-memory table of what this stack has moved itself; `read` are the VIFs asked for."""

    def __init__(self, **moved: OwnMove) -> None:
        self.moved: dict[str, OwnMove] = {name.replace("_", "-"): at for name, at in moved.items()}
        self.read: list[str] = []

    def note(
        self, vif: VirtualInterface, connection_id: str, at: datetime, execution_arn: str = ""
    ) -> None:
        """Note a move, by whichever execution."""
        self.moved[vif.virtual_interface_id] = OwnMove(
            connection_id, at, vif.connection_id, vif.location, vif.aws_logical_device_id
        )

    def since(self, ids: Collection[str], time: datetime) -> dict[str, OwnMove]:
        """Return the moves of VIFs since a time."""
        self.read += sorted(ids)
        found = {name: self.moved[name] for name in ids if name in self.moved}
        return {name: moved for name, moved in found.items() if moved.at >= time}


class FakeGatewayLocks:
    """An in-memory table of locks, by redundancy group; `asked` are the groups asked for."""

    def __init__(self, **holders: LockHolder) -> None:
        self.holders: dict[str, LockHolder] = dict(holders)
        self.asked: list[str] = []

    def held(self, groups: Iterable[str], now: datetime) -> dict[str, LockHolder]:
        """Return by redundancy group who holds its lock."""
        self.asked += sorted(groups)
        return {group: self.holders[group] for group in self.asked if group in self.holders}


class FakeMigrationTable:
    """An in-memory `migration_table.Ledger`; `calls` lists the methods called, in order."""

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}
        self.digests: dict[str, str] = {}
        self.asked_for: dict[str, tuple[int, str]] = {}
        self.wait = Wait.APPROVAL
        self.cancelled: dict[str, Answer] = {}
        self.kept_at: list[float] = []
        self.calls: list[str] = []
        self.is_locked = True
        self.retaken: list[tuple[str, str, int, timedelta]] = []

    def keep_token(
        self,
        migration_id: str,
        wait: Wait,
        token: str,
        *,
        now: float,
        digest: str | None = None,
        of: int = 1,
        asked: str = "",
    ) -> None:
        """Keep a token."""
        self.digests[migration_id] = digest or ""
        self.asked_for[migration_id] = (of, asked)
        self.calls.append("keep_token")
        self.tokens[migration_id], self.wait = token, wait
        self.kept_at.append(now)

    def waiting(self, migration_id: str) -> WaitingTask | None:
        """Return the task that a migration waits in."""
        self.calls.append("token")
        token = self.tokens.get(migration_id)
        digest = self.digests.get(migration_id, "")
        of, asked = self.asked_for.get(migration_id, (1, ""))
        return WaitingTask(self.wait, token, digest, of, asked) if token else None

    def cancel(self, migration_id: str, answer: Answer, *, now: float) -> None:
        """Note a cancellation."""
        self.calls.append("cancel")
        self.cancelled[migration_id] = answer
        self.kept_at.append(now)

    def retake_lock(
        self, key: str, holder: str, *, attempt: int, expires_at: datetime, now: datetime
    ) -> bool:
        """Take the lock again, if it is held."""
        self.calls.append("retake_lock")
        self.retaken.append((key, holder, attempt, expires_at - now))
        return self.is_locked

    def cancellation(self, migration_id: str) -> Answer | None:
        """Return a cancellation."""
        self.calls.append("cancellation")
        return self.cancelled.get(migration_id)


class FakeAnswerTable:
    """An in-memory `answer_table.AnswerTable`."""

    def __init__(self) -> None:
        self.claims: dict[str, tuple[str, str | None]] = {}
        self.requests: dict[tuple[str, str], Registered] = {}
        self.answers: dict[tuple[str, str], tuple[Answer, datetime]] = {}
        self.senders: dict[str, SentRequest] = {}
        self.approvals: dict[tuple[str, str], set[GivenApproval]] = {}

    def note_sender(self, event_id: str, sent: SentRequest, *, now: datetime) -> None:
        """Note who sent a request."""
        self.senders[event_id] = sent

    def sent(self, event_id: str) -> SentRequest | None:
        """Return who sent a request."""
        return self.senders.get(event_id)

    def approve(
        self, name: str, digest: str, given: GivenApproval, *, now: datetime
    ) -> tuple[GivenApproval, ...]:
        """Add an approval."""
        self.approvals.setdefault((name, digest), set()).add(given)
        return self.given(name, digest)

    def withdraw(self, name: str, digest: str, given: GivenApproval) -> None:
        """Remove an approval."""
        self.approvals[name, digest].discard(given)

    def given(self, name: str, digest: str) -> tuple[GivenApproval, ...]:
        """Return all approvals."""
        return tuple(sorted(self.approvals.get((name, digest), ()), key=str))

    def claim(self, event_id: str, invocation: str, *, now: datetime) -> Claim:
        """Claim an answer."""
        is_new = event_id not in self.claims
        owner, event = self.claims.setdefault(event_id, (invocation, None))
        is_ours = owner == invocation
        return Claim(is_ours, event if is_ours else None, is_ours and not is_new)

    def keep_event(self, event_id: str, invocation: str, event: str, *, now: datetime) -> None:
        """Keep how it was answered."""
        self.claims[event_id] = (invocation, event)

    def registered(self, kind: ItemKind, request_id: str) -> Registered:
        """Return who runs under a request's id."""
        return self.requests.get((kind, request_id), Registered())

    def keep(
        self, kind: ItemKind, name: str, answer: Answer, *, until: datetime, now: datetime
    ) -> None:
        """Keep an answer for who is to come."""
        self.answers[(kind, name)] = (answer, until)

    def kept(self, kind: ItemKind, name: str, started_at: datetime | None) -> Answer | None:
        """Return the answer that was kept."""
        answer, until = self.answers.get((kind, name), (None, None))
        return answer if until and started_at and started_at <= until else None


class FakeRunning:
    """In-memory executions, by name: the running ones, and others as described."""

    def __init__(self, *running: str, **others: ExecutionDescription) -> None:
        self.known = {name: ExecutionDescription(status="RUNNING") for name in running} | others

    def describe(self, arn: str) -> ExecutionDescription | None:
        """Return what is known of an execution, by its ARN or name."""
        return self.known.get(arn.rpartition(":")[2])


class FakePeerRecords:
    """In-memory records of the peers that were up before a move."""

    def __init__(self) -> None:
        self.up: dict[str, frozenset[PeerKey]] = {}

    def keep(self, virtual_interface_id: str, peers: Iterable[PeerKey], *, now: float) -> None:
        """Keep a record."""
        self.up[virtual_interface_id] = frozenset(peers)

    def up_before(self, virtual_interface_ids: Sequence[str]) -> dict[str, frozenset[PeerKey]]:
        """Return the records there are."""
        return {each: self.up[each] for each in virtual_interface_ids if each in self.up}


class FakeTaskTokens:
    """In-memory tasks, of which those named in `over` wait no more; `answers` is what was sent."""

    def __init__(self) -> None:
        self.over: set[str] = set()
        self.answers: list[tuple[str, str | None, Answer]] = []

    def succeed(self, token: str, answer: Answer) -> bool:
        """Let a task go on."""
        self.answers.append((token, None, answer))
        return token not in self.over

    def fail(self, token: str, error: str, answer: Answer) -> bool:
        """Let a task fail."""
        self.answers.append((token, error, answer))
        return token not in self.over


class FakeEventBus:
    """An in-memory `event_bus.Bus`, which fails with `error` where there is one."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.error: CallError | None = None

    def send(self, announcement: Announcement) -> None:
        """Take an event."""
        if self.error:
            raise self.error
        self.sent.append(announcement)
