"""A run as properties see it: what was requested, called, true, and reported."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from pydantic import JsonValue

from simulator.directconnect import Call, share_of
from simulator.directconnect.shapes import Fields
from simulator.explore.checks import checks_of
from simulator.explore.own_time import own_time
from simulator.explore.repeated import most_repetitions
from simulator.explore.requested import requested
from simulator.explore.truth import ASSOCIATE, Truth, VifView
from simulator.runs.record import Record, StartedMove, execution_of
from simulator.runs.requests import as_input
from simulator.scenarios.model import ScenarioTrigger
from vifshift.domain.migration import Outcome
from vifshift.domain.request import Request
from vifshift.domain.request_envelope import MalformedRequestError, parse_request

DESCRIBE = "DescribeVirtualInterfaces"
ROUTES = "ListVirtualInterfaceRoutes"


@dataclass(frozen=True)
class Case:
    """One trigger of a run and its results, or one move of the plan that it requests."""

    record: Record
    trigger: ScenarioTrigger
    move: StartedMove | None = None

    @cached_property
    def request(self) -> Request | None:
        """Return the request, or None if it is malformed."""
        try:
            asked = self.asked if self.move else as_input(self.trigger, self.asked)
            return parse_request(asked).request
        except MalformedRequestError:
            return None

    @property
    def asked_for(self) -> set[JsonValue]:
        """Return the VIFs that any trigger of the run requests to move."""
        return requested(self.record)

    @cached_property
    def vif(self) -> str | None:
        """Return the VIF of the request, if it exists."""
        known = {each.virtual_interface_id for each in self.record.transitions}
        name = self.request.virtual_interface_id if self.request else None
        return name if name in known else None

    @cached_property
    def truth(self) -> Truth:
        """Return the true states of that VIF; where others move it too, in this one's own time."""
        truth = self.truth_of(self.vif or "")
        if self.own_time is None:
            return truth
        begin, end = self.own_time
        before = [each for each in truth.transitions if each.at < begin][-1:]
        during = [each for each in truth.transitions if begin <= each.at <= end]
        return replace(truth, transitions=[*before, *during])

    def truth_of(self, vif: str) -> Truth:
        """Return the true states of any VIF."""
        scenario = self.record.scenario
        steps = [step for timeline in scenario.timelines for step in timeline.steps]
        return Truth(
            [each for each in self.record.transitions if each.virtual_interface_id == vif],
            scenario.knobs,
            frozenset(step.connection_id for step in steps if step.connection_id),
        )

    @cached_property
    def own_time(self) -> tuple[datetime, datetime] | None:
        """Return when only this one may move the VIF, None if nothing else is to move it anyway.

        A move of a plan has the time of its execution. One of several requests for a VIF, in plans
        or not, has the time from the end of the one before it, whose lock it waits for.
        """
        return own_time(self)

    @cached_property
    def ends(self) -> list[dict[str, Any]]:
        """Return the final events about it, without those of duplicates if it has others."""
        told = self.all_ends
        own = [each for each in told if each["detail"]["data"]["outcome"] != Outcome.DUPLICATE]
        return own or told

    @cached_property
    def all_ends(self) -> list[dict[str, Any]]:
        """Return the final events about it, and about its duplicates."""
        if self.move:
            arn = self.move.execution["executionArn"]
            return [each for each in self.record.final_events if execution_of(each) == arn]
        return self.record.ends_of(self.trigger)

    @property
    def times(self) -> int:
        """Return how often it was requested."""
        return 1 if self.move else self.trigger.times

    @property
    def most_times(self) -> int:
        """Return how often its end may be told: also by what is redriven, repeated or replayed."""
        return self.times + most_repetitions(self.record.scenario)

    @cached_property
    def execution(self) -> dict[str, Any] | None:
        """Return the execution of the last final event, or else the first execution."""
        if self.move:
            return self.move.execution
        arn = self.ends[-1]["detail"]["metadata"].get("executionArn") if self.ends else None
        known = (each for each in self.record.executions if each.get("executionArn") == arn)
        return next(known, None) if arn else self.record.execution

    @property
    def virtual_interfaces(self) -> list[Fields]:
        """Return the VIFs of all worlds as they were at the start."""
        return [vif for world in self.record.scenario.worlds for vif in world.virtual_interfaces]

    def port(self, name: str) -> Fields | None:
        """Return a connection or LAG of any world as it was at the start."""
        worlds = self.record.scenario.worlds
        ports = (port for world in worlds for port in (*world.connections, *world.lags))
        named = (port for port in ports if name in {port.get("connectionId"), port.get("lagId")})
        return next(named, None)

    @property
    def is_platform_sound(self) -> bool:
        """Return whether no task fault and no interruption was planned."""
        scenario = self.record.scenario
        return not scenario.task_faults and not scenario.interruptions

    @cached_property
    def told(self) -> dict[str, Any] | None:
        """Return the data of the last final event."""
        events = self.ends
        return dict(events[-1]["detail"]["data"]) if events else None

    @cached_property
    def outcome(self) -> str | None:
        """Return the reported outcome."""
        return self.told["outcome"] if self.told else None

    @cached_property
    def told_at(self) -> datetime:
        """Return the time that the final event refers to, or the end of the execution.

        Events have a resolution of one millisecond; whatever happened within it counts as earlier.
        """
        events = self.ends
        if events:
            told = datetime.fromisoformat(events[-1]["detail"]["metadata"]["occurredAt"])
            return told + timedelta(milliseconds=1)
        return self.ended_at

    @property
    def ended_at(self) -> datetime:
        """Return when the execution ended, or was last seen.

        Step Functions has a resolution of one millisecond; what happened within it is earlier.
        """
        execution = self.execution or {}
        stopped: datetime | None = execution.get("stopDate")
        return stopped + timedelta(milliseconds=1) if stopped else self.record.started_at

    @cached_property
    def calls(self) -> Sequence[Call]:
        """Return the calls of the run; where others move the VIF too, in this one's own time."""
        if self.own_time is None:
            return self.record.calls
        begin, end = self.own_time
        return [call for call in self.record.calls if begin <= call.at <= end]

    @cached_property
    def associations(self) -> list[Call]:
        """Return every attempt to move that VIF."""
        calls = self.calls
        return [call for call in calls if call.operation == ASSOCIATE and self._is_about(call)]

    @cached_property
    def looks(self) -> list[Call]:
        """Return the answered reads of that VIF, or of all VIFs, up to the final event."""
        return [
            call
            for call in self.calls
            if call.operation == DESCRIBE
            and call.took_effect
            and call.error is None
            and self._may_be_ours(call)
            and call.at <= self.told_at
        ]

    @property
    def was_not_listed(self) -> bool:
        """Return whether a list was empty after the last read of that VIF."""
        last = self.looks[-1].at if self.looks else self.record.started_at
        return any(
            call.operation == DESCRIBE and call.error is None and not call.took_effect
            for call in self.calls
            if last <= call.at <= self.told_at
        )

    def _may_be_ours(self, call: Call) -> bool:
        """Return whether a read is of this VIF; a read of many may be another move's preflight."""
        name = call.parameters.get("virtualInterfaceId")
        is_after = bool(self.associations) and call.at > self.associations[0].at
        return name == self.vif or (name is None and not (self.move and is_after))

    @cached_property
    def surveys(self) -> list[Call]:
        """Return the reads of all VIFs, which are preflight's: its own, where others check too."""
        found = [call for call in self.looks if "virtualInterfaceId" not in call.parameters]
        checks = list(checks_of(self.record, self.execution))
        own = [call for call in found if any(begin <= call.at <= end for begin, end in checks)]
        return own or found

    @cached_property
    def snapshot_at(self) -> datetime | None:
        """Return when preflight last read the network before the first call."""
        before = self.before_the_first_attempt(self.surveys)
        return before[-1].at if before else None

    @cached_property
    def snapshot(self) -> VifView | None:
        """Return the state of the VIF at that time."""
        return self.truth.shown_at(self.snapshot_at)[0] if self.vif and self.snapshot_at else None

    @cached_property
    def expected_peers(self) -> set[str]:
        """Return the expected peers: those that were up, or all if none was."""
        return (self.snapshot.up or set(self.snapshot.bgp)) if self.snapshot else set()

    @cached_property
    def knows_routes(self) -> bool:
        """Return whether preflight could read the routes."""
        reads = [call for call in self.calls if call.operation == ROUTES]
        before = self.before_the_first_attempt(reads)
        return bool(before) and before[-1].error is None

    def before_the_first_attempt(self, calls: Sequence[Call]) -> list[Call]:
        """Return the calls that were made before the first attempt to move the VIF."""
        everything = list(self.calls)
        order = {id(call): index for index, call in enumerate(everything)}
        first = order[id(self.associations[0])] if self.associations else len(everything)
        return [call for call in calls if order[id(call)] < first]

    def is_good(self, view: VifView, port: str) -> bool:
        """Return whether a VIF is on a port with everything that the request expects."""
        return (
            view.connection_id == port
            and view.state == "available"
            and (self.snapshot.up if self.snapshot else set()) <= view.up
            and bool(view.up)
            and self.has_its_routes(view)
        )

    def has_its_routes(self, view: VifView) -> bool:
        """Return whether enough of the former routes are back: the same ones, not as many."""
        if not (self.snapshot and self.request and self.knows_routes):
            return True
        share = share_of(self.snapshot.prefixes, view.prefixes, self.snapshot.routes, view.routes)
        return share >= self.request.routes.min_recovered_percent

    def seconds(self, time: datetime) -> float:
        """Return a time in seconds since the trigger."""
        return (time - self.record.started_at).total_seconds()

    @property
    def asked(self) -> JsonValue:
        """Return the request as it was sent; for a plan's move, with its envelope."""
        if self.move:
            asked: JsonValue = json.loads(self.move.execution["input"])
            return asked
        return self.record.scenario.asked(self.trigger)

    @property
    def hold(self) -> timedelta:
        """Return the hold period."""
        return timedelta(seconds=self.request.convergence.hold_seconds if self.request else 0)

    @property
    def blink(self) -> timedelta:
        """Return how long an interruption may go unnoticed: what restarts no hold, and a moment."""
        return timedelta(seconds=30 + 1)

    def _is_about(self, call: Call) -> bool:
        asked = self.request.virtual_interface_id if self.request else None
        return asked is not None and call.parameters.get("virtualInterfaceId") == asked
