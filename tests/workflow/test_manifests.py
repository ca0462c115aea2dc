"""The signed manifests of the evidence: made by the deployed function, verified by the command."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from botocore.exceptions import ClientError

from cli import app as command
from cli.arguments import BLOCKED, CANNOT
from simulator.cloud import Cloud
from simulator.moto_ext.iam.callers import acting_as, role_session
from simulator.runs.session import Session
from simulator.scenarios.model import load, named
from tests.unit.simulator.policies import EVERYTHING, TRUST
from tests.workflow.conftest import Deployed
from vifshift.domain.manifest import Manifest, manifest_key, signature_key

ACCOUNT: Final = "111122223333"
ASKED: Final = {
    "virtualInterfaceId": "dxvif-aaaa0001",
    "connectionId": "dxlag-target01",
    "dryRun": True,
}
FIRST, SECOND, THIRD = date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 7)
Change = Callable[[Path], None]


def deployed_with(session: Session, algorithm: str) -> Deployed:
    scenario = load(named("happy-path-dual-stack-lag")).model_copy(
        update={"settings": {"evidence": {"signing": algorithm}}}
    )
    return Deployed(session.cloud_for(scenario), scenario)


def sign(cloud: Cloud, at: str) -> list[str]:
    """Let the function make what is due at a time, and return the days."""
    answer = cloud.client("lambda").invoke(
        FunctionName=function_of(cloud), Payload=json.dumps({"at": at})
    )
    assert "FunctionError" not in answer, answer["Payload"].read()
    days: list[str] = json.loads(answer["Payload"].read())["days"]
    return days


def function_of(cloud: Cloud) -> str:
    [name] = [
        physical
        for logical, physical in cloud.resources_of_type("AWS::Lambda::Function").items()
        if logical.startswith("FunctionsManifest")
    ]
    return name


@pytest.fixture
def signed(session: Session, tmp_path: Path) -> tuple[Cloud, Path, Path]:
    """A cloud with three signed days, of which the first has a report, a copy, and the key."""
    return prepared(session, "ECDSA_SHA_256", tmp_path)


def prepared(session: Session, algorithm: str, folder: Path) -> tuple[Cloud, Path, Path]:
    deployed = deployed_with(session, algorithm)
    cloud = deployed.cloud
    deployed.start(json.dumps(ASKED), "CHG0042")
    deployed.finish()
    assert sign(cloud, "2026-01-06T00:15:00Z") == ["2026-01-05"]
    # The run of a day has failed, and the next one makes up for it.
    assert sign(cloud, "2026-01-08T00:15:00Z") == ["2026-01-06", "2026-01-07"]
    assert sign(cloud, "2026-01-08T00:16:00Z") == []
    copy, key = folder / "copy", folder / "key.der"
    bucket = cloud.outputs["EvidenceBucketName"]
    s3 = cloud.client("s3")
    for each in s3.list_objects_v2(Bucket=bucket)["Contents"]:
        path = copy / each["Key"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read())
    answer = cloud.client("kms").get_public_key(KeyId=cloud.outputs["ManifestKeyArn"])
    key.write_bytes(answer["PublicKey"])
    return cloud, copy, key


def verified(what: str, copy: Path, key: Path) -> int:
    return command.main(["verify", what, "--folder", str(copy), "--key", str(key)])


def report(copy: Path, name: str) -> Path:
    [path] = copy.rglob(f"CHG0042/{name}")
    return path


def edit(path: Path, old: bytes, new: bytes) -> None:
    text = path.read_bytes()
    assert old in text
    path.write_bytes(text.replace(old, new))


def remove_day(copy: Path) -> None:
    shutil.rmtree((copy / manifest_key(SECOND)).parent)


def resign_with_another_key(copy: Path) -> None:
    (copy / signature_key(FIRST)).write_bytes((copy / signature_key(SECOND)).read_bytes())


def swap(copy: Path) -> None:
    page, data = report(copy, "report.html"), report(copy, "report.json")
    page.write_bytes(data.read_bytes())


TAMPERED: Final[dict[str, tuple[Change, str]]] = {
    "page": (lambda copy: edit(report(copy, "report.html"), b"CHG0042", b"CHG0043"), "SHA-256"),
    "data": (lambda copy: edit(report(copy, "report.json"), b"planned", b"refused"), "SHA-256"),
    "page and data are one": (swap, "SHA-256"),
    "page is gone": (lambda copy: report(copy, "report.html").unlink(), "is missing"),
    "manifest": (
        lambda copy: edit(copy / manifest_key(FIRST), b"CHG0042", b"CHG0043"),
        "2026-01-05: the manifest is not what was signed",
    ),
    "manifest of another day": (
        lambda copy: edit(copy / manifest_key(THIRD), b"2026", b"2027"),
        "2026-01-07: the manifest is not what was signed",
    ),
    "no signature": (
        lambda copy: (copy / signature_key(FIRST)).unlink(),
        "2026-01-05: the manifest has no signature",
    ),
    "another signature": (resign_with_another_key, "is not what was signed"),
    "missing day": (remove_day, "2026-01-06: the manifest is missing, which that of 2026-01-07"),
    "missing first day": (
        lambda copy: shutil.rmtree((copy / manifest_key(FIRST)).parent),
        "2026-01-05: the manifest is missing, which that of 2026-01-06",
    ),
}


def test_what_was_signed_is_verified_and_what_was_changed_is_found(
    signed: tuple[Cloud, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud, copy, key = signed
    for what in ("CHG0042", "2026-01-05", "2026-01-06"):
        assert verified(what, copy, key) == 0
    assert "2 files are what was signed. There is a manifest of each day from 2026-01-05" in (
        capsys.readouterr().out
    )
    assert verified("CHG0043", copy, key) == CANNOT
    assert verified("2026-01-08", copy, key) == CANNOT

    for name, (change, fault) in TAMPERED.items():
        other = tmp_path / name
        shutil.copytree(copy, other)
        change(other)
        assert verified("CHG0042", other, key) == BLOCKED, name
        assert fault in capsys.readouterr().out, name

    in_the_bucket(cloud, copy, key, capsys)


def in_the_bucket(cloud: Cloud, copy: Path, key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Attack the bucket itself, by who can take its policy away."""
    s3, bucket = cloud.client("s3"), cloud.outputs["EvidenceBucketName"]
    path = report(copy, "report.html")
    name = path.relative_to(copy).as_posix()
    assert command.main(["--region", "eu-central-1", "verify", "CHG0042"]) == 0

    s3.put_object(Bucket=bucket, Key=name, Body=path.read_bytes())
    assert command.main(["--region", "eu-central-1", "verify", "CHG0042"]) == BLOCKED
    assert f"{name}: was replaced" in capsys.readouterr().out

    s3.delete_object(Bucket=bucket, Key=name)
    assert command.main(["--region", "eu-central-1", "verify", "2026-01-05"]) == BLOCKED
    assert f"{name}: has been deleted" in capsys.readouterr().out


