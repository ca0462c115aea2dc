"""Combines a generated world, request and faults into a scenario."""

from dataclasses import dataclass

from simulator.directconnect.shapes import Fields
from simulator.explore.generators.account import with_settings
from simulator.explore.generators.answers import DrawnAnswers, generate_answers
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.features import generate_features
from simulator.explore.generators.initial_state import generate_initial_state
from simulator.explore.generators.paths import generate_paths
from simulator.explore.generators.plans import generate_plan
from simulator.explore.generators.platform import (
    generate_event_faults,
    generate_platform_faults,
)
from simulator.explore.generators.repetitions import generate_repetitions
from simulator.explore.generators.request import generate_request
from simulator.explore.generators.routes import generate_routes
from simulator.explore.generators.several import More, generate_more_requests
from simulator.explore.generators.situations.catalogue import situation_of
from simulator.explore.generators.situations.drawing import draw_situation
from simulator.explore.generators.surroundings import generate_surroundings
from simulator.explore.generators.timing import adapt
from simulator.explore.generators.troubles import generate_troubles, knobs_of
from simulator.explore.generators.waits import generate_waits
from simulator.explore.generators.world import WorldPlan, generate_world
from simulator.scenarios.model import Expect, Scenario, ScenarioAnswer, ScenarioWorld

ANY_OUTCOME = "any"
MOST_TROUBLES_OF_TWO = 3
"""The most troubles of a seed with two requests for its VIF."""


@dataclass(frozen=True)
class GeneratedScenario:
    """The scenario of a seed, the kind of its request, and descriptions of its faults."""

    seed: int
    scenario: Scenario
    request: str
    troubles: tuple[str, ...]

    @property
    def drawn(self) -> tuple[str, ...]:
        """Return the descriptions of the kinds that were drawn, as in `fault_kinds`."""
        kind, _, plan = self.request.partition(", in a plan: ")
        return (f"request: {kind}", *[f"plan: {plan}"] * bool(plan), *self.troubles)


def generate(seed: int) -> GeneratedScenario:
    """Generate the scenario of a seed: a world, a request, faults, and what people do."""
    if situation := situation_of(seed):
        return _situated(seed, situation)
    dice = Dice(seed)
    plan = generate_world(dice, seed)
    before = generate_initial_state(dice, plan)
    request, trigger = generate_request(dice, plan)
    troubles = generate_troubles(dice, plan)
    failures = generate_platform_faults(dice, plan)
    if of_plan := generate_plan(dice, plan, trigger, troubles):
        request, trigger = f"{request}, in a plan: {of_plan[0]}", of_plan[1]
    is_plan = of_plan is not None
    events = generate_event_faults(dice, failures)
    around = generate_surroundings(seed, plan, troubles)
    generate_routes(dice, plan, troubles)
    paths = generate_paths(seed, plan, trigger)
    waits = generate_waits(dice, request, trigger)
    is_malformed = request == "malformed"
    answers = generate_answers(dice, plan, waits, is_plan=is_plan, is_forged_only=is_malformed)
    if answers.needs_sources:
        with_settings(plan)
    troubled = (*before, *around, *troubles.told, *failures.told)
    more = generate_more_requests(dice, plan, waits, answers.begins, trigger)
    again = generate_repetitions(dice, plan, trigger, failures, answers.answers, answers.begins)
    if is_malformed or len(troubled) > MOST_TROUBLES_OF_TWO:
        more = More()
    adapt(dice, troubles, failures, answers.begins)
    features = generate_features(dice, plan, trigger)
    told = (*troubled, *features, *paths, *waits.told, *answers.told, *more.told, *again.told)
    told = tuple(dict.fromkeys(told))
    scenario = Scenario(
        name=f"seed-{seed}",
        summary=f"A request that is {request}; {', '.join(told) or 'no trouble'}.",
        settings=plan.settings,
        world=_world(plan),
        other_worlds=tuple(map(ScenarioWorld.model_validate, plan.other_worlds)),
        timelines=troubles.timelines,
        faults=tuple(troubles.faults),
        changes=tuple(troubles.changes),
        knobs=knobs_of(troubles),
        task_faults=tuple(failures.task_faults),
        interruptions=tuple(failures.interruptions),
        events=(*events, *again.events),
        trigger=trigger,
        later_triggers=more.triggers,
        answers=_in_order(answers, more),
        redrives=again.redrives,
        replays=again.replays,
        expect=Expect(outcome=ANY_OUTCOME),
    )
    return GeneratedScenario(seed, scenario, request, told)


def _situated(seed: int, name: str) -> GeneratedScenario:
    draft, request, told = draw_situation(seed, name)
    scenario = Scenario(
        name=f"seed-{seed}",
        summary=f"A request that is {request}; {', '.join(told)}.",
        settings=draft.world.settings,
        world=_world(draft.world),
        other_worlds=tuple(map(ScenarioWorld.model_validate, draft.world.other_worlds)),
        timelines=tuple(draft.timelines),
        faults=tuple(draft.faults),
        changes=tuple(draft.changes),
        knobs=draft.knobs,
        task_faults=tuple(draft.task_faults),
        interruptions=tuple(draft.interruptions),
        events=tuple(draft.events),
        trigger=draft.trigger,
        later_triggers=tuple(draft.later),
        answers=tuple(sorted(draft.answers, key=lambda each: each.at)),
        calls=tuple(draft.calls),
        expect=Expect(outcome=ANY_OUTCOME),
    )
    return GeneratedScenario(seed, scenario, request, told)


def _world(plan: WorldPlan) -> ScenarioWorld:
    world: Fields = {
        "connections": [*plan.connections],
        "lags": [*plan.lags],
        "virtualInterfaces": [*plan.virtual_interfaces],
        **plan.extras,
    }
    return ScenarioWorld.model_validate(world)


def _in_order(answers: DrawnAnswers, more: More) -> tuple[ScenarioAnswer, ...]:
    return tuple(sorted((*answers.answers, *more.answers), key=lambda each: each.at))
