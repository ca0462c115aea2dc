"""The adapter for CloudWatch alarms, which guard migrations.

DescribeAlarms returns composite alarms only to those who may describe all alarms (AWS: CloudWatch
API reference, DescribeAlarms), so its permission names no alarm.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from vifshift.adapters.aws import QUICK, call
from vifshift.adapters.sessions import assume, client
from vifshift.domain.access_policy import Access, AccessPolicy, access_elsewhere
from vifshift.domain.errors import CallDenied, CallError, CallTimedOut
from vifshift.domain.guards import GuardState, GuardStatus, alarm_id, regions_and_accounts
from vifshift.domain.network import Network, Unchecked
from vifshift.domain.network_actions import ALARMS
from vifshift.domain.request import Request
from vifshift.domain.session_policy import SessionNeeds, SessionPurpose

ON_SOURCE: Final = "the alarms that name the source"
TYPES: Final = ["CompositeAlarm", "MetricAlarm"]
MOST_NAMES: Final = 100
"""The most names of one call (AWS: CloudWatch API reference, DescribeAlarms)."""
DEEPEST: Final = 3
"""So many levels of composite alarms are read; what a deeper one watches is not known."""

MOST_PAGES: Final = 30
LONGEST_READ: Final = 15.0
"""For how many pages and seconds alarms are looked for that name a port."""

_STATES: Final = {"OK": GuardState.GOOD, "ALARM": GuardState.BAD}
_PORT = re.compile(r"\bdx(?:con|lag)-[a-zA-Z0-9]{8,21}\b")
_IN_RULE = re.compile(
    r"(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:\"([^\"]+)\"|'([^']+)'|([^)\s]+))\s*\)"
)

Described = Mapping[str, Any]
ReaderOf = Callable[[str, str], "AlarmReader"]


@lru_cache(maxsize=8)
def alarms(access: Access) -> "AlarmReader":
    """Return the adapter for a Region and role; it is kept while the Lambda is warm."""
    return AlarmReader(client("cloudwatch", access.region, access, QUICK))


def alarms_elsewhere(policy: AccessPolicy, access: Access, own_account: str) -> ReaderOf:
    """Return what reads the alarms of a Region and account; raises a `CallError` where none may."""
    wanted = SessionNeeds(purpose=SessionPurpose.READ_GUARDS)
    only_guards = policy.model_copy(update={"session": wanted})
    asking = access._replace(session=wanted)

    def reader(region: str, account: str) -> AlarmReader:
        there = access_elsewhere(only_guards, asking, own_account, region, account)
        if there is None:
            raise CallDenied(
                f"alarms of account {account} in {region} can't be read: the settings `regions` "
                "and `roles` have no access to them"
            )
        assume(there)
        return alarms(there)

    return reader


def read_guards(
    arns: Sequence[str], reader: ReaderOf, now: datetime, raises: tuple[type[CallError], ...] = ()
) -> tuple[GuardStatus, ...]:
    """Return alarms as they are, with why one could not be read; raises only what it is told to."""
    found: dict[str, GuardStatus] = {}
    for (region, account), some in regions_and_accounts(arns).items():
        try:
            read = reader(region, account).read(some, now)
        except raises:
            raise
        except CallError as error:
            read = tuple(GuardStatus(alarm=arn, problem=str(error)) for arn in some)
        found |= {each.alarm: each for each in read}
    return tuple(found[arn] for arn in arns)


class GuardsRead(NamedTuple):
    """How guards are read: by whom, when, and what is raised since it is tried again."""

    reader: ReaderOf
    now: datetime
    raises: tuple[type[CallError], ...] = ()


def guarded(network: Network, request: Request, how: GuardsRead, account: str = "") -> Network:
    """Return a network with the guards of a request, and with the alarms that name its source.

    These are of an `account` and the network's Region; without one, they are not looked for.
    """
    if not request.guards:
        return network
    alarms = [guard.alarm for guard in request.guards]
    read: dict[str, object] = {"guards": read_guards(alarms, how.reader, how.now, how.raises)}
    vif = network.virtual_interface
    if vif and account:
        try:
            reader = how.reader(network.region, account)
            read["alarms_on_source"] = reader.naming(vif.connection_id)
        except CallError as error:
            gap = Unchecked(subject=ON_SOURCE, permission=ALARMS, reason=str(error))
            read["unchecked"] = (*network.unchecked, gap)
    return network.model_copy(update=read)


class AlarmReader:
    """Reads alarms of one Region and account: one call for all, and more for composite ones."""

    def __init__(self, cloudwatch: Any) -> None:
        """Use a client that does not retry."""
        self._cloudwatch = cloudwatch

    def read(self, arns: Sequence[str], now: datetime) -> tuple[GuardStatus, ...]:
        """Return alarms as they are; raises a `CallError`."""
        known = self._described(alarm_id(arn).name for arn in arns)
        names = set(known)
        for _ in range(DEEPEST):
            missing = {child for each in known.values() for child in children(each)} - names
            if not missing or len(names) + len(missing) > MOST_NAMES:
                break
            names |= missing
            known |= self._described(sorted(missing))
        return tuple(_status(arn, known, now) for arn in arns)

    def naming(self, port_id: str) -> tuple[str, ...]:
        """Return the names of all alarms that name a port, and of those whose rules name these.

        Raises a `CallError`, also where there are too many to read.
        """
        ends_at = time.monotonic() + LONGEST_READ
        known: dict[str, Described] = {}
        token: dict[str, object] = {}
        for _ in range(MOST_PAGES):
            if time.monotonic() > ends_at:
                break
            page = call(
                self._cloudwatch,
                "describe_alarms",
                AlarmTypes=TYPES,
                MaxRecords=MOST_NAMES,
                **token,
            )
            known |= _by_name(page)
            if not page.get("NextToken"):
                return _naming(port_id, known)
            token = {"NextToken": page["NextToken"]}
        raise CallTimedOut(f"describe_alarms: there are more than {len(known)} alarms")

    def _described(self, names: Iterable[str]) -> dict[str, Described]:
        answer = call(
            self._cloudwatch,
            "describe_alarms",
            AlarmNames=list(names),
            AlarmTypes=TYPES,
            MaxRecords=MOST_NAMES,
        )
        return _by_name(answer)


def _by_name(page: Mapping[str, Any]) -> dict[str, Described]:
    found = [*(page.get("CompositeAlarms") or ()), *(page.get("MetricAlarms") or ())]
    return {str(each["AlarmName"]): each for each in found}


def _naming(port_id: str, known: Mapping[str, Described]) -> tuple[str, ...]:
    found = {name for name, alarm in known.items() if port_id in ports_of(alarm)}
    for _ in range(DEEPEST):
        found |= {name for name, alarm in known.items() if found & {*children(alarm)}}
    return tuple(sorted(found))


def children(alarm: Described) -> tuple[str, ...]:
    """Return the names of the alarms that the rule of a composite alarm names; none of others."""
    named = (next(filter(None, found)) for found in _IN_RULE.findall(alarm.get("AlarmRule") or ""))
    names = (name.split(":", 6)[-1] if name.startswith("arn:") else name for name in named)
    return tuple(dict.fromkeys(names))


def ports_of(alarm: Described) -> frozenset[str]:
    """Return the connections and LAGs that a metric alarm names, within metric math as well."""
    return frozenset(_ports(alarm))


def _ports(alarm: Described) -> Iterator[str]:
    yield from _in_dimensions(alarm.get("Dimensions"))
    for query in alarm.get("Metrics") or ():
        metric = (query.get("MetricStat") or {}).get("Metric") or {}
        yield from _in_dimensions(metric.get("Dimensions"))
        yield from _PORT.findall(str(query.get("Expression") or ""))


def _in_dimensions(dimensions: object) -> Iterator[str]:
    for each in dimensions if isinstance(dimensions, list) else ():
        yield from _PORT.findall(str(each.get("Value", "")))


def _status(arn: str, known: Mapping[str, Described], now: datetime) -> GuardStatus:
    alarm = known.get(alarm_id(arn).name)
    if alarm is None:
        return GuardStatus(alarm=arn, is_missing=True, read_at=now)
    leaves = tuple(_leaves(alarm, known, DEEPEST))
    windows = [None if leaf is None else _window(leaf) for leaf in leaves]
    spans = [each for each in windows if each is not None]
    return GuardStatus(
        alarm=arn,
        state=_state(alarm),
        since=_moment(
            alarm.get("StateTransitionedTimestamp") or alarm.get("StateUpdatedTimestamp")
        ),
        read_at=now,
        window_seconds=max(spans) if spans and len(spans) == len(windows) else None,
        connection_id=_only_port(leaves),
    )


def _leaves(
    alarm: Described, known: Mapping[str, Described], depth: int
) -> Iterator[Described | None]:
    """Yield the metric alarms that an alarm depends on, and None for what could not be read."""
    if "AlarmRule" not in alarm:
        yield alarm
        return
    named = children(alarm)
    if not named or not depth:
        yield None
    for name in named if depth else ():
        child = known.get(name)
        if child is None:
            yield None
        else:
            yield from _leaves(child, known, depth - 1)


def _only_port(leaves: Sequence[Described | None]) -> str:
    """Return the one port that all metric alarms watch; of those that are not OK, if any is not."""
    not_good = [leaf for leaf in leaves if leaf is None or _state(leaf) is not GuardState.GOOD]
    ports = [frozenset[str]() if leaf is None else ports_of(leaf) for leaf in not_good or leaves]
    if not ports or len(set(ports)) > 1 or len(ports[0]) != 1:
        return ""
    return next(iter(ports[0]))


def _window(alarm: Described) -> int | None:
    """Return the seconds that an alarm looks back over, None if it does not say."""
    periods = [alarm.get("Period")]
    for query in alarm.get("Metrics") or ():
        periods += [query.get("Period"), (query.get("MetricStat") or {}).get("Period")]
    known = [int(period) for period in periods if period]
    count = alarm.get("EvaluationPeriods")
    return max(known) * int(count) if known and count else None


def _state(alarm: Described) -> GuardState:
    return _STATES.get(str(alarm.get("StateValue")), GuardState.UNKNOWN)


def _moment(at: object) -> datetime | None:
    return at.astimezone(UTC) if isinstance(at, datetime) else None
