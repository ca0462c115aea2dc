"""Combines a generated world, request and faults into a scenario."""

from dataclasses import dataclass

from simulator.explore.generators.again import generate_request_again
from simulator.explore.generators.answers import generate_forged_answers
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.initial_state import generate_initial_state
from simulator.explore.generators.paths import generate_paths
from simulator.explore.generators.plans import generate_plan
from simulator.explore.generators.platform import (
    generate_event_faults,
    generate_platform_faults,
)
from simulator.explore.generators.request import generate_request
from simulator.explore.generators.routes import generate_routes
from simulator.explore.generators.surroundings import generate_surroundings
from simulator.explore.generators.troubles import generate_troubles, knobs_of
from simulator.explore.generators.world import generate_world
from simulator.scenarios.model import Expect, Scenario, ScenarioWorld

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


def generate(seed: int) -> GeneratedScenario:
    """Generate the scenario of a seed; later parts can grow without changing earlier ones."""
    dice = Dice(seed)
    plan = generate_world(dice, seed)
    before = generate_initial_state(dice, plan)
    request, trigger = generate_request(dice, plan)
    troubles = generate_troubles(dice, plan)
    failures = generate_platform_faults(dice, plan)
    if of_plan := generate_plan(dice, plan, trigger):
        request, trigger = f"{request}, in a plan", of_plan
    events = generate_event_faults(dice, failures)
    answers = generate_forged_answers(dice)
    around = generate_surroundings(seed, plan, troubles)
    generate_routes(dice, plan, troubles)
    told_again, later = generate_request_again(dice, plan, request, trigger)
    if of_plan or len((*before, *around, *troubles.told, *failures.told)) > MOST_TROUBLES_OF_TWO:
        told_again, later = (), ()
    paths = generate_paths(seed, plan, trigger)
    forged = [f"forged: {answer.detail_type}" for answer in answers]
    told = (*before, *around, *troubles.told, *failures.told, *forged, *told_again)
    scenario = Scenario(
        name=f"seed-{seed}",
        summary=f"A request that is {request}; {', '.join((*told, *paths)) or 'no trouble'}.",
        world=ScenarioWorld.model_validate(
            {
                "connections": plan.connections,
                "lags": plan.lags,
                "virtualInterfaces": plan.virtual_interfaces,
                **plan.extras,
            }
        ),
        timelines=troubles.timelines,
        faults=tuple(troubles.faults),
        changes=tuple(troubles.changes),
        knobs=knobs_of(troubles),
        task_faults=tuple(failures.task_faults),
        interruptions=tuple(failures.interruptions),
        events=events,
        trigger=trigger,
        later_triggers=later,
        answers=answers,
        expect=Expect(outcome=ANY_OUTCOME),
    )
    return GeneratedScenario(seed, scenario, request, told)
