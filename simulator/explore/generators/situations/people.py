"""Situations in which an approval is for nothing clear, or from somebody who may not give it."""

from simulator.directconnect.shapes import Fields
from simulator.explore.generators.situations.draft import CODE, Draft
from simulator.scenarios.model import ScenarioTrigger, TriggerKind
from vifshift.events.base import DetailType

ACCOUNT = "111122223333"
BOUND: Fields = {
    "requestSources": {
        "itsm": [f"arn:aws:iam::{ACCOUNT}:role/itsm"],
        "an-engineer": [],
    },
    "approvalSources": {
        "itsm": [f"arn:aws:iam::{ACCOUNT}:role/itsm"],
        "service-desk": [f"arn:aws:iam::{ACCOUNT}:role/service-desk"],
        "a-person": [],
    },
}
"""Settings with sources that are bound to principals, and others that anybody may send."""


def ambiguous(draft: Draft) -> bool:
    """Let two wait for an approval under one number, and somebody approve the number."""
    others = draft.others[:1]
    if not others:
        return False
    number = f"CHG{draft.world.seed:04}"
    until = draft.wait_for_approval(30)
    draft.asked["requestId"] = number
    second: Fields = {
        "virtualInterfaceId": others[0],
        "connectionId": draft.fresh_port(0),
        "acknowledge": [CODE],
        "requestId": number,
        "approval": draft.asked["approval"],
    }
    draft.later.append(ScenarioTrigger(kind=TriggerKind.EVENT, at=10, request=second))
    at = draft.dice.whole(100, until - 300)
    draft.say(at, DetailType.APPROVED, requestId=number)
    if draft.dice.chance(50):
        draft.answer(at + 60)
    return True


def other_digest(draft: Draft) -> bool:
    """Let somebody approve something else than what waits."""
    until = draft.wait_for_approval(30)
    at = draft.dice.whole(60, until - 300)
    said, name = DetailType.APPROVED, {"migrationId": "{migrationId}"}
    if draft.dice.chance(30) and draft.as_plan():
        said, name = DetailType.PLAN_APPROVED, {"planId": "{planId}"}
    draft.say(at, said, digest="0" * 64, **name)
    if draft.dice.chance(50):
        draft.answer(at + 60, digest="last")
    return True


def asked_by_same(draft: Draft) -> bool:
    """Let the bound source that has asked approve it as well; another one may follow."""
    draft.world.settings = BOUND
    draft.source = "itsm"
    until = draft.wait_for_approval(30)
    at = draft.dice.whole(60, until - 300)
    draft.answer(at, source="itsm")
    if draft.dice.chance(50):
        draft.answer(at + 60, source=draft.dice.pick(["service-desk", "a-person"]))
    return True


def two_approvals(draft: Draft) -> bool:
    """Let it take two approvals, and some of them come from sources that anybody may send."""
    draft.world.settings = BOUND
    until = draft.wait_for_approval(30)
    draft.asked["approval"] = {"required": True, "timeoutMinutes": 30, "of": 2}
    at = draft.dice.whole(60, until - 600)
    first = draft.dice.pick(["a-person", "service-desk"])
    draft.answer(at, source=first)
    draft.answer(at + 30, source="a-person")
    if draft.dice.chance(70):
        draft.answer(at + 60, source="service-desk")
        draft.answer(at + 90, source="itsm", by="bob")
    return True
