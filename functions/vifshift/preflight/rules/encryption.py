"""Rules about MACsec on the two ports."""

from collections.abc import Iterator

from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.network import Connection, Lag, Port
from vifshift.preflight.rules.target import both_ports

MUST_ENCRYPT = "must_encrypt"
ENCRYPTION_UP, ENCRYPTION_DOWN = "Encryption Up", "Encryption Down"


@rule(
    "TARGET_ENCRYPTION_DOWN",
    Severity.BLOCK,
    "Mend MACsec on the target: compare the keys (CKN and CAK) on both ends.",
    page="MAC security in AWS Direct Connect",
)
def target_that_must_encrypt_does(move: Move) -> Iterator[str]:
    """A port that must encrypt carries nothing while its encryption is down."""
    target = move.network.target
    if target and target.encryption_mode == MUST_ENCRYPT:
        for port in _encrypting(target):
            if port.port_encryption_status == ENCRYPTION_DOWN:
                yield f"{port.port_id} is {MUST_ENCRYPT} and reads {ENCRYPTION_DOWN!r}"


@rule(
    "ENCRYPTION_LOST",
    Severity.BLOCK,
    "Set MACsec up on the target, or acknowledge that the traffic goes in the clear.",
    page="MAC security in AWS Direct Connect",
    overridable=True,
)
def encryption_is_kept(move: Move) -> Iterator[str]:
    """What is encrypted today stays encrypted."""
    for source, target in both_ports(move):
        if _is_encrypted(source) and not _is_encrypted(target):
            yield (
                f"{source.port_id} encrypts (MACsec), and {target.port_id} is not known to: "
                f"{', '.join(_statuses(target))}"
            )


def _encrypting(port: Connection | Lag) -> tuple[Port, ...]:
    """Return whose status counts: a LAG has none of its own, its available members have."""
    if isinstance(port, Connection) or port.port_encryption_status:
        return (port,)
    return port.available_members


def _is_encrypted(port: Connection | Lag) -> bool:
    statuses = {each.port_encryption_status for each in _encrypting(port)}
    return statuses == {ENCRYPTION_UP}


def _statuses(port: Connection | Lag) -> list[str]:
    return [
        f"{each.port_id} reads {each.port_encryption_status or 'nothing'!r}"
        for each in _encrypting(port)
    ] or ["it has no available connection"]
