"""Generates more requests: for the same VIF, for its siblings, and for the same VLAN."""

from collections.abc import Callable
from dataclasses import dataclass

from simulator.directconnect.shapes import Fields
from simulator.explore.generators.answers import CANCEL
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.siblings import siblings_of
from simulator.explore.generators.waits import DAY, DrawnWaits, asked_of, window
from simulator.explore.generators.world import WorldPlan
from simulator.scenarios.model import ScenarioAnswer, ScenarioTrigger, TriggerKind

NOTHING = "nothing"
LATEST = 900
SAME = ("virtualInterfaceId", "connectionId", "convergence", "acknowledge")
CALLED_OFF_PERCENT = 30


@dataclass(frozen=True)
class More:
    """More requests, with descriptions, and with what people say to them."""

    told: tuple[str, ...] = ()
    triggers: tuple[ScenarioTrigger, ...] = ()
    answers: tuple[ScenarioAnswer, ...] = ()


Draw = Callable[[Dice, WorldPlan, Fields], list[Fields]]


def generate_more_requests(
    dice: Dice, plan: WorldPlan, waits: DrawnWaits, begins: int, trigger: ScenarioTrigger
) -> More:
    """Generate more requests, mostly none; they often come while the first one moves."""
    kind = dice.weigh({name: weight for name, (weight, _) in KINDS.items()})
    at = (begins if dice.chance(75) else 0) + dice.pick([0, dice.moment(60), dice.moment(LATEST)])
    is_off, after = dice.chance(CALLED_OFF_PERCENT), dice.whole(5, 200)
    asked = asked_of(trigger)
    if asked is None or "virtualInterfaceId" not in asked:
        return More()
    if waits.is_long:
        kind, at = "a sibling", 30 * DAY
    first = {name: asked[name] for name in SAME if name in asked}
    drawn = KINDS[kind][1](dice, plan, first)
    if waits.is_long:
        drawn = drawn or [first]
        drawn = [{**each, "window": window(39 * DAY, 41 * DAY)} for each in drawn]
    if not drawn:
        return More()
    triggers = tuple(
        ScenarioTrigger(kind=TriggerKind.EVENT, at=at + number, request=each)
        for number, each in enumerate(drawn)
    )
    off = ScenarioAnswer(at=at + after, kind=CANCEL, by="bob", if_possible=True)
    is_off = is_off and kind in {"a sibling", "two siblings"}
    told = [f"more: {kind}", *["more: the last one is cancelled"] * is_off]
    return More(tuple(told), triggers, (off,) if is_off else ())


def _others(dice: Dice, plan: WorldPlan, avoided: set[object]) -> list[str]:
    ports = [port for port in plan.ports if not plan.is_hosted(port)]
    return [port for port in ports if port not in avoided]


def _same(dice: Dice, plan: WorldPlan, first: Fields) -> list[Fields]:
    return [first]


def _elsewhere(dice: Dice, plan: WorldPlan, first: Fields) -> list[Fields]:
    others = _others(dice, plan, {plan.source, plan.target})
    return [{**first, "connectionId": dice.pick(others)}] if others else []


def _with_its_id(dice: Dice, plan: WorldPlan, first: Fields) -> list[Fields]:
    return [{**first, "requestId": f"CHG{plan.seed:04}"}]


def _a_sibling(dice: Dice, plan: WorldPlan, first: Fields) -> list[Fields]:
    return _some_siblings(dice, plan, first, 1)


def _two_siblings(dice: Dice, plan: WorldPlan, first: Fields) -> list[Fields]:
    return _some_siblings(dice, plan, first, 2)


def _some_siblings(dice: Dice, plan: WorldPlan, first: Fields, number: int) -> list[Fields]:
    asked: list[Fields] = []
    for sibling in siblings_of(plan)[:number]:
        ports = _others(dice, plan, {sibling["connectionId"]})
        if ports and not plan.is_hosted(str(sibling["connectionId"])):
            port = plan.target if plan.target in ports and dice.chance(60) else dice.pick(ports)
            codes = ["NO_REDUNDANT_PATH"]
            name = sibling["virtualInterfaceId"]
            asked.append(
                {"virtualInterfaceId": name, "connectionId": port, "acknowledge": [*codes]}
            )
    return asked


def _for_its_vlan(dice: Dice, plan: WorldPlan, first: Fields) -> list[Fields]:
    """Let a VIF of another gateway have the VLAN of the subject, and go to the same target."""
    near = [each["virtualInterfaceId"] for each in siblings_of(plan)]
    for vif in plan.virtual_interfaces:
        name = vif["virtualInterfaceId"]
        if (
            name == plan.subject
            or name in near
            or vif["connectionId"] in {plan.target, plan.source}
        ):
            continue
        vif["vlan"] = plan.subject_vlan
        codes = ["NO_REDUNDANT_PATH"]
        return [{"virtualInterfaceId": name, "connectionId": plan.target, "acknowledge": [*codes]}]
    return []


KINDS: dict[str, tuple[float, Draw]] = {
    NOTHING: (72, lambda dice, plan, first: []),
    "the same to the same port": (4, _same),
    "the same to another port": (4, _elsewhere),
    "the same with the id": (3, _with_its_id),
    "a sibling": (11, _a_sibling),
    "two siblings": (3, _two_siblings),
    "for the same VLAN": (3, _for_its_vlan),
}


def kinds() -> list[str]:
    """Return the descriptions of all kinds."""
    return [f"more: {each}" for each in (*KINDS, "the last one is cancelled") if each != NOTHING]
