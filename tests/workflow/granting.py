"""What a deployed cloud grants, one action on one resource at a time, and how to take it away."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from moto.awslambda.models import lambda_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

IAM: Any = iam_backends
LAMBDA: Any = lambda_backends
KMS: Any = kms_backends
SNS: Any = sns_backends
SQS: Any = sqs_backends
TRUST = "trust"


class Grant(NamedTuple):
    """One action on one resource, that one policy of one owner allows in one statement."""

    owner: str
    policy: str
    statement: int
    action: str
    resource: str

    @property
    def words(self) -> str:
        """The grant without what is made up at deployment."""
        owner = self.owner.split(":")[-1].split("/")[-1]
        return f"{owner.rpartition('-')[0]} ({self.policy}) {self.action} {self.resource}"


class Place(NamedTuple):
    """Where a policy is kept, and how it is put there."""

    owner: str
    policy: str
    document: dict[str, Any]
    put: Callable[[dict[str, Any]], None]


def places(account: str, region: str) -> Iterator[Place]:
    """Yield every policy that is deployed: of roles, their trust, and of resources."""
    for role in IAM[account]["aws"].roles.values():
        if role.name.startswith("vifshift-"):
            for name, text in role.policies.items():
                yield Place(role.arn, name, json.loads(text), _setter(role.policies, name))
            trust = _document(role.assume_role_policy_document)
            yield Place(role.arn, TRUST, trust, _attribute(role, "assume_role_policy_document"))
    for queue in SQS[account][region].queues.values():
        if queue.policy:
            yield Place(
                queue.queue_arn, "queue", json.loads(queue.policy), _attribute(queue, "policy")
            )
    for topic in SNS[account][region].topics.values():
        yield Place(topic.arn, "topic", json.loads(topic.policy), _attribute(topic, "policy"))
    for key in KMS[account][region].keys.values():
        yield Place(key.arn, "key", _document(key.policy), _attribute(key, "policy"))
    for function in LAMBDA[account][region].list_functions():
        if statements := function.policy.statements:
            document = {"Statement": statements}
            yield Place(function.function_arn, "function", document, _statements(function.policy))


def grants(account: str, region: str) -> list[Grant]:
    """Return every grant, in the order of the template."""
    return [
        Grant(place.owner, place.policy, number, action, resource)
        for place in places(account, region)
        for number, statement in enumerate(place.document["Statement"])
        if statement["Effect"] == "Allow"
        for action in _listed(statement["Action"])
        for resource in _listed(statement.get("Resource", "*"))
    ]


def take_away(grant: Grant, account: str, region: str) -> Callable[[], None]:
    """Take one grant away before anything is asked, and return what gives it back."""
    [place] = [
        each
        for each in places(account, region)
        if (each.owner, each.policy) == (grant.owner, grant.policy)
    ]
    before = json.loads(json.dumps(place.document))
    statements = list(before["Statement"])
    statement = statements.pop(grant.statement)
    for action in _listed(statement["Action"]):
        for resource in _listed(statement.get("Resource", "*")):
            if (action, resource) != (grant.action, grant.resource):
                # A trust policy names no resource.
                named = {"Resource": resource} if "Resource" in statement else {}
                statements.append({**statement, "Action": action, **named})
    place.put({**before, "Statement": statements})
    return lambda: place.put(before)


def _setter(policies: dict[str, str], name: str) -> Callable[[dict[str, Any]], None]:
    return lambda document: policies.update({name: json.dumps(document)})


def _attribute(owner: Any, name: str) -> Callable[[dict[str, Any]], None]:
    return lambda document: setattr(owner, name, json.dumps(document))


def _statements(policy: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: setattr(policy, "statements", document["Statement"])


def _document(given: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(given) if isinstance(given, str) else given
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
