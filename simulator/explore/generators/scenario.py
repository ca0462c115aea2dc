"""Puts a drawn world, request and troubles together."""

from dataclasses import dataclass

from simulator.explore.generators.dice import Dice
from simulator.explore.generators.initial_state import draw_before
from simulator.explore.generators.plans import draw_plan
from simulator.explore.generators.platform import draw_failures
from simulator.explore.generators.request import draw_request
from simulator.explore.generators.troubles import draw_troubles, knobs_of
from simulator.explore.generators.world import draw_world
from simulator.scenarios.model import Expect, Scenario, ScenarioWorld

ANY_OUTCOME = "any"


@dataclass(frozen=True)
class GeneratedScenario:
    """What a seed stands for: a scenario, the kind of its request, and its troubles in words."""

    seed: int
    scenario: Scenario
    request: str
    troubles: tuple[str, ...]


def generate(seed: int) -> GeneratedScenario:
    """Draw the scenario of a seed; what is drawn last can grow without changing the rest."""
    dice = Dice(seed)
    plan = draw_world(dice, seed)
    before = draw_before(dice, plan)
    request, trigger = draw_request(dice, plan)
    troubles = draw_troubles(dice, plan)
    failures = draw_failures(dice, plan)
    if of_plan := draw_plan(dice, plan, trigger):
        request, trigger = f"{request}, in a plan", of_plan
    told = (*before, *troubles.told, *failures.told)
    scenario = Scenario(
        name=f"seed-{seed}",
        summary=f"A request that is {request}; {', '.join(told) or 'no trouble'}.",
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
        trigger=trigger,
        expect=Expect(outcome=ANY_OUTCOME),
    )
    return GeneratedScenario(seed, scenario, request, told)
