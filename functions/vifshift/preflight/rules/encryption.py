"""Rules about MACsec on the two ports."""

from collections.abc import Iterator

from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.ports import Connection, Lag, Port
from vifshift.preflight.rules.target import both_ports

MUST_ENCRYPT = "must_encrypt"
ENCRYPTION_UP, ENCRYPTION_DOWN = "Encryption Up", "Encryption Down"


@rule(
    "TARGET_ENCRYPTION_DOWN",
    Severity.BLOCK,
    "Fix MACsec on the target: compare the keys (CKN and CAK) on both ends.",
    page="MAC security in AWS Direct Connect",
)
def target_that_must_encrypt_does(move: Move) -> Iterator[str]:
    """A port in the mode must_encrypt carries no traffic while its encryption is down."""
    target = move.network.target
    if target and target.encryption_mode == MUST_ENCRYPT:
        for port in _encrypting(target):
            if port.port_encryption_status == ENCRYPTION_DOWN:
                yield f"{port.port_id} is {MUST_ENCRYPT} and its status is {ENCRYPTION_DOWN!r}"


@rule(
    "ENCRYPTION_LOST",
    Severity.BLOCK,
    "Set up MACsec on the target, or acknowledge that the traffic will be unencrypted.",
    page="MAC security in AWS Direct Connect",
    overridable=True,
)
def encryption_is_kept(move: Move) -> Iterator[str]:
    """Traffic that is encrypted stays encrypted after the move."""
    for source, target in both_ports(move):
        if _is_encrypted(source) and not _is_encrypted(target):
            yield (
                f"{source.port_id} uses MACsec, and {target.port_id} is not known to: "
                f"{', '.join(_statuses(target))}"
            )


def _encrypting(port: Connection | Lag) -> tuple[Port, ...]:
    """Return the ports whose status counts: of a LAG, its available members."""
    if isinstance(port, Connection) or port.port_encryption_status:
        return (port,)
    return port.available_members


def _is_encrypted(port: Connection | Lag) -> bool:
    statuses = {each.port_encryption_status for each in _encrypting(port)}
    return statuses == {ENCRYPTION_UP}


def _statuses(port: Connection | Lag) -> list[str]:
    return [
        f"the status of {each.port_id} is {each.port_encryption_status or 'not known'!r}"
        for each in _encrypting(port)
    ] or ["it has no available connection"]
