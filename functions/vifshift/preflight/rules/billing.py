"""Rules about what a move costs, apart from traffic."""

from collections.abc import Iterator

from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.ports import Connection, Lag
from vifshift.preflight.rules.target import both_ports

PORT_PAIR = "PortPair"
PAY_AS_YOU_GO = "PayAsYouGo"


@rule(
    "BILLED_OTHERWISE",
    Severity.WARN,
    "Check what that costs; what is on both ports of a port pair is moved together.",
    page="Flat-rate billing for dedicated connections",
)
def target_is_billed_alike(move: Move) -> Iterator[str]:
    """The target has the billing mode of the source; a flat rate covers dedicated connections."""
    for source, target in both_ports(move):
        before, after = _billed(source), _billed(target)
        if before and after and before != after:
            yield (
                f"the target bills otherwise: {target.port_id} is billed {after}, "
                f"{source.port_id} {before}{_pair(source, target)}"
            )


def _billed(port: Connection | Lag) -> str:
    """Return the billing mode, or nothing if it is not told; a partner's is pay-as-you-go."""
    if port.billing_mode or not isinstance(port, Connection) or not port.is_hosted:
        return port.billing_mode
    return PAY_AS_YOU_GO


def _pair(source: Connection | Lag, target: Connection | Lag) -> str:
    """Return what has to be thought of where one port of a pair, or another pair, is left."""
    if not source.billing_mode.startswith(PORT_PAIR):
        return ""
    where = " to another pair" if target.billing_mode.startswith(PORT_PAIR) else ""
    return f"; {source.port_id} is one port of a port pair: move both{where}"
