"""The daily manifest of the evidence: what was stored on a day, chained to the day before."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from vifshift.domain.identifiers import Digest
from vifshift.domain.model import Model
from vifshift.domain.object_keys import MANIFESTS, MIGRATIONS, PLANS

COVERED: Final = (MIGRATIONS, PLANS)
"""The prefixes whose objects are in a manifest."""
LONGEST_EXECUTION: Final = timedelta(days=60)
"""How long after a folder's day something may be stored in it: a plan may take 45 days."""
_KEY: Final = re.compile(rf"{MANIFESTS}([0-9]{{4}})/([0-9]{{2}})/([0-9]{{2}})/manifest\.(json|sig)")


class SigningAlgorithm(StrEnum):
    """How a manifest is signed, as KMS names it (AWS: KMS API reference, Sign)."""

    ECDSA = "ECDSA_SHA_256"
    RSASSA_PSS = "RSASSA_PSS_SHA_256"


class StoredObject(Model):
    """A version of an object, or a delete marker; `sha256` is None if S3 has none."""

    key: str
    version_id: str
    stored_at: datetime
    size: int = 0
    sha256: Digest | None = None
    is_delete_marker: bool = False


class PreviousManifest(Model):
    """The manifest of the day before, and the SHA-256 of its file."""

    date: date
    sha256: Digest


class Manifest(Model):
    """All that was stored on a day, in UTC; `previous` is None for the first day.

    `keep_days` is how long it is kept itself, as the evidence is.
    """

    version: Literal["1"] = "1"
    bucket: str
    date: date
    made_at: datetime
    keep_days: int
    previous: PreviousManifest | None
    objects: tuple[StoredObject, ...]

    def to_text(self) -> str:
        """Return the text of its file, which is signed."""
        return self.model_dump_json(indent=2) + "\n"


def manifest_key(day: date) -> str:
    """Return the key of a day's manifest."""
    return f"{MANIFESTS}{day:%Y/%m/%d}/manifest.json"


def signature_key(day: date) -> str:
    """Return the key of the signature of a day's manifest."""
    return f"{MANIFESTS}{day:%Y/%m/%d}/manifest.sig"


def day_of(key: str) -> date | None:
    """Return the day of a manifest or signature, by its key; None for another object."""
    found = _KEY.fullmatch(key)
    try:
        return found and date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def days_due(last: date | None, today: date) -> Iterator[date]:
    """Yield the days before today that have no manifest yet, from the day after the last one.

    Without any manifest, only yesterday is due.
    """
    yesterday = today - timedelta(days=1)
    day = last + timedelta(days=1) if last else yesterday
    while day <= yesterday:
        yield day
        day += timedelta(days=1)


def digest_of(text: bytes) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(text).hexdigest()
