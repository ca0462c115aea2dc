"""Generates a second request for the VIF of a request, from somebody who knows nothing of it."""

from simulator.directconnect.shapes import Fields
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.world import WorldPlan
from simulator.scenarios.model import ScenarioTrigger, TriggerKind

AGAIN = 7
"""In percent of the seeds with a sane request."""
LATEST = 900
SAME = ("virtualInterfaceId", "connectionId", "convergence", "acknowledge")


def generate_request_again(
    dice: Dice, plan: WorldPlan, kind: str, trigger: ScenarioTrigger
) -> tuple[tuple[str, ...], tuple[ScenarioTrigger, ...]]:
    """Generate one more request for some VIFs; return descriptions and triggers, mostly none."""
    request = trigger.request
    others = [port for port in plan.ports if not plan.is_hosted(port)]
    others = [port for port in others if port not in {plan.source, plan.target}]
    is_drawn, is_elsewhere, at = dice.chance(AGAIN), dice.chance(40), dice.moment(LATEST)
    if not is_drawn or kind != "sane" or not isinstance(request, dict):
        return (), ()
    again: Fields = {name: request[name] for name in SAME if name in request}
    if is_elsewhere and others:
        again["connectionId"] = dice.pick(others)
    told = "to another port" if again["connectionId"] != plan.target else "to the same port"
    second = ScenarioTrigger(kind=TriggerKind.EVENT, at=at, request=again)
    return (f"asked for again: {told}",), (second,)
