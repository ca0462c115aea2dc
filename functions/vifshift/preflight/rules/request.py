"""Rules about the request itself, whatever the network is."""

from collections.abc import Iterator

from vifshift.domain.findings import RULES, Move, Severity, rule


@rule(
    "ROLE_NOT_ALLOWED",
    Severity.BLOCK,
    "Add the role and its external id to the setting `roles`, or leave out roleArn.",
)
def role_is_allowed(move: Move) -> Iterator[str]:
    """A role to assume is in the stack's setting `roles`."""
    arn = move.request.role_arn
    if arn is not None and move.access_policy.role(arn) is None:
        yield f"{arn} is not in the stack's setting `roles`"


@rule(
    "REGION_NOT_ALLOWED",
    Severity.BLOCK,
    "Add the Region to the setting `regions`, or use the stack in that Region.",
)
def region_is_allowed(move: Move) -> Iterator[str]:
    """A Region is the stack's own, or is in its setting `regions`."""
    region = move.request.region
    if region is not None and not move.access_policy.includes_region(region):
        yield f"{region} is neither the stack's Region nor in its setting `regions`"


@rule(
    "NOT_OVERRIDABLE",
    Severity.WARN,
    "Remove it from acknowledge; what a finding reports must be fixed if it can't be overridden.",
)
def what_is_acknowledged_can_be_overridden(move: Move) -> Iterator[str]:
    """Only an overridable finding can be acknowledged."""
    overridable = {each.code for each in RULES if each.overridable}
    for code in move.request.acknowledge:
        if code not in overridable:
            yield f"acknowledge names {code}, which can't be overridden"
