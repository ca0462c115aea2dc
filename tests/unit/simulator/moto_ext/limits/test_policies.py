"""How large policies may be: just below each limit, and just above it."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from simulator.cloud import Cloud
from simulator.moto_ext.limits import policies
from tests.unit.simulator.moto_ext.limits.largest import (
    Limit,
    a_bus_policy,
    a_policy,
    a_trust,
    furnish,
    just_below_and_just_above,
    queue,
    topic,
)

POLICIES = {
    "managed": Limit(
        policies.MANAGED,
        lambda cloud, size: cloud.client("iam").create_policy(
            PolicyName=f"managed-{size}",
            PolicyDocument=json.dumps(json.loads(a_policy(size)), indent=4),
        ),
        "LimitExceeded",
    ),
    "version of a managed one": Limit(
        policies.MANAGED,
        lambda cloud, size: cloud.client("iam").create_policy_version(
            PolicyArn=cloud.client("iam").create_policy(
                PolicyName=f"versioned-{size}", PolicyDocument=a_policy(200)
            )["Policy"]["Arn"],
            PolicyDocument=a_policy(size),
        ),
        "LimitExceeded",
    ),
    "trust": Limit(
        policies.TRUST,
        lambda cloud, size: cloud.client("iam").create_role(
            RoleName=f"trusting-{size}", AssumeRolePolicyDocument=a_trust(size)
        ),
        "LimitExceeded",
    ),
    "new trust": Limit(
        policies.TRUST,
        lambda cloud, size: cloud.client("iam").update_assume_role_policy(
            RoleName="runner", PolicyDocument=a_trust(size)
        ),
        "LimitExceeded",
    ),
    "bus": Limit(
        policies.OF_BUS,
        lambda cloud, size: cloud.client("events").put_permission(Policy=a_bus_policy(size)),
        "PolicyLengthExceededException",
    ),
    "key": Limit(
        policies.OF_KEY,
        lambda cloud, size: cloud.client("kms").create_key(Policy=a_policy(size)),
        "LimitExceededException",
    ),
    "bucket": Limit(
        policies.OF_BUCKET,
        lambda cloud, size: cloud.client("s3").put_bucket_policy(
            Bucket="bucket", Policy=a_policy(size, Principal="*", Condition={})
        ),
        "MalformedPolicy",
    ),
    "topic": Limit(
        policies.OF_TOPIC,
        lambda cloud, size: cloud.client("sns").set_topic_attributes(
            TopicArn=topic(cloud), AttributeName="Policy", AttributeValue=a_policy(size)
        ),
        "InvalidParameter",
    ),
    "queue": Limit(
        policies.OF_QUEUE,
        lambda cloud, size: cloud.client("sqs").set_queue_attributes(
            QueueUrl=queue(cloud), Attributes={"Policy": a_policy(size)}
        ),
        "InvalidAttributeValue",
    ),
}


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    """A cloud with something of everything that is written to."""
    with Cloud() as cloud:
        furnish(cloud)
        yield cloud


@pytest.mark.parametrize("kind", POLICIES)
def test_a_policy_is_as_large_as_it_may_be(cloud: Cloud, kind: str) -> None:
    just_below_and_just_above(cloud, POLICIES[kind])


def test_the_policies_of_a_role_count_together(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    half = policies.INLINE // 2
    iam.put_role_policy(RoleName="runner", PolicyName="one", PolicyDocument=a_policy(half))
    iam.put_role_policy(RoleName="runner", PolicyName="two", PolicyDocument=a_policy(half))
    with pytest.raises(ClientError, match=r"LimitExceeded.*10240 bytes exceeded for role runner"):
        iam.put_role_policy(RoleName="runner", PolicyName="two", PolicyDocument=a_policy(half + 1))


def test_what_functions_allow_counts_together_and_one_too_many_leaves_the_others(
    cloud: Cloud,
) -> None:
    client = cloud.client("lambda")

    def allow(number: int) -> None:
        client.add_permission(
            FunctionName="echo",
            StatementId=f"statement-{number}-{'x' * 60}",
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
            SourceArn=f"arn:aws:events:eu-central-1:111122223333:rule/{'r' * 100}",
        )

    with pytest.raises(ClientError, match="PolicyLengthExceededException"):
        for number in range(100):
            allow(number)
    kept = client.get_policy(FunctionName="echo")["Policy"]
    assert policies.OF_FUNCTION - 500 < len(json.dumps(json.loads(kept), separators=(",", ":")))
    assert len(json.dumps(json.loads(kept), separators=(",", ":"))) <= policies.OF_FUNCTION
