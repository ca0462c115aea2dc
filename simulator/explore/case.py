"""A run as the properties want it: what was asked, called, true, and told."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from pydantic import JsonValue

from simulator.directconnect import Call
from simulator.directconnect.shapes import Fields
from simulator.explore.truth import ASSOCIATE, Truth, VifView
from simulator.runs.record import Record, StartedMove, execution_of, subject_asked
from simulator.scenarios.model import ScenarioTrigger
from vifshift.domain.request import Request
from vifshift.domain.request_envelope import MalformedRequestError, parse_request

DESCRIBE = "DescribeVirtualInterfaces"
ROUTES = "ListVirtualInterfaceRoutes"


@dataclass(frozen=True)
class Case:
    """One trigger of a run, and what came of it; or one move of the plan that it asks for."""

    record: Record
    trigger: ScenarioTrigger
    move: StartedMove | None = None

    @cached_property
    def request(self) -> Request | None:
        """What was asked; None where it can't be read."""
        try:
            return parse_request(self.asked).request
        except MalformedRequestError:
            return None

    @property
    def asked_for(self) -> set[JsonValue]:
        """The VIFs that any trigger of the run asks for."""
        scenario = self.record.scenario
        asked = [(scenario.asked(each), scenario.is_plan(each)) for each in scenario.triggers]
        alone = {subject_asked(each)[0] for each, is_plan in asked if not is_plan}
        return alone.union(*(self._planned(each) for each, is_plan in asked if is_plan))

    def _planned(self, plan: JsonValue) -> Iterator[JsonValue]:
        """Yield the VIFs that a plan names, or may mean."""
        match plan:
            case {"moves": [*moves]}:
                yield from (subject_asked(each)[0] for each in moves)
            case {"evacuate": {"from": source, **rest}}:
                excluded = rest.get("exclude")
                for vif in self.virtual_interfaces:
                    name = vif["virtualInterfaceId"]
                    named = excluded if isinstance(excluded, list) else []
                    if vif["connectionId"] == source and name not in named:
                        yield name
            case {"movesUri": _}:
                yield from (each.request.get("virtualInterfaceId") for each in self.record.moves)

    @cached_property
    def vif(self) -> str | None:
        """The VIF that it is about, if there is such a one."""
        known = {each.virtual_interface_id for each in self.record.transitions}
        name = self.request.virtual_interface_id if self.request else None
        return name if name in known else None

    @cached_property
    def truth(self) -> Truth:
        """What was true of that VIF; for a move of a plan, from its beginning to its end."""
        truth = self.truth_of(self.vif or "")
        if self.move is None:
            return truth
        begin, end = self.move.execution["startDate"], self.ended_at
        before = [each for each in truth.transitions if each.at < begin][-1:]
        during = [each for each in truth.transitions if begin <= each.at <= end]
        return replace(truth, transitions=[*before, *during])

    def truth_of(self, vif: str) -> Truth:
        """Return what was true of any VIF."""
        scenario = self.record.scenario
        steps = [step for timeline in scenario.timelines for step in timeline.steps]
        return Truth(
            [each for each in self.record.transitions if each.virtual_interface_id == vif],
            scenario.knobs,
            frozenset(step.connection_id for step in steps if step.connection_id),
        )

    @cached_property
    def ends(self) -> list[dict[str, Any]]:
        """The final events that tell of it."""
        if self.move:
            arn = self.move.execution["executionArn"]
            return [each for each in self.record.final_events if execution_of(each) == arn]
        return self.record.ends_of(self.trigger)

    @property
    def times(self) -> int:
        """How often it was asked for."""
        return 1 if self.move else self.trigger.times

    @cached_property
    def execution(self) -> dict[str, Any] | None:
        """The execution that the last final event is of, else the first."""
        if self.move:
            return self.move.execution
        arn = self.ends[-1]["detail"]["metadata"].get("executionArn") if self.ends else None
        known = (each for each in self.record.executions if each.get("executionArn") == arn)
        return next(known, None) if arn else self.record.execution

    @property
    def virtual_interfaces(self) -> list[Fields]:
        """The VIFs of every world, as it was at the start."""
        return [vif for world in self.record.scenario.worlds for vif in world.virtual_interfaces]

    def port(self, name: str) -> Fields | None:
        """Return a connection or LAG of any world, as it was at the start."""
        worlds = self.record.scenario.worlds
        ports = (port for world in worlds for port in (*world.connections, *world.lags))
        named = (port for port in ports if name in {port.get("connectionId"), port.get("lagId")})
        return next(named, None)

    @property
    def is_platform_sound(self) -> bool:
        """Whether no task was made to fail, and no execution was ended from outside."""
        scenario = self.record.scenario
        return not scenario.task_faults and not scenario.interruptions

    @cached_property
    def told(self) -> dict[str, Any] | None:
        """What the last final event says."""
        events = self.ends
        return dict(events[-1]["detail"]["data"]) if events else None

    @cached_property
    def outcome(self) -> str | None:
        """The outcome told."""
        return self.told["outcome"] if self.told else None

    @cached_property
    def told_at(self) -> datetime:
        """The time that the final event is about, or the end of the execution.

        Events tell the milliseconds: what happened in the last of them was before it.
        """
        events = self.ends
        if events:
            told = datetime.fromisoformat(events[-1]["detail"]["metadata"]["occurredAt"])
            return told + timedelta(milliseconds=1)
        return self.ended_at

    @property
    def ended_at(self) -> datetime:
        """When the execution ended, or was last heard of.

        Step Functions tells the milliseconds: what happened in the last of them was before it.
        """
        execution = self.execution or {}
        stopped: datetime | None = execution.get("stopDate")
        return stopped + timedelta(milliseconds=1) if stopped else self.record.started_at

    @cached_property
    def calls(self) -> Sequence[Call]:
        """The calls of the run; for a move of a plan, those from its beginning to its end."""
        if self.move is None:
            return self.record.calls
        begin, end = self.move.execution["startDate"], self.ended_at
        return [call for call in self.record.calls if begin <= call.at <= end]

    @cached_property
    def associations(self) -> list[Call]:
        """Every attempt to move that VIF."""
        calls = self.calls
        return [call for call in calls if call.operation == ASSOCIATE and self._is_about(call)]

    @cached_property
    def looks(self) -> list[Call]:
        """Every look at that VIF, or at all VIFs, that had an answer, up to the final event."""
        return [
            call
            for call in self.calls
            if call.operation == DESCRIBE
            and call.took_effect
            and call.error is None
            and self._may_be_ours(call)
            and call.at <= self.told_at
        ]

    def _may_be_ours(self, call: Call) -> bool:
        """Say whether a look is at this VIF; one at many may be another move's preflight."""
        name = call.parameters.get("virtualInterfaceId")
        is_after = bool(self.associations) and call.at > self.associations[0].at
        return name == self.vif or (name is None and not (self.move and is_after))

    @cached_property
    def surveys(self) -> list[Call]:
        """The looks at all VIFs: those of preflight."""
        return [call for call in self.looks if "virtualInterfaceId" not in call.parameters]

    @cached_property
    def snapshot_at(self) -> datetime | None:
        """When preflight looked last before anything was sent."""
        before = self.before_the_first_attempt(self.surveys)
        return before[-1].at if before else None

    @cached_property
    def snapshot(self) -> VifView | None:
        """How the VIF was then."""
        return self.truth.shown_at(self.snapshot_at)[0] if self.vif and self.snapshot_at else None

    @cached_property
    def expected_peers(self) -> set[str]:
        """The peers that must be up in the end: those that were, or all where none was."""
        return (self.snapshot.up or set(self.snapshot.bgp)) if self.snapshot else set()

    @cached_property
    def knows_routes(self) -> bool:
        """Whether preflight could read the routes."""
        reads = [call for call in self.calls if call.operation == ROUTES]
        before = self.before_the_first_attempt(reads)
        return bool(before) and before[-1].error is None

    def before_the_first_attempt(self, calls: Sequence[Call]) -> list[Call]:
        """Return those of some calls that were made before the first attempt to move the VIF."""
        everything = list(self.calls)
        order = {id(call): index for index, call in enumerate(everything)}
        first = order[id(self.associations[0])] if self.associations else len(everything)
        return [call for call in calls if order[id(call)] < first]

    def is_good(self, view: VifView, port: str) -> bool:
        """Say whether a VIF is on a port as it was before, as far as was asked for."""
        return (
            view.connection_id == port
            and view.state == "available"
            and self.expected_peers <= view.up
            and self.has_its_routes(view)
        )

    def has_its_routes(self, view: VifView) -> bool:
        """Say whether enough of the routes of before are there, by number."""
        if not (self.snapshot and self.request and self.knows_routes):
            return True
        least = self.request.routes.min_recovered_percent
        return all(
            100 * view.routes.get(kind, 0) >= least * count
            for kind, count in self.snapshot.routes.items()
        )

    def seconds(self, time: datetime) -> float:
        """Return a time as seconds from the trigger."""
        return (time - self.record.started_at).total_seconds()

    @property
    def asked(self) -> JsonValue:
        """The request as it was sent; that of a plan's move in its envelope."""
        if self.move:
            asked: JsonValue = json.loads(self.move.execution["input"])
            return asked
        return self.record.scenario.asked(self.trigger)

    @property
    def hold(self) -> timedelta:
        """How long it had to stay good."""
        return timedelta(seconds=self.request.convergence.hold_seconds if self.request else 0)

    @property
    def blink(self) -> timedelta:
        """How long a break can be and stay unseen: two looks, one of which may fail."""
        poll = self.request.convergence.poll_seconds if self.request else 0
        return timedelta(seconds=max(30, 2.5 * poll) + 1)

    def _is_about(self, call: Call) -> bool:
        asked = self.request.virtual_interface_id if self.request else None
        return asked is not None and call.parameters.get("virtualInterfaceId") == asked
