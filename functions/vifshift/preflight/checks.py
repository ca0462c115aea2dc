"""Preflight: judges a move by every rule before anything is touched.

To add a rule, write the function under `@rule` in the module of its subject, and its test.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from vifshift.domain.access_policy import Reach
from vifshift.domain.findings import RULES, Finding, Move, Severity
from vifshift.domain.network import Network
from vifshift.domain.request import Request
from vifshift.preflight.rules import (
    capacity,
    conflicts,
    encryption,
    redundancy,
    request,
    schedule,
    target,
    virtual_interface,
)
from vifshift.preflight.rules import rollback as way_back
from vifshift.preflight.rules import visibility as evidence

SUBJECTS = [
    subject.__name__
    for subject in (
        request,
        virtual_interface,
        target,
        encryption,
        conflicts,
        capacity,
        redundancy,
        way_back,
        schedule,
        evidence,
    )
]
# They registered in the order of the imports, which is the alphabet's.
RULES.sort(key=lambda rule: SUBJECTS.index(rule.judge.__module__))

OVERRIDABLE = {rule.code for rule in RULES if rule.overridable}
"""The rules whose findings can be acknowledged."""

BARRING = {
    "ADDRESS_TAKEN",
    "HOSTED_CONNECTION",
    "HOSTED_CONNECTION_FULL",
    "JUMBO_FRAMES",
    "LAG_BELOW_MINIMUM_LINKS",
    "PREFIX_POOL_EXHAUSTED",
    "RATE_LIMITERS_EXHAUSTED",
    "RATE_LIMIT_ABOVE_BANDWIDTH",
    "TARGET_ENCRYPTION_DOWN",
    "TARGET_IS_LAG_MEMBER",
    "TARGET_NOT_FOUND",
    "TARGET_NOT_OWNED",
    "TARGET_STATE",
    "VLAN_TAKEN",
}
"""The rules that bar a way back as well. Quotas do not: what an account's are is not known."""

OUT_OF_REACH = {"REGION_NOT_ALLOWED", "ROLE_NOT_ALLOWED"}
"""The rules that say that a network may not even be read."""


def barriers(asked: Request, reach: Reach, now: datetime) -> tuple[Finding, ...]:
    """Return what speaks against a request whose network may not be read; nothing where it may."""
    region = asked.region or reach.home
    unread = Network(region=region, virtual_interface=None, source=None, target=None)
    move = Move(request=asked, network=unread, now=now, reach=reach)
    about_itself = (rule for rule in RULES if rule.judge.__module__ == request.__name__)
    found = worst_first(finding for rule in about_itself for finding in rule.findings(move))
    return found if any(finding.code in OUT_OF_REACH for finding in found) else ()


def preflight(move: Move) -> tuple[Finding, ...]:
    """Return every finding, worst first; those of one severity in the order of the rules."""
    found = [finding for each in RULES for finding in each.findings(move)]
    if move.is_recheck:
        found = [_changed(finding) if finding.blocks else finding for finding in found]
    return worst_first(found)


def preflight_again(
    move: Move, before: Iterable[Finding], codes: Collection[str]
) -> tuple[Finding, ...]:
    """Return what some rules say of a move by now, and what all others have said before."""
    others = [finding for finding in before if finding.code not in codes]
    again = (rule for rule in RULES if rule.code in codes)
    return worst_first([*others, *(finding for rule in again for finding in rule.findings(move))])


def remedy(code: str) -> str:
    """Return what is to be done about findings of a code."""
    return next(rule.remedy for rule in RULES if rule.code == code)


def obstacles(way_back: Move) -> tuple[str, ...]:
    """Return what would make Direct Connect refuse a way back, or keep its traffic from flowing."""
    barring = (rule for rule in RULES if rule.code in BARRING)
    return tuple(finding.message for rule in barring for finding in rule.findings(way_back))


def worst_first(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings by severity; those of one severity stay in their order."""
    weight = list(Severity)
    return tuple(sorted(found, key=lambda finding: weight.index(finding.severity)))


def _changed(finding: Finding) -> Finding:
    """Say that a finding is new: had it been there at the first check, nothing would have moved."""
    return finding.model_copy(update={"message": f"since it was first checked: {finding.message}"})
