"""Generates a request: most are valid, some are not, and some are malformed."""

from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from simulator.directconnect.shapes import Fields
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.world import WorldPlan
from simulator.scenarios.model import ScenarioTrigger, TriggerKind

START = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
TIMEOUTS = [60, 60, 90, 120, 300, 600, 600, 900, 1800]
HOLDS = [0, 0, 30, 60, 120, 120, 300]
POLLS = [5, 10, 10, 15, 30, 60]
GIVE_UPS = [60, 60, 120, 200, 300, 600]
OTHER_DRAWS = 1_000_000_007
PERCENTS = [0, 50, 80, 95, 100]
MOST_LOOKS = 700

KINDS = {
    "sane": 90,
    "dry run": 3,
    "to the port it is on": 2,
    "of an unknown VIF": 1,
    "to an unknown port": 1,
    "malformed": 2,
    "for another Region": 0.5,
    "at the end of its window": 1,
}


def generate_request(dice: Dice, plan: WorldPlan) -> tuple[str, ScenarioTrigger]:
    """Generate a request; return its kind and the trigger."""
    kind = dice.weigh(KINDS)
    request = _sane(dice, plan)
    if kind == "malformed":
        return kind, ScenarioTrigger(kind=TriggerKind.EXECUTION, request=_malformed(dice, request))
    request.update(_particulars(dice, plan, kind))
    how = TriggerKind.EVENT if dice.chance(75) else TriggerKind.EXECUTION
    return kind, ScenarioTrigger(kind=how, request=request)


def _sane(dice: Dice, plan: WorldPlan) -> Fields:
    request: Fields = {"virtualInterfaceId": plan.subject, "connectionId": plan.target}
    if dice.chance(70):
        convergence = _convergence(dice)
        plan.timeout = convergence.get("timeoutSeconds", plan.timeout)
        convergence |= _give_up(Dice(plan.seed + OTHER_DRAWS), plan.timeout)
        request["convergence"] = {**convergence}
    if dice.chance(25):
        request["routes"] = {"minRecoveredPercent": dice.pick(PERCENTS)}
    if dice.chance(7):
        request["rollback"] = "never"
    if dice.chance(6):
        request["window"] = _window(dice, opens=-600, closes=8 * 3600)
    if dice.chance(30):
        request["requestedBy"] = "alice@example.com"
        request["reason"] = "CHG0042, the port is being retired"
    if dice.chance(30):
        request["requestId"] = f"CHG{plan.seed:04}"
    codes: list[JsonValue] = []
    if plan.is_alone or dice.chance(85):
        codes.append("NO_REDUNDANT_PATH")
    if dice.chance(10):
        codes.append(dice.pick(["MAINTENANCE_DURING_MOVE", "VLAN_TAKEN", "NOT_A_CODE"]))
    if codes:
        request["acknowledge"] = codes
    return request


def _convergence(dice: Dice) -> dict[str, int]:
    timeout, hold = dice.pick(TIMEOUTS), dice.pick(HOLDS)
    polls = [poll for poll in POLLS if (timeout + hold) / poll <= MOST_LOOKS]
    whole: dict[str, int] = {
        "timeoutSeconds": timeout,
        "holdSeconds": hold,
        "pollSeconds": dice.pick(polls),
    }
    return {name: value for name, value in whole.items() if dice.chance(80)}


def _window(dice: Dice, opens: int, closes: int) -> Fields:
    zone = dice.pick(["+00:00", "+02:00"])
    return {
        "opensAt": _at(opens, zone),
        "closesAt": _at(closes, zone),
    }


def _give_up(dice: Dice, timeout: int) -> dict[str, int]:
    """Draw when to give up, by dice of its own, so that the rest stays as it was drawn before."""
    given = dice.pick([each for each in GIVE_UPS if each <= timeout])
    return {"giveUpSeconds": given} if dice.chance(30) else {}


def _at(seconds: int, zone: str) -> str:
    shift = timedelta(hours=int(zone[1:3]))
    return (START + timedelta(seconds=seconds) + shift).strftime("%Y-%m-%dT%H:%M:%S") + zone


def _particulars(dice: Dice, plan: WorldPlan, kind: str) -> Fields:
    nowhere = dice.pick(["dxcon-nowhere1", "dxlag-nowhere1"])
    now = dice.whole(-60, 60)
    particulars: dict[str, Fields] = {
        "dry run": {"dryRun": True},
        "to the port it is on": {"connectionId": plan.source},
        "of an unknown VIF": {"virtualInterfaceId": "dxvif-nowhere1"},
        "to an unknown port": {"connectionId": nowhere},
        "for another Region": {"region": "eu-west-1"},
        "at the end of its window": {"window": _window(dice, opens=-7200, closes=now)},
    }
    return particulars.get(kind, {})


def _malformed(dice: Dice, request: Fields) -> JsonValue:
    wrong: list[JsonValue] = [
        [],
        "move it",
        None,
        42,
        {},
        {**request, "virtualInterfaceId": "the first one"},
        {**request, "connectionId": 7},
        {**request, "authKey": "secret-in-a-request"},
        {**request, "convergence": {"timeoutSeconds": 1}},
        {**request, "window": {"opensAt": "today", "closesAt": "tomorrow"}},
        {"request": request, "requestId": {"a": 1}},
        {**request, "dryRun": "yes"},
    ]
    return dice.pick(wrong)
