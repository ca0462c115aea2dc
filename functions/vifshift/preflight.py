"""Preflight: judges a move by every rule before anything is touched.

To add a rule, write the function under `@rule` in the module of its subject, and its test.
"""

from vifshift.findings import RULES, Finding, Move, Severity
from vifshift.rules import (
    capacity,
    conflicts,
    encryption,
    evidence,
    redundancy,
    request,
    schedule,
    target,
    virtual_interface,
    way_back,
)

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


def preflight(move: Move) -> tuple[Finding, ...]:
    """Return every finding, worst first; those of one severity in the order of the rules."""
    found = [finding for each in RULES for finding in each.findings(move)]
    if move.is_recheck:
        found = [_changed(finding) if finding.blocks else finding for finding in found]
    weight = list(Severity)
    return tuple(sorted(found, key=lambda finding: weight.index(finding.severity)))


def obstacles(way_back: Move) -> tuple[str, ...]:
    """Return what would make Direct Connect refuse a way back, or keep its traffic from flowing."""
    barring = (rule for rule in RULES if rule.code in BARRING)
    return tuple(finding.message for rule in barring for finding in rule.findings(way_back))


def _changed(finding: Finding) -> Finding:
    """Say that a finding is new: had it been there at the first check, nothing would have moved."""
    return finding.model_copy(update={"message": f"since it was first checked: {finding.message}"})
