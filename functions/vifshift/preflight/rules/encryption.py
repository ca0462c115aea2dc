"""Rules about MACsec on the two ports."""

from collections.abc import Iterator

from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.ports import ENCRYPTION_DOWN, ENCRYPTION_UP, MUST_ENCRYPT, Connection, Lag
from vifshift.preflight.rules.target import both_ports

MOST_NAMED = 5


@rule(
    "TARGET_ENCRYPTION_DOWN",
    Severity.BLOCK,
    "Fix MACsec on the target: compare the keys (CKN and CAK) on both ends.",
    page="MAC security in AWS Direct Connect",
)
def target_that_must_encrypt_does(move: Move) -> Iterator[str]:
    """A link in the mode must_encrypt carries no traffic while its encryption is down.

    Of a LAG, as many links as its minimum have to encrypt, and one at least.
    """
    target = move.network.target
    if isinstance(target, Connection) and target.drops_all:
        yield f"{target.port_id} is {MUST_ENCRYPT} and its status is {ENCRYPTION_DOWN!r}"
    if not isinstance(target, Lag):
        return
    available, carrying = target.available_members, target.carrying_links
    if len(carrying) < len(available) and len(carrying) < target.needed_links:
        kept = {member.port_id for member in carrying}
        down = [member.port_id for member in available if member.port_id not in kept]
        yield (
            f"{target.port_id} is {MUST_ENCRYPT}, and {len(carrying)} of its {len(available)} "
            f"available connections encrypt, of {target.needed_links} that it needs: the status "
            f"is {ENCRYPTION_DOWN!r} of {_listed(down)}"
        )


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


def _is_encrypted(port: Connection | Lag) -> bool:
    """Return whether all that it carries is encrypted."""
    statuses = {link.port_encryption_status for link in _links(port)}
    return statuses == {ENCRYPTION_UP}


def _links(port: Connection | Lag) -> tuple[Connection, ...]:
    """Return the links whose status counts: those that carry traffic, else all that could."""
    if isinstance(port, Connection):
        return (port,)
    return port.carrying_links or port.available_members


def _statuses(port: Connection | Lag) -> list[str]:
    return [
        f"the status of {link.port_id} is {link.port_encryption_status or 'not known'!r}"
        for link in _links(port)
    ] or ["it has no available connection"]


def _listed(ids: list[str]) -> str:
    unsaid = len(ids) - MOST_NAMED
    return ", ".join(ids[:MOST_NAMED]) + (f" and {unsaid} more" if unsaid > 0 else "")
