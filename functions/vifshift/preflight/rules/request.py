"""Rules about what is asked for, whatever the network looks like."""

from collections.abc import Iterator

from vifshift.domain.findings import RULES, Move, Severity, rule


@rule(
    "ROLE_NOT_ALLOWED",
    Severity.BLOCK,
    "Add the role and its external id to the setting `roles`, or ask without roleArn.",
)
def role_is_allowed(move: Move) -> Iterator[str]:
    """A role to assume is one of the stack's setting `roles`."""
    arn = move.request.role_arn
    if arn is not None and move.reach.role(arn) is None:
        yield f"{arn} is not among the stack's setting `roles`"


@rule(
    "REGION_NOT_ALLOWED",
    Severity.BLOCK,
    "Add the Region to the setting `regions`, or ask the stack in that Region.",
)
def region_is_allowed(move: Move) -> Iterator[str]:
    """A Region is the stack's own, or one of its setting `regions`."""
    region = move.request.region
    if region is not None and not move.reach.includes_region(region):
        yield f"{region} is neither the stack's Region nor among its setting `regions`"


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
