"""How findings are shown."""

from collections.abc import Iterable

from vifshift.domain.findings import Finding, Severity


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return what still blocks first, then by severity."""
    order = list(Severity)
    return sorted(findings, key=lambda each: (not each.blocks, order.index(each.severity)))
