"""Attacks on the evidence, with all the rights that an operator of the account may have."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from simulator.cloud import Cloud
from simulator.moto_ext.iam.callers import acting_as, role_session
from tests.unit.simulator.policies import EVERYTHING, TRUST
from tests.workflow.conftest import Deployed

ACCOUNT: Final = "111122223333"
OPERATOR: Final = f"arn:aws:iam::{ACCOUNT}:role/operator"
FORGED: Final = b"nothing happened"
DAY: Final = "2026/01/05"

Attack = Callable[[Any, str, str, str], object]


def in_parts(s3: Any, bucket: str, key: str, _: str) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    named = {"Bucket": bucket, "Key": key, "UploadId": upload}
    part = s3.upload_part(**named, PartNumber=1, Body=FORGED)
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    s3.complete_multipart_upload(**named, MultipartUpload={"Parts": parts})


ON_A_REPORT: Final[dict[str, Attack]] = {
    "replace": lambda s3, bucket, key, _: s3.put_object(Bucket=bucket, Key=key, Body=FORGED),
    "copy over": lambda s3, bucket, key, _: s3.copy_object(
        Bucket=bucket, Key=key, CopySource=f"{bucket}/lists/forged.json"
    ),
    "replace in parts": in_parts,
    "delete": lambda s3, bucket, key, _: s3.delete_object(Bucket=bucket, Key=key),
    "delete the version": lambda s3, bucket, key, version: s3.delete_object(
        Bucket=bucket, Key=key, VersionId=version
    ),
    "delete in a batch": lambda s3, bucket, key, _: s3.delete_objects(
        Bucket=bucket, Delete={"Objects": [{"Key": key}]}
    ),
    "delete the version in a batch": lambda s3, bucket, key, version: s3.delete_objects(
        Bucket=bucket, Delete={"Objects": [{"Key": key, "VersionId": version}]}
    ),
}
ELSEWHERE: Final = (
    f"migrations/{DAY}/another/report.json",
    f"migrations/{DAY}/by-hand/report-2.html",
    f"plans/{DAY}/another/report.html",
    f"plans/{DAY}/another/moves.json",
)


@pytest.fixture
def reported(deploy: Callable[[str], Deployed]) -> tuple[Cloud, str, dict[str, Any]]:
    """A cloud after a dry run, with its bucket, and what the last event says of the evidence."""
    deployed = deploy("happy-path-dual-stack-lag")
    asked = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxlag-target01"}
    deployed.start(json.dumps({**asked, "dryRun": True}))
    deployed.finish()
    [last] = [
        event["detail"]["data"]
        for event in deployed.cloud.published_events
        if event["detail-type"] == "VIF Migration Planned"
    ]
    evidence: dict[str, Any] = last["evidence"]
    assert evidence["json"]["sha256"] in last["notice"]["more"]
    return deployed.cloud, deployed.cloud.outputs["EvidenceBucketName"], evidence


@contextmanager
def operator(cloud: Cloud) -> Iterator[Any]:
    """Act as a role that may do everything, and yield its client of S3."""
    iam = cloud.client("iam")
    iam.create_role(RoleName="operator", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(
        RoleName="operator", PolicyName="all", PolicyDocument=json.dumps(EVERYTHING)
    )
    s3 = cloud.client("s3")
    with acting_as(role_session(OPERATOR, "mallory")):
        yield s3


def key_of(uri: str) -> str:
    return uri.removeprefix("s3://").partition("/")[2]


def versions(cloud: Cloud, bucket: str) -> list[tuple[str, str, bool]]:
    """Return key and version of all objects and delete markers in the bucket."""
    answer = cloud.client("s3").list_object_versions(Bucket=bucket)
    kinds = (answer.get("Versions", []), False), (answer.get("DeleteMarkers", []), True)
    return [(each["Key"], each["VersionId"], gone) for some, gone in kinds for each in some]


def test_an_operator_can_not_change_the_evidence_nor_add_to_it(
    reported: tuple[Cloud, str, dict[str, Any]],
) -> None:
    cloud, bucket, evidence = reported
    before = versions(cloud, bucket)
    done = []
    with operator(cloud) as s3:
        # Who may write lists may still do so.
        s3.put_object(Bucket=bucket, Key="lists/forged.json", Body=FORGED)
        for name, attack in ON_A_REPORT.items():
            for uri, file in (("htmlUri", "html"), ("jsonUri", "json")):
                try:
                    attack(s3, bucket, key_of(evidence[uri]), evidence[file]["versionId"])
                    done.append(name)
                except ClientError as refused:
                    assert refused.response["Error"]["Code"] == "AccessDenied"
        for key in ELSEWHERE:
            for condition in ({}, {"IfNoneMatch": "*"}):
                with pytest.raises(ClientError, match="AccessDenied"):
                    s3.put_object(Bucket=bucket, Key=key, Body=FORGED, **condition)

    assert done == []
    assert [each for each in versions(cloud, bucket) if each[0] != "lists/forged.json"] == before


def test_the_writing_function_can_add_and_not_replace_or_delete(
    reported: tuple[Cloud, str, dict[str, Any]],
) -> None:
    cloud, bucket, evidence = reported
    roles = cloud.resources_of_type("AWS::IAM::Role")
    key, s3 = key_of(evidence["jsonUri"]), cloud.client("s3")
    for function, place in (
        ("FunctionsReportRole", f"migrations/{DAY}/by-hand"),
        ("FunctionsReportPlanRole", f"plans/{DAY}/report-1"),
    ):
        [name] = [
            physical
            for logical, physical in roles.items()
            if logical.startswith(function) and logical[len(function) :].isalnum()
        ]
        with acting_as(role_session(f"arn:aws:iam::{ACCOUNT}:role/{name}", "function")):
            new = {"Bucket": bucket, "Key": f"{place}/report-7.json", "Body": b"{}"}
            s3.put_object(**new, IfNoneMatch="*")
            with pytest.raises(ClientError, match="PreconditionFailed"):
                s3.put_object(**new, IfNoneMatch="*")
            with pytest.raises(ClientError, match="AccessDenied"):
                s3.put_object(**new)
            with pytest.raises(ClientError, match="AccessDenied"):
                s3.delete_object(Bucket=bucket, Key=new["Key"])

    with acting_as(role_session(f"arn:aws:iam::{ACCOUNT}:role/{name}", "function")):
        # Documents of a plan get another version when it is checked again.
        for body in (b"1", b"2"):
            s3.put_object(Bucket=bucket, Key=f"plans/{DAY}/report-1/scope.json", Body=body)
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.put_object(Bucket=bucket, Key=f"{key}-2", Body=b"{}", IfNoneMatch="*")
