"""Judges a move by every rule of preflight.

To add a rule, write a function under `@rule` in the module of its subject, and its test.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from vifshift.domain.access_policy import AccessPolicy
from vifshift.domain.asked_by import AskedBy
from vifshift.domain.findings import RULES, Finding, Move, Severity
from vifshift.domain.network import Network
from vifshift.domain.policy_floor import NO_FLOOR, PolicyFloor
from vifshift.domain.request import Request
from vifshift.preflight.rules import (
    advice,
    billing,
    capacity,
    conflicts,
    encryption,
    guards,
    policy,
    redundancy,
    request,
    resiliency,
    rollback,
    schedule,
    target,
    traffic,
    virtual_interface,
    visibility,
)

SUBJECTS = [
    subject.__name__
    for subject in (
        request,
        policy,
        virtual_interface,
        target,
        encryption,
        conflicts,
        capacity,
        redundancy,
        traffic,
        resiliency,
        billing,
        rollback,
        schedule,
        guards,
        visibility,
        advice,
    )
]
# The rules have registered in the alphabetical order of the imports.
RULES.sort(key=lambda rule: SUBJECTS.index(rule.judge.__module__))

OVERRIDABLE = {rule.code for rule in RULES if rule.overridable}
"""The rules whose findings can be acknowledged."""


ASKS_AGAIN = {rule.code for rule in RULES if rule.asks_again}
"""The rules whose new findings nobody has approved, beside those that block."""

ROLLBACK_PREVENTED = {rule.code for rule in RULES if rule.judge.__module__ == rollback.__name__}
"""The rules whose findings mean that the VIF would not be rolled back."""

NOT_ALLOWED = {
    "REGION_NOT_ALLOWED",
    "ROLE_NOT_ALLOWED",
    *(rule.code for rule in RULES if rule.judge.__module__ == policy.__name__),
}
"""The rules whose findings mean that the network may not even be read."""


def barriers(
    asked: Request,
    access_policy: AccessPolicy,
    now: datetime,
    floor: PolicyFloor = NO_FLOOR,
    asked_by: AskedBy | None = None,
    *,
    is_approved: bool = False,
) -> tuple[Finding, ...]:
    """Return the findings of a request whose network may not be read; none if it may be read.

    `is_approved` says that the plan that it is part of has to be approved.
    """
    region = asked.region or access_policy.home
    unread = Network(region=region, virtual_interface=None, source=None, target=None)
    move = Move(
        request=asked,
        network=unread,
        now=now,
        access_policy=access_policy,
        floor=floor,
        asked_by=asked_by,
        is_approved=is_approved,
    )
    themselves = {request.__name__, policy.__name__}
    about_itself = (rule for rule in RULES if rule.judge.__module__ in themselves)
    found = worst_first(finding for rule in about_itself for finding in rule.findings(move))
    return found if any(finding.code in NOT_ALLOWED for finding in found) else ()


def preflight(move: Move) -> tuple[Finding, ...]:
    """Return every finding, most severe first; those of one severity in the order of the rules."""
    found = [finding for each in RULES for finding in each.findings(move)]
    if move.is_recheck:
        found = [_changed(finding) if finding.blocks else finding for finding in found]
    return worst_first(found)


def preflight_again(
    move: Move, before: Iterable[Finding], codes: Collection[str]
) -> tuple[Finding, ...]:
    """Return what the rules of `codes` find now, and what all others found before."""
    others = [finding for finding in before if finding.code not in codes]
    return worst_first([*others, *findings_of(move, codes)])


def findings_of(move: Move, codes: Collection[str]) -> Iterator[Finding]:
    """Yield what the rules of some codes find, in the order of the rules."""
    for each in RULES:
        if each.code in codes:
            yield from each.findings(move)


def remedy(code: str) -> str:
    """Return the remedy of a rule, by its code."""
    return next(rule.remedy for rule in RULES if rule.code == code)


def summaries() -> dict[str, str]:
    """Return by code what each rule checks, in the order of the rules."""
    return {rule.code: rule.summary for rule in RULES}


def worst_first(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by severity, most severe first; those of one severity keep their order."""
    weight = list(Severity)
    return tuple(sorted(found, key=lambda finding: weight.index(finding.severity)))


def _changed(finding: Finding) -> Finding:
    """Return a finding that is new since the first check, which passed."""
    return finding.model_copy(update={"message": f"new since the first check: {finding.message}"})
