"""A scenario under construction in which one situation is set up, and nothing else goes wrong."""

from dataclasses import dataclass, field

from pydantic import JsonValue

from simulator.cloud import EventFault, ExecutionInterruption, TaskFault
from simulator.directconnect import ArrivalTimeline, Change, Fault, Knobs
from simulator.directconnect.shapes import Fields
from simulator.explore.generators import plans
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.siblings import siblings_of
from simulator.explore.generators.waits import HOUR, window
from simulator.explore.generators.world import WorldPlan
from simulator.scenarios.model import (
    ScenarioAnswer,
    ScenarioAnswerKind,
    ScenarioCall,
    ScenarioTrigger,
    TriggerKind,
)

CODE = "NO_REDUNDANT_PATH"
MOVE = ("virtualInterfaceId", "connectionId")
SIBLINGS = "siblings"


@dataclass
class Draft:
    """A request of one VIF or of a plan, its world, and what happens to it.

    `asked` are the fields of the request, or of the plan; times are in seconds after it.
    """

    dice: Dice
    world: WorldPlan
    asked: Fields
    is_plan: bool = False
    kind: TriggerKind = TriggerKind.EVENT
    source: str = "an-engineer"
    is_listed: bool = False
    plan_kind: str = ""
    waits: str = ""
    told: list[str] = field(default_factory=list)
    later: list[ScenarioTrigger] = field(default_factory=list)
    answers: list[ScenarioAnswer] = field(default_factory=list)
    calls: list[ScenarioCall] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    task_faults: list[TaskFault] = field(default_factory=list)
    interruptions: list[ExecutionInterruption] = field(default_factory=list)
    events: list[EventFault] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    knobs: Knobs = field(default_factory=Knobs)
    timelines: list[ArrivalTimeline] = field(default_factory=list)

    @property
    def trigger(self) -> ScenarioTrigger:
        """Return what starts the workflow."""
        given: Fields = {"kind": self.kind, "source": self.source}
        if self.is_plan:
            given |= {"plan": self.asked, "listed": self.is_listed}
        else:
            given["request"] = self.asked
        return ScenarioTrigger.model_validate(given)

    @property
    def near(self) -> list[Fields]:
        """Return the siblings of the subject that may move, those of its gateway."""
        siblings = siblings_of(self.world)
        return [each for each in siblings if not self.world.is_hosted(str(each["connectionId"]))]

    @property
    def others(self) -> list[str]:
        """Return the other VIFs that may move, those of other gateways first."""
        near = [str(each["virtualInterfaceId"]) for each in siblings_of(self.world)]
        vifs = self.world.virtual_interfaces
        movable = [
            str(each["virtualInterfaceId"])
            for each in vifs
            if each["virtualInterfaceId"] != self.world.subject
            and not self.world.is_hosted(str(each["connectionId"]))
        ]
        return sorted(movable, key=lambda name: name in near)

    def as_plan(self, most: int = 2, *, is_quick: bool = True) -> bool:
        """Turn the request into a plan with other VIFs; return False if there is none."""
        others = self.others[:most]
        if not others:
            return False
        moves: list[JsonValue] = [{name: self.asked.pop(name) for name in MOVE}]
        for name in others:
            port = self.fresh_port(len(moves))
            moves.append(dict(zip(MOVE, (name, port), strict=True)))
        self.asked["moves"] = moves
        if is_quick:
            self.asked["convergence"] = {"timeoutSeconds": 120, "holdSeconds": 0}
        self.is_plan, self.plan_kind = True, plans.MOVES
        return True

    def as_evacuation(self) -> bool:
        """Turn the request into the evacuation of its source; return False if that can't be."""
        if self.world.is_hosted(self.world.target) or self.world.is_hosted(self.world.source):
            return False
        for name in MOVE:
            self.asked.pop(name)
        self.asked["evacuate"] = {"from": self.world.source, "to": self.fresh_port(0)}
        self.is_plan, self.plan_kind = True, plans.EVACUATION
        return True

    def fresh_port(self, number: int) -> str:
        """Return a connection that is added to the world, with nothing on it."""
        port = f"dxcon-fresh{number:03}"
        if port not in self.world.ports:
            self.world.connections.append(
                {"connectionId": port, "location": "EqFA5", "bandwidth": "100Gbps"}
            )
        return port

    def wait_for_window(self, hours: int) -> int:
        """Let it wait for a window, and return when that opens."""
        opens = hours * HOUR
        self.asked["window"] = window(opens, opens + 8 * HOUR)
        self.waits = "a window in hours"
        return opens

    def wait_for_approval(self, minutes: int) -> int:
        """Let it wait for an approval, and return until when people are asked."""
        self.asked["approval"] = {"required": True, "timeoutMinutes": minutes}
        self.waits = "an approval, then a window" if self.waits else "an approval"
        return minutes * 60

    def answer(
        self, at: int, kind: ScenarioAnswerKind = ScenarioAnswerKind.APPROVED, **rest: object
    ) -> None:
        """Let somebody answer."""
        given: dict[str, object] = {"at": at, "kind": kind, "by": "alice", "ifPossible": True}
        self.answers.append(ScenarioAnswer.model_validate(given | rest))

    def say(self, at: int, detail_type: str, **detail: JsonValue) -> None:
        """Let somebody send an event that answers."""
        self.answers.append(
            ScenarioAnswer(
                at=at, detail_type=detail_type, detail={"by": "bob", **detail}, if_possible=True
            )
        )

    def fail(self, state: str, error: str, *, first: int = 1, times: int = 60) -> None:
        """Let the task of a state fail as often as it is tried, or so many times."""
        calls = tuple(range(first, first + times))
        self.task_faults.append(TaskFault(state=state, calls=calls, error=error))

    def interrupt(self, kind: str = "stop", **given: object) -> None:
        """Interrupt the execution that the request starts."""
        self.interruptions.append(
            ExecutionInterruption.model_validate({"at": 0, "kind": kind, **given})
        )

    def ask_later(self, at: int, vif: Fields, port: str, **rest: JsonValue) -> None:
        """Request the move of another VIF."""
        request: Fields = {
            "virtualInterfaceId": vif["virtualInterfaceId"],
            "connectionId": port,
            "acknowledge": [CODE],
            **rest,
        }
        self.later.append(ScenarioTrigger(kind=TriggerKind.EVENT, at=at, request=request))
