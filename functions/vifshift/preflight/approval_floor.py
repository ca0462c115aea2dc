"""Why the policy floor demands an approval of a move, if it does."""

from collections.abc import Iterable
from typing import Final

from vifshift.domain.findings import Finding, Move
from vifshift.domain.policy_floor import in_words

UNPROVEN_REDUNDANCY: Final = frozenset(
    {
        "NO_REDUNDANT_PATH",
        "OTHER_PATHS_CARRY_LESS",
        "OTHER_PATHS_NOT_COMPARED",
        "OTHER_PATH_IS_VPN",
    }
)
"""The findings with which a VIF does not count as redundant, whoever has acknowledged them."""


def demanded_for_tags(move: Move) -> str:
    """Return why an approval is demanded, whatever is found; an empty text if it is not."""
    floor, vif = move.floor.approval, move.network.virtual_interface
    if floor.always:
        return "the policy demands an approval of every move"
    found = dict(move.network.tags.items() & floor.tags.items())
    if vif and found:
        return (
            f"the policy demands an approval, since {vif.virtual_interface_id} has the tag "
            f"{in_words(found)}"
        )
    return ""


def demanded(move: Move, findings: Iterable[Finding]) -> str:
    """Return why an approval is demanded of a move; an empty text if it is not."""
    if always := demanded_for_tags(move):
        return always
    if move.floor.approval.unless_redundant:
        codes = {finding.code for finding in findings} & UNPROVEN_REDUNDANCY
        if codes:
            return f"the policy demands an approval unless redundant: {', '.join(sorted(codes))}"
    return ""
