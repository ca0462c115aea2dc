"""The roles of simulated accounts, in moto's IAM."""

import json
from typing import Any

from moto.iam.models import iam_backends

from simulator.moto_ext.account.facts import AssumableRole

_IAM: Any = iam_backends
_POLICY = "permissions"


def make_role(role: AssumableRole) -> None:
    """Make a role as its account's engineer has; one that is there already is changed."""
    _, partition, _, _, account, name = role.arn.split(":", 5)
    path, _, name = name.removeprefix("role").rpartition("/")
    backend = _IAM[account][partition]
    if all(each.arn != role.arn for each in backend.roles.values()):
        backend.create_role(
            role_name=name,
            assume_role_policy_document=json.dumps(role.trust),
            path=f"{path}/",
            permissions_boundary=None,
            description="",
            tags=[],
            max_session_duration="3600",
        )
    found = backend.get_role(name)
    found.assume_role_policy_document = json.dumps(role.trust)
    backend.put_role_policy(name, _POLICY, json.dumps(role.permissions))
