"""A Lambda that can't be had: the migration still ends, tells the truth, and frees its lock."""

import json
from collections.abc import Callable

import pytest

from tests.sampling import sampled
from tests.workflow.conftest import Deployed
from vifshift.events.migration import Detail, Ended

Deploy = Callable[[str], Deployed]
REQUEST = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxlag-target01"}


def ending(deployed: Deployed) -> Ended:
    """Return what the one final event tells; it must be as its model says."""
    told = Detail.model_validate(deployed.cloud.published_events[-1]["detail"]).data
    assert isinstance(told, Ended)
    return told


@pytest.mark.parametrize(
    ("function", "world", "outcome", "port"),
    sampled(
        [
            ("validate", "happy-path-dual-stack-lag", "rejected", "dxcon-source01"),
            ("associate", "happy-path-dual-stack-lag", "rejected", "dxcon-source01"),
            ("observe", "happy-path-dual-stack-lag", "needs-attention", "dxlag-target01"),
            ("conclude", "blind-throughout", "needs-attention", "dxlag-target01"),
            ("conclude", "happy-path-dual-stack-lag", "succeeded", "dxlag-target01"),
            ("conclude", "bgp-never-comes-up", "rolled-back", "dxcon-source01"),
            ("conclude", "rollback-fails-too", "rollback-failed", "dxcon-source01"),
            ("conclude", "rollback-never", "needs-attention", "dxlag-target01"),
            ("conclude", "dry-run", "planned", "dxcon-source01"),
            ("conclude", "refused", "rejected", "dxcon-source01"),
            ("conclude", "malformed-request", "rejected", "dxcon-source01"),
            ("report", "happy-path-dual-stack-lag", "succeeded", "dxlag-target01"),
            ("report", "bgp-never-comes-up", "rolled-back", "dxcon-source01"),
            ("report", "malformed-request", "rejected", "dxcon-source01"),
        ],
        3,
    ),
)
def test_a_missing_function_leaves_nobody_in_silence(
    deploy: Deploy, function: str, world: str, outcome: str, port: str
) -> None:
    deployed = deploy(world)
    deployed.break_function(function)

    deployed.send(deployed.scenario.trigger.request)
    [execution] = deployed.finish()

    told = ending(deployed)
    assert told.outcome == outcome
    if function == "conclude" and world != "malformed-request":
        assert told.subject.region == "eu-central-1"
        assert told.notice.title == f"dxvif-aaaa0001: its migration ended as {outcome}"
    assert (told.evidence is None) == (function == "report")
    if function == "observe":
        assert (told.now, told.carries_traffic) == (None, "unknown")
    assert execution["status"] != "RUNNING"
    assert deployed.network.connection_of("dxvif-aaaa0001") == port
    assert deployed.locks == []


def test_a_duplicate_is_told_as_one_without_the_conclude_function(deploy: Deploy) -> None:
    deployed = deploy("happy-path-dual-stack-lag")
    deployed.break_function("conclude")

    deployed.send({**REQUEST, "requestId": "CHG0042"})
    deployed.send({**REQUEST, "requestId": "CHG0042"})
    first, second = deployed.finish()

    assert first["status"] == second["status"] == "SUCCEEDED"
    assert deployed.sent.count("VIF Migration Duplicate") == 1


def test_a_bucket_that_is_denied_keeps_nobody_from_hearing(deploy: Deploy) -> None:
    deployed = deploy("happy-path-dual-stack-lag")
    bucket = deployed.cloud.outputs["EvidenceBucketName"]
    denied = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [denied]})
    deployed.cloud.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)

    deployed.send(REQUEST)
    [execution] = deployed.finish()

    told = ending(deployed)
    assert (execution["status"], told.outcome, told.evidence) == ("SUCCEEDED", "succeeded", None)
    assert deployed.cloud.objects(bucket) == {}
    assert deployed.locks == []
