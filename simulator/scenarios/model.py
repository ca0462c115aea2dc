"""The model of a scenario file: a world, what happens in it, requests, and expectations."""

from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, JsonValue, ValidationError, model_validator

from simulator.cloud import EventFault, ExecutionInterruption, TaskFault
from simulator.directconnect import ArrivalTimeline, Change, Fault, Knobs, World
from simulator.directconnect.scenario_model import ScenarioModel, Seconds
from simulator.directconnect.world import DuplicateError
from simulator.moto_ext.account import AccountFacts
from simulator.scenarios.consistency import inconsistencies
from simulator.scenarios.files import (
    SCENARIOS,
    BadScenarioError,
    find,
    named,
    parsed_with_faults,
    text_of,
)
from simulator.scenarios.interventions import (
    ScenarioAnswer,
    ScenarioAnswerKind,
    ScenarioCall,
    ScenarioObject,
    ScenarioRedrive,
    ScenarioReplay,
)
from simulator.scenarios.mistakes import Mistake, explained
from simulator.scenarios.validation_errors import mistakes_in

__all__ = [
    "SCENARIOS",
    "BadScenarioError",
    "Expect",
    "ExpectedFinding",
    "Scenario",
    "ScenarioAnswer",
    "ScenarioAnswerKind",
    "ScenarioCall",
    "ScenarioObject",
    "ScenarioRedrive",
    "ScenarioReplay",
    "ScenarioTrigger",
    "ScenarioWorld",
    "TriggerKind",
    "find",
    "load",
    "named",
    "validated",
]


Check = Callable[[object], Iterable[Mistake]]


class TriggerKind(StrEnum):
    """How the request arrives."""

    EVENT = "event"
    EXECUTION = "execution"
    SCHEDULE = "schedule"


class ScenarioTrigger(ScenarioModel):
    """What starts the workflow; `request` may be any JSON, since people send anything.

    With `plan` in its place it is the workflow of plans that is started; where it is `listed`, its
    moves are put into the stack's bucket, and it names them by `movesUri`. `times` is how often it
    comes, all at once; `at` is when, in seconds after the first one. What a schedule starts is
    in the settings, with the `window` that it opens. An event is from its `source`.
    """

    kind: TriggerKind = TriggerKind.EVENT
    request: JsonValue = None
    plan: JsonValue = None
    listed: bool = False
    window: str | None = None
    source: str = "an-engineer"
    times: Annotated[int, Field(ge=1)] = 1
    at: Seconds = 0

    @model_validator(mode="after")
    def has_what_its_kind_needs(self) -> Self:
        """Refuse a schedule without its window, and anything else without what it asks for."""
        is_schedule = self.kind is TriggerKind.SCHEDULE
        if is_schedule != (self.window is not None):
            raise ValueError("a schedule, and nothing else, has a window")
        asked = {"request", "plan"} & self.model_fields_set
        if is_schedule == bool(asked):
            raise ValueError("every trigger but a schedule has a request or a plan")
        if len(asked) > 1:
            raise ValueError("a trigger has a request or a plan, not both")
        if self.listed and not (isinstance(self.plan, dict) and "moves" in self.plan):
            raise ValueError("listed: the trigger has no plan with moves")
        return self


class ExpectedFinding(ScenarioModel):
    """An expected finding of the final event; `message` is a part of it, and the rest may vary."""

    code: str
    severity: str | None = None
    message: str = ""
    acknowledged_by: str | None = None


class Expect(ScenarioModel):
    """The expectations; whatever is not given, be it the outcome, may vary.

    `events` occur in this order, others may lie between, and those of two migrations without a plan
    may come in either; `cause` are pieces of the execution's
    cause, or of its message where it succeeds; `findings` are among those of the final event;
    `api_calls` are exact numbers. `moves` are what became of a plan's VIFs, `most_at_once` is how
    many of its moves were on their way together at most, and `started` are its VIFs in the order in
    which they were. `denied` are the IAM actions that the deployed policies refuse, and nothing
    else may be refused.
    """

    outcome: str | None = None
    moves: dict[str, str] = Field(default_factory=dict)
    most_at_once: int | None = None
    started: tuple[str, ...] | None = None
    connection_id: dict[str, str] = Field(default_factory=dict)
    events: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    cause: tuple[str, ...] = ()
    findings: tuple[ExpectedFinding, ...] = ()
    api_calls: dict[str, int] = Field(default_factory=dict)
    denied: tuple[str, ...] = ()


class ScenarioWorld(World, AccountFacts):
    """The network and the account: calendars, Health events, roles and more."""


