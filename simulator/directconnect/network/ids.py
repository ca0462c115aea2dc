"""Ids that look like AWS's and come out the same each time."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Container
from string import ascii_lowercase, digits

_ALPHABET = digits + ascii_lowercase


class Ids:
    """A sequence per kind of resource, seeded by the account and the Region."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._issued: Counter[str] = Counter()

    def next(self, prefix: str, taken: Container[str] = ()) -> str:
        """Make the next id, as in `dxcon-fg1234ab`, leaving out those taken."""
        while True:
            number = int.from_bytes(self._digest(prefix)[:8], "big")
            id_ = f"{prefix}-f{_base36(number, 7)}"
            if id_ not in taken:
                return id_

    def next_uuid(self, kind: str) -> str:
        """Make the next id of a gateway or a failover test."""
        return str(uuid.UUID(bytes=self._digest(kind)[:16], version=4))

    def _digest(self, kind: str) -> bytes:
        self._issued[kind] += 1
        return hashlib.sha256(f"{self._seed}/{kind}/{self._issued[kind]}".encode()).digest()


def _base36(number: int, length: int) -> str:
    letters = ""
    for _ in range(length):
        number, rest = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[rest]
    return letters
