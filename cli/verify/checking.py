"""What is wrong with evidence: with its chain of manifests, their signatures, and its files."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from pydantic import ValidationError

from cli.verify.files import EvidenceFiles
from cli.verify.signatures import PublicKey, is_signed
from vifshift.domain.manifest import (
    Manifest,
    StoredObject,
    day_of,
    digest_of,
    manifest_key,
    signature_key,
)

_IDS = ("migrationId", "planId")


class SignedDay(NamedTuple):
    """A day's manifest, as it could be read, and its file."""

    manifest: Manifest
    text: bytes


class Chain(NamedTuple):
    """The manifests that could be read, by day, and what is wrong with them as a chain."""

    days: Mapping[date, SignedDay]
    faults: tuple[str, ...]


def chain(files: EvidenceFiles, key: PublicKey) -> Chain:
    """Read all manifests; find those that are missing, are not signed, or don't follow each other.

    A manifest that is not signed counts as missing.
    """
    found = sorted({day for name in files.manifest_keys() if (day := day_of(name))})
    days: dict[date, SignedDay] = {}
    faults = []
    for day in found:
        try:
            days[day] = _read(files, key, day)
        except ValueError as error:
            faults.append(f"{day}: {error}")
    faults += [fault for day in found for fault in _links(day, days, found)]
    return Chain(days, tuple(faults))


def _read(files: EvidenceFiles, key: PublicKey, day: date) -> SignedDay:
    text, signature = files.read(manifest_key(day)), files.read(signature_key(day))
    if text is None:
        raise ValueError("the manifest is missing")
    if signature is None:
        raise ValueError("the manifest has no signature")
    if not is_signed(key, text, signature):
        raise ValueError("the manifest is not what was signed with this key")
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError:
        raise ValueError("the manifest can't be read by this version") from None
    if manifest.date != day:
        raise ValueError(f"the manifest is that of {manifest.date}")
    return SignedDay(manifest, text)


def _links(day: date, days: Mapping[date, SignedDay], found: list[date]) -> Iterator[str]:
    """Yield how a day does not follow the day before."""
    if day not in days:
        return
    before, previous = day - timedelta(days=1), days[day].manifest.previous
    if previous is None:
        if day != found[0]:
            yield f"{day}: the manifest names none before it, and there is one of {found[0]}"
        return
    if previous.date != before:
        yield f"{day}: the manifest follows that of {previous.date}, so days between are missing"
    if previous.date not in found:
        # Manifests expire as the evidence does, the oldest ones first.
        kept = timedelta(days=days[day].manifest.keep_days)
        if day == found[0] and previous.date + kept <= found[-1]:
            return
        yield f"{previous.date}: the manifest is missing, which that of {day} names"
    elif previous.date in days and digest_of(days[previous.date].text) != previous.sha256:
        yield f"{previous.date}: the manifest is not the one that that of {day} names"


def faults_of(files: EvidenceFiles, stored: StoredObject) -> Iterator[str]:
    """Yield what is wrong with an object that a manifest names."""
    if stored.is_delete_marker:
        yield f"{stored.key}: was deleted at {stored.stored_at:%Y-%m-%d %H:%M:%S} UTC"
        return
    body = files.read(stored.key, stored.version_id)
    if body is None:
        yield f"{stored.key}: version {stored.version_id} is missing"
    elif stored.sha256 is None:
        yield f"{stored.key}: version {stored.version_id} was stored without a SHA-256"
    elif digest_of(body) != stored.sha256:
        yield f"{stored.key}: is not what was stored: its SHA-256 is another one"
    if body is not None and _is_report(stored.key) and stored.key.endswith(".json"):
        yield from _faults_of_data(stored.key, body)


def _faults_of_data(key: str, body: bytes) -> Iterator[str]:
    """Yield whether a report is of another execution than that of its folder."""
    try:
        told = json.loads(body)
    except ValueError:
        yield f"{key}: is not JSON"
        return
    named = {told[name] for name in _IDS if name in told} if isinstance(told, dict) else set()
    if named != {id_of(key)}:
        yield f"{key}: is the report of {', '.join(map(str, named)) or 'something else'}"


def replaced(files: EvidenceFiles, objects: tuple[StoredObject, ...]) -> Iterator[str]:
    """Yield which reports have another current version than the one that was signed.

    Only reports are written once: the documents of a plan get a version at each check.
    """
    if not files.has_versions:
        return
    for stored in objects:
        if stored.is_delete_marker or not _is_report(stored.key):
            continue
        current = files.current_version(stored.key)
        if current is None:
            yield f"{stored.key}: has been deleted"
        elif current != stored.version_id:
            yield (
                f"{stored.key}: was replaced: its version is {current}, and {stored.version_id} "
                "was signed"
            )


def unpaired(objects: tuple[StoredObject, ...], others: frozenset[str]) -> Iterator[str]:
    """Yield which reports have a page without data, or data without a page.

    `others` are the keys in the manifests of the days around, since midnight may lie between.
    """
    keys = {each.key for each in objects} | others
    for stored in objects:
        if not _is_report(stored.key):
            continue
        path, _, ending = stored.key.rpartition(".")
        other = f"{path}.{'html' if ending == 'json' else 'json'}"
        if other not in keys:
            yield f"{stored.key}: {other} is in no manifest"


def id_of(key: str) -> str:
    """Return the ID of the migration or plan whose folder an object is in."""
    return key.split("/")[-2]


def _is_report(key: str) -> bool:
    name = key.rpartition("/")[2]
    return name.startswith("report") and name.endswith((".json", ".html"))