@pytest.mark.verify
def test_nobody_but_the_function_signs_or_stores_a_manifest(
    signed: tuple[Cloud, Path, Path],
) -> None:
    cloud, _, _ = signed
    iam, s3, kms = cloud.client("iam"), cloud.client("s3"), cloud.client("kms")
    iam.create_role(RoleName="operator", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(
        RoleName="operator", PolicyName="all", PolicyDocument=json.dumps(EVERYTHING)
    )
    bucket = cloud.outputs["EvidenceBucketName"]
    with acting_as(role_session(f"arn:aws:iam::{ACCOUNT}:role/operator", "mallory")):
        with pytest.raises(ClientError, match="AccessDenied"):
            kms.sign(
                KeyId=cloud.outputs["ManifestKeyArn"],
                Message=b"x" * 32,
                MessageType="DIGEST",
                SigningAlgorithm="ECDSA_SHA_256",
            )
        for key in (manifest_key(FIRST), signature_key(date(2026, 1, 9))):
            with pytest.raises(ClientError, match="AccessDenied"):
                s3.put_object(Bucket=bucket, Key=key, Body=b"{}", IfNoneMatch="*")


@pytest.mark.verify
def test_rsa_signs_as_well(session: Session, tmp_path: Path) -> None:
    _, copy, key = prepared(session, "RSASSA_PSS_SHA_256", tmp_path)

    assert verified("CHG0042", copy, key) == 0


@pytest.mark.verify
def test_a_deleted_manifest_is_not_made_anew_and_is_found(
    signed: tuple[Cloud, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    cloud, _, _ = signed
    s3, bucket = cloud.client("s3"), cloud.outputs["EvidenceBucketName"]
    for key in (manifest_key(THIRD), signature_key(THIRD)):
        s3.delete_object(Bucket=bucket, Key=key)

    answer = cloud.client("lambda").invoke(
        FunctionName=function_of(cloud), Payload=json.dumps({"at": "2026-01-09T00:15:00Z"})
    )

    assert "NoSuchKey" in answer["Payload"].read().decode()
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket=bucket, Key=manifest_key(THIRD))


@pytest.mark.verify
def test_a_signature_that_was_lost_is_made_up_for(signed: tuple[Cloud, Path, Path]) -> None:
    cloud, _, _ = signed
    s3, bucket = cloud.client("s3"), cloud.outputs["EvidenceBucketName"]
    versions = s3.list_object_versions(Bucket=bucket, Prefix=signature_key(THIRD))["Versions"]
    for each in versions:
        s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])

    assert sign(cloud, "2026-01-08T01:15:00Z") == []

    assert command.main(["--region", "eu-central-1", "verify", "2026-01-07"]) == 0


@pytest.mark.verify
def test_the_schedule_signs_a_day_after_midnight(session: Session) -> None:
    deployed = deployed_with(session, "ECDSA_SHA_256")
    deployed.start(json.dumps(ASKED), "CHG0042")
    deployed.finish()

    # What comes by a schedule is not waited for.
    deployed.cloud.clock.sleep(36 * 3600)
    deployed.finish()

    bucket = deployed.cloud.outputs["EvidenceBucketName"]
    texts = deployed.cloud.objects(bucket)
    manifest = Manifest.model_validate_json(texts[manifest_key(FIRST)])
    assert {each.key.rpartition("/")[2] for each in manifest.objects} == {
        "report.json",
        "report.html",
    }
