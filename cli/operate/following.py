"""What is read of a migration that is followed: each time only what is new, by few calls."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from botocore.exceptions import BotoCoreError

from cli.environment import AwsEnvironment
from cli.operate.executions import FoundExecution, described_again
from cli.operate.lanes import RoutesSeen
from cli.operate.stack import Stack
from vifshift.adapters.directconnect import DirectConnectAdapter
from vifshift.domain.errors import PASSING, CallError
from vifshift.domain.execution_history import Follower, assigned, time_of
from vifshift.domain.migration import Migration
from vifshift.domain.observation import Observation, Reason, Verdict, VifStatus, status_of
from vifshift.domain.workflow import StateName
from vifshift.reports.migration.model import ObservationRecord
from vifshift.reports.migration.reading import SoFar, read_so_far

SHORTEST_PACE: Final = 5
_MOVING: Final = frozenset(
    {
        StateName.ASSOCIATE,
        StateName.PAUSE,
        StateName.OBSERVE,
        StateName.ANNOUNCE_PROGRESS,
        StateName.TURN_BACK,
        StateName.ANNOUNCE_ROLLBACK,
    }
)
"""The states in which a virtual interface is on its way."""
_UP: Final = "up"


class Shown(NamedTuple):
    """What is known of a migration: its execution, its history, routes, and what was read live.

    `live` is what Direct Connect says right now, None where it was not asked. `note` says why.
    """

    execution: FoundExecution
    seen: SoFar
    routes: tuple[RoutesSeen, ...] = ()
    live: VifStatus | None = None
    note: str = ""


class History:
    """The history of an execution, of which each reading takes only what is new."""

    def __init__(self, stack: Stack, arn: str) -> None:
        self._stack, self._arn = stack, arn
        self.events: list[dict[str, Any]] = []

    def read(self) -> list[dict[str, Any]]:
        """Return all events so far, oldest first; raises a `CallError`."""
        executions = self._stack.executions
        if self.events:
            self.events += executions.news(self._arn, self.events[-1]["id"])
        else:
            self.events += executions.history(self._arn)
        return self.events


class FollowedMigration:
    """A migration that is followed, with one DescribeVirtualInterfaces each time while it moves."""

    def __init__(self, stack: Stack, execution: FoundExecution) -> None:
        self._stack, self.execution = stack, execution
        self._history = History(stack, execution.arn)
        self._readings: list[ObservationRecord] = []
        self._network: DirectConnectAdapter | None = None
        self._note = ""

    def read(self, now: datetime) -> Shown:
        """Return what is known now; raises a `CallError` if that can't be read."""
        self.execution = described_again(self._stack, self.execution)
        events = self._history.read()
        seen = read_so_far(events, now=now, besides=self._readings)
        live = self._live(seen, now)
        if live:
            seen = read_so_far(events, now=now, besides=self._readings)
        return Shown(self.execution, seen, tuple(routes_seen(events)), live, self._note)

    @staticmethod
    def pace(shown: Shown) -> int:
        """Return the seconds until it is read again: as often as the workflow does, at most."""
        observation = shown.seen.observation
        return max(SHORTEST_PACE, observation.pause_seconds if observation else 0)

    def _live(self, seen: SoFar, now: datetime) -> VifStatus | None:
        """Return what Direct Connect says, while it moves and as far as these credentials may."""
        migration = seen.validation.migration if seen.validation else None
        if migration is None or self.execution.outcome or seen.state not in _MOVING:
            return None
        if self._note:
            return None
        if migration.role_arn:
            self._note = "Its account is read by the workflow alone: shown is what that observed."
            return None
        try:
            vif = self._reader(migration).virtual_interface(migration.snapshot.virtual_interface_id)
        except PASSING:
            return None
        except (CallError, BotoCoreError) as error:
            self._note = f"Shown is what the workflow observed, since Direct Connect says: {error}"
            return None
        if vif is None:
            return None
        status = status_of(vif)
        self._readings.append(
            ObservationRecord(
                at=now,
                phase=seen.phase,
                verdict=Verdict.SETTLING,
                reason=Reason.AS_EXPECTED,
                message="",
                picture=status,
            )
        )
        return status

    def _reader(self, migration: Migration) -> DirectConnectAdapter:
        if self._network is None:
            environment: AwsEnvironment = self._stack.environment
            client = environment.client("directconnect", region=migration.region)
            self._network = DirectConnectAdapter(client)
        return self._network


def routes_seen(events: Iterable[dict[str, Any]]) -> Iterator[RoutesSeen]:
    """Yield how many of the earlier routes there were, after each observation of a history."""
    follower = Follower()
    before = 0
    for event in events:
        follower.see(event)
        at = time_of(event)
        if "validation" in assigned(event) and at:
            before = _routes_before(follower.variable("validation"))
            if before:
                yield RoutesSeen(at, 100.0)
        elif follower.state == StateName.ASSOCIATE and event["type"] == "TaskScheduled" and at:
            if before:
                yield RoutesSeen(at, None)
        elif follower.state == StateName.OBSERVE and "observation" in assigned(event) and before:
            observation = Observation.model_validate(follower.variable("observation"))
            yield RoutesSeen(observation.at, routes_percent(observation, before))


def routes_percent(observation: Observation, before: int) -> float | None:
    """Return how many of the earlier routes an observation found, in percent; None if not read."""
    if observation.route_changes:
        lost = sum(change.lost_count for change in observation.route_changes)
        return max(0.0, 100.0 * (before - lost) / before)
    if observation.reason is Reason.AS_EXPECTED:
        return 100.0
    is_up = _UP in observation.picture.bgp_peers.values()
    # Without a BGP session there are no routes; with one, they are read later.
    return None if is_up or not observation.is_seen else 0.0


def _routes_before(validation: Any) -> int:
    migration = (validation or {}).get("migration") or {}
    routes = (migration.get("expectation") or {}).get("routes") or ()
    return sum(each.get("count", 0) for each in routes)


def since(earlier: datetime | None, now: datetime) -> timedelta:
    """Return how long ago something was, which is never in the future."""
    return max(now - earlier, timedelta()) if earlier else timedelta()
