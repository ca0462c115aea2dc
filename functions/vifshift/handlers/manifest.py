"""Signs what was stored as evidence on the days that are over, each in a manifest of its own."""

from datetime import UTC, date, datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.environment import BUCKET, KEEP_DAYS, SIGNING_KEY, environment
from vifshift.adapters.manifest_archive import ManifestArchive, manifest_archive
from vifshift.domain.manifest import Manifest, PreviousManifest, days_due, digest_of
from vifshift.domain.model import Model
from vifshift.handlers.runtime import BUILT_AT_ONCE, entry, logger


class ManifestInput(Model):
    """When the schedule was due."""

    model_config = BUILT_AT_ONCE

    at: datetime


@entry(needs=(BUCKET, KEEP_DAYS, SIGNING_KEY), made_ahead=(manifest_archive,))
@event_parser(model=ManifestInput)
def handler(event: ManifestInput, context: LambdaContext) -> dict[str, Any]:
    """Make the manifests that are due, in order; raises a `CallError` if one can't be made."""
    archive = manifest_archive()
    known = archive.days()
    for day in sorted(day for day, is_signed in known.items() if not is_signed):
        archive.sign(day, archive.manifest(day))
    last = max(known, default=None)
    made = []
    for day in days_due(last, event.at.astimezone(UTC).date()):
        _make(archive, day, last, event.at)
        made.append(day.isoformat())
        last = day
    logger.info("signed", days=made)
    return {"days": made}


def _make(archive: ManifestArchive, day: date, last: date | None, now: datetime) -> None:
    previous = None
    if last:
        previous = PreviousManifest(date=last, sha256=digest_of(archive.manifest(last)))
    manifest = Manifest(
        bucket=archive.bucket,
        date=day,
        made_at=now,
        keep_days=environment().keep_days,
        previous=previous,
        objects=archive.stored_on(day),
    )
    archive.sign(day, archive.keep(day, manifest.to_text()))
