"""Rules about what could not be read: each gap is reported."""

from collections.abc import Iterator

from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.network import CHANGE_CALENDAR
from vifshift.domain.partitions import health_region
from vifshift.domain.routes import kept


@rule(
    "COULD_NOT_CHECK",
    Severity.WARN,
    "Grant the permission that is named, if one is, or check this yourself before the move.",
)
def everything_could_be_read(move: Move) -> Iterator[str]:
    """What could not be read was not checked; the change calendar has a rule of its own."""
    for gap in move.network.unchecked:
        if gap.subject == CHANGE_CALENDAR:
            continue
        if gap.permission:
            yield f"{gap.subject} could not be read; it needs {gap.permission}: {gap.reason}"
        else:
            yield f"not all was read of {gap.subject}: {gap.reason}"


@rule(
    "LIST_CUT_OFF",
    Severity.WARN,
    "Check it yourself before the move: VLANs, addresses, siblings or maintenance may be missing.",
)
def every_list_was_read_to_its_end(move: Move) -> Iterator[str]:
    """What is behind a list that has no end was not checked."""
    for operation in move.network.cut_lists:
        yield f"the list of {operation} was not read to its end: there was always another page"


@rule(
    "HEALTH_NOT_CHECKED",
    Severity.INFO,
    "Check the AWS Health Dashboard yourself; its API needs a Business support plan or better.",
    page="AWS Health API",
)
def health_can_be_read(move: Move) -> Iterator[str]:
    """Announced maintenance is known only if AWS Health is available to the account."""
    if move.network.health_events is None:
        where = (
            "not available to this account"
            if health_region(move.network.region)
            else f"not known to have an endpoint in the partition of {move.network.region}"
        )
        yield f"AWS Health is {where}: maintenance was not checked"


@rule(
    "ROUTES_NOT_CHECKED",
    Severity.WARN,
    "Allow directconnect:ListVirtualInterfaceRoutes, or check the routes on your router.",
    page="ListVirtualInterfaceRoutes",
)
def routes_can_be_read(move: Move) -> Iterator[str]:
    """The routes are compared before and after; if they can't be read, only BGP is verified."""
    if move.network.routes_unreadable:
        yield (
            "the routes can't be read, and other paths are judged by BGP and address family alone: "
            f"{move.network.routes_unreadable}"
        )


@rule(
    "ROUTES_COUNTED_ONLY",
    Severity.INFO,
    "Compare the prefixes on your router if each of them matters.",
)
def routes_are_few_enough_to_compare(move: Move) -> Iterator[str]:
    """With more than a thousand routes, large sets are compared by prefix alone, or by number."""
    for routes in kept(move.network.routes or ()):
        if routes.cidrs is not None:
            continue
        if routes.packed is None:
            yield f"{routes}: {routes.number} routes, compared by number"
        else:
            yield f"{routes}: {routes.number} routes, compared without AS paths and communities"
