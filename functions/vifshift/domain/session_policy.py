"""What a session of a role in another account may do: no more than the function needs it for."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pydantic import Field

from vifshift.domain.model import Model
from vifshift.domain.network_actions import (
    AFFECTED,
    ALARMS,
    ASSOCIATING,
    IN_GROUPS,
    LOOKING,
    ONCE,
    ROUTES,
    SEE_VIFS,
    SEEING,
    TESTS,
)

LONGEST_SESSION_POLICY: Final = 2048
"""AWS: API reference of STS, AssumeRole. What the packed form of a policy may have, as a share of
which STS answers with PackedPolicySize, is not published: these have a third of it at most."""


class RequiredTag(Model):
    """The tag that a VIF, connection or LAG must carry before vifshift may associate it."""

    key: str = Field(min_length=1, max_length=128)
    value: str = Field(max_length=256)


class SessionPurpose(StrEnum):
    """What a function assumes a role for."""

    CHECK = "check"
    ASSOCIATE = "associate"
    OBSERVE = "observe"
    INVESTIGATE = "investigate"
    READ_PORT = "read-port"
    READ_GUARDS = "read-guards"


_ACTIONS: Final[Mapping[SessionPurpose, tuple[str, ...]]] = {
    SessionPurpose.CHECK: (*SEEING, *ONCE, ROUTES, AFFECTED, TESTS, IN_GROUPS),
    SessionPurpose.ASSOCIATE: (SEE_VIFS,),
    SessionPurpose.OBSERVE: (*LOOKING, ROUTES),
    SessionPurpose.INVESTIGATE: (SEE_VIFS,),
    SessionPurpose.READ_PORT: LOOKING,
    SessionPurpose.READ_GUARDS: (ALARMS,),
}


class SessionNeeds(Model):
    """What a function needs a session for; only an association depends on the tag."""

    purpose: SessionPurpose = SessionPurpose.CHECK
    required_tag: RequiredTag | None = None

    @property
    def policy(self) -> str:
        """Return the session policy, in ASCII; what the role may not do, it does not allow either.

        AWS: IAM user guide, "Session policies".
        """
        statements = [_allow(*_ACTIONS[self.purpose])]
        if self.purpose is SessionPurpose.ASSOCIATE:
            statements.append(_allow(ASSOCIATING, tag=self.required_tag))
        document = {"Version": "2012-10-17", "Statement": statements}
        return json.dumps(document, separators=(",", ":"))


def _allow(*actions: str, tag: RequiredTag | None = None) -> dict[str, object]:
    statement: dict[str, object] = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    if tag:
        statement["Condition"] = {"StringEquals": {f"aws:ResourceTag/{tag.key}": tag.value}}
    return statement
