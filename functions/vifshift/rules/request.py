"""Rules about what is asked for, whatever the network looks like."""

from collections.abc import Iterator

from vifshift.findings import RULES, Move, Severity, rule


@rule(
    "APPROVAL_UNSUPPORTED",
    Severity.BLOCK,
    "Have the change approved first, and ask without approval.required.",
)
def approval_can_be_asked_for(move: Move) -> Iterator[str]:
    """A migration that needs an approval does not start without one."""
    if move.request.approval.required:
        yield "approval is required, and this version cannot ask for it"


@rule(
    "ROLE_NOT_ALLOWED",
    Severity.BLOCK,
    "Ask the stack in the account that owns the virtual interface, without roleArn.",
)
def role_is_allowed(move: Move) -> Iterator[str]:
    """A role of another account must be on the stack's allow-list."""
    if move.request.role_arn is not None:
        yield "roleArn is given, and the stack's allow-list is empty"


@rule(
    "NOT_OVERRIDABLE",
    Severity.WARN,
    "Leave it out of acknowledge; a finding that blocks and can't be overridden has to be mended.",
)
def what_is_acknowledged_can_be_overridden(move: Move) -> Iterator[str]:
    """Only a finding that may be overridden can be acknowledged."""
    overridable = {each.code for each in RULES if each.overridable}
    for code in move.request.acknowledge:
        if code not in overridable:
            yield f"acknowledge names {code}, which can't be overridden"
