"""Verifies evidence: `vifshift verify CHG0042`, or all of a day, `vifshift verify 2026-11-26`."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from botocore.exceptions import BotoCoreError, ClientError

from cli.arguments import BLOCKED, Common, Unsuccessful, in_json
from cli.environment import AwsEnvironment, RefusedError, in_words
from cli.operate.stack import Stack, evidence_bucket
from cli.verify.checking import Chain, chain, faults_of, id_of, replaced, unpaired
from cli.verify.files import BucketFiles, EvidenceFiles, FolderFiles
from cli.verify.signatures import PublicKey, key_in, key_of
from tools.terminal import say
from vifshift.domain.manifest import StoredObject

EXAMPLES: Final = (
    "Offline: aws s3 sync s3://BUCKET evidence, then "
    "vifshift verify CHG0042 --folder evidence --key key.pem"
)


def verify(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="The ID of a migration or plan, or a day.")],
    folder: Annotated[
        Path | None, typer.Option(help="A copy of the bucket, instead of the bucket.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="The public key, instead of asking KMS for it.")
    ] = None,
) -> None:
    """Verify that page, data and manifests are what was signed; exit with 2 if not."""
    common: Common = context.obj
    if folder and not key:
        raise RefusedError("--folder needs --key: without AWS, the public key must be given.")
    try:
        files, public = _found(common, folder, key)
        seen = chain(files, public)
        checked = _asked(what, seen)
        faults = [
            *seen.faults,
            *(fault for each in checked for fault in faults_of(files, each)),
            *replaced(files, checked),
            *unpaired(checked, _around(checked, seen)),
        ]
    except (BotoCoreError, ClientError) as error:
        raise RefusedError(in_words(error)) from None
    _print(common, what, checked, seen, faults)
    if faults:
        raise Unsuccessful(BLOCKED)


def _asked(what: str, seen: Chain) -> tuple[StoredObject, ...]:
    """Return the objects of a day, or of an ID; raises `RefusedError` if no manifest has any."""
    try:
        day = date.fromisoformat(what)
    except ValueError:
        return _of_id(what, seen)
    if day in seen.days:
        return seen.days[day].manifest.objects
    if any(f"{day}: " in fault for fault in seen.faults):
        return ()
    raise RefusedError(f"There is no manifest of {day}.")


def _of_id(name: str, seen: Chain) -> tuple[StoredObject, ...]:
    found = tuple(
        each
        for signed in seen.days.values()
        for each in signed.manifest.objects
        if id_of(each.key) == name
    )
    if not found and not seen.faults:
        raise RefusedError(
            f"No manifest has evidence of {name}: that of a day is signed after midnight, in UTC."
        )
    return found


def _around(objects: tuple[StoredObject, ...], seen: Chain) -> frozenset[str]:
    days = {each.stored_at.date() for each in objects}
    near = {day + timedelta(days=step) for day in days for step in (-1, 0, 1)}
    return frozenset(
        each.key
        for day, signed in seen.days.items()
        if day in near
        for each in signed.manifest.objects
    )


def _found(
    common: Common, folder: Path | None, key: Path | None
) -> tuple[EvidenceFiles, PublicKey]:
    given = key_in(key) if key else None
    if folder:
        if not folder.is_dir():
            raise RefusedError(f"{folder}: is not a folder.")
        assert given
        return FolderFiles(folder), given
    environment = common.environment()
    outputs = Stack.find(environment, common.stack).outputs
    files = BucketFiles(environment.client("s3"), evidence_bucket(outputs))
    return files, given or _from_kms(environment, outputs.get("ManifestKeyArn"))


def _from_kms(environment: AwsEnvironment, key_id: str | None) -> PublicKey:
    if key_id is None:
        raise RefusedError(
            "The stack signs no manifests: set `evidence.signing`, or name the key with --key."
        )
    answer: dict[str, Any] = environment.client("kms").get_public_key(KeyId=key_id)
    return key_of(answer["PublicKey"])


def _print(
    common: Common,
    what: str,
    checked: tuple[StoredObject, ...],
    seen: Chain,
    faults: list[str],
) -> None:
    if common.json:
        in_json(
            {
                "verified": what,
                "isSound": not faults,
                "files": [each.to_json() for each in checked],
                "days": len(seen.days),
                "faults": list(faults),
            }
        )
        return
    for fault in faults:
        say(fault)
    if not faults:
        say(
            f"{what}: {len(checked)} files are what was signed. There is a manifest of "
            f"each day from {min(seen.days)} to {max(seen.days)}."
        )