class Scenario(ScenarioModel):
    """A scenario; `settings` are those with which the app is deployed, as in cdk.json.

    `shows` are numbers of the failure timelines in docs/scenarios.md; `because` says in one line
    why a careful engineer wants this outcome.

    The stack is deployed in `world`; `otherWorlds` are other accounts and Regions. Ids are unique
    over all of them. Timelines, faults and knobs are for every world, so that what names an id acts
    where that is, and what names none acts everywhere, `calls` and API rates being counted for each
    world by itself. A change is made in the world that has its subject; objects are put into the
    stack's bucket.

    Without `expect` a run shows what happens, and checks only what always must hold.
    """

    name: str
    summary: str
    shows: tuple[int, ...] = ()
    because: str = ""
    settings: dict[str, JsonValue] | None = None
    world: ScenarioWorld
    other_worlds: tuple[ScenarioWorld, ...] = ()
    timelines: tuple[ArrivalTimeline, ...] = ()
    faults: tuple[Fault, ...] = ()
    changes: tuple[Change, ...] = ()
    objects: tuple[ScenarioObject, ...] = ()
    knobs: Knobs = Knobs()
    task_faults: tuple[TaskFault, ...] = ()
    interruptions: tuple[ExecutionInterruption, ...] = ()
    events: tuple[EventFault, ...] = ()
    trigger: ScenarioTrigger
    later_triggers: tuple[ScenarioTrigger, ...] = ()
    answers: tuple[ScenarioAnswer, ...] = ()
    calls: tuple[ScenarioCall, ...] = ()
    redrives: tuple[ScenarioRedrive, ...] = ()
    replays: tuple[ScenarioReplay, ...] = ()
    expect: Expect = Expect()

    @property
    def worlds(self) -> tuple[ScenarioWorld, ...]:
        """Return every world, the stack's own first."""
        return (self.world, *self.other_worlds)

    @property
    def triggers(self) -> tuple[ScenarioTrigger, ...]:
        """Return every trigger, the first one first."""
        return (self.trigger, *self.later_triggers)

    def asked(self, trigger: ScenarioTrigger) -> JsonValue:
        """Return what a trigger requests; for a schedule its plan, or its first request."""
        match self._window_of(trigger):
            case {"plan": plan}:
                return plan
            case {"requests": [request, *_]}:
                return request
        return trigger.plan if self.is_plan(trigger) else trigger.request

    def is_plan(self, trigger: ScenarioTrigger) -> bool:
        """Return whether a trigger requests a plan."""
        return "plan" in trigger.model_fields_set or "plan" in self._window_of(trigger)

    def _window_of(self, trigger: ScenarioTrigger) -> dict[str, JsonValue]:
        """Return the window of the settings that a trigger uses."""
        windows = (self.settings or {}).get("windows")
        for window in windows if isinstance(windows, list) else ():
            if isinstance(window, dict) and trigger.window and window["name"] == trigger.window:
                return window
        return {}

    @model_validator(mode="after")
    def _worlds_are_apart(self) -> Self:
        places = [f"{world.account} in {world.region}" for world in self.worlds]
        ids = [name for world in self.worlds for name in sorted(world.ids)]
        for each, count in Counter([*places, *ids]).items():
            if count > 1:
                raise DuplicateError(f"otherWorlds: {each} is in more than one world")
        return self


def load(path: Path, *checks: Check) -> Scenario:
    """Read a scenario file; raises `BadScenarioError`, which names every mistake with its line.

    `checks` look at the file's content for what else can't be.
    """
    text = text_of(path)
    return validated(path, text, None, *checks)


def validated(file: object, text: str, changed: object, *checks: Check) -> Scenario:
    """Return the scenario of a file's text, or of what its content was `changed` into.

    Raises `BadScenarioError`.
    """
    content, faults = parsed_with_faults(file, text)
    if changed is not None:
        content = changed
    if not isinstance(content, dict):
        words = "is empty" if content is None else "is not a mapping of keys, such as `name: …`"
        raise BadScenarioError(f"{file}:1: the file {words}")
    mistakes = [each for check in (inconsistencies, *checks) for each in check(content)]
    try:
        scenario = Scenario.model_validate(content, by_alias=True, by_name=False)
    except ValidationError as error:
        mistakes += mistakes_in(Scenario, error, is_more=bool(mistakes))
    if mistakes or faults:
        others = [(fault.line, fault.words) for fault in faults]
        raise BadScenarioError(explained(file, text, mistakes, others))
    return scenario
