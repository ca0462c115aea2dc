"""The statements of the event bus's policy: each source is denied to all but its principals.

`account` is AWS's word, but whoever may call PutEvents picks an event's `source`. A statement that
denies it holds for principals of the bus's account as well, whatever their own policies allow (AWS:
IAM user guide, "Policy evaluation logic"; EventBridge user guide, "Permissions for event buses").
`aws:PrincipalArn` is the role's ARN for a session of a role, and absent for a service that acts
without one; a negated operator holds then, and so denies it (AWS: IAM user guide, "AWS global
condition context keys", "Condition operators").
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Final

LONGEST_POLICY: Final = 10_240
"""In characters (AWS: "Amazon EventBridge quotas", and AWS::Events::EventBusPolicy)."""
_LONGEST_BUS_ARN: Final = 320
_LONGEST_ROLES: Final = 2_000
"""The statement about the product's own roles, and the frame of the policy."""
_OF_AN_ACCOUNT: Final = 50


def source_statements(
    kind: str, sources: Mapping[str, Sequence[str]], detail_types: Sequence[str]
) -> dict[str, dict[str, object]]:
    """Return a statement for each source with principals, by its id; `kind` begins the ids."""
    return {
        f"Only{kind}{hashlib.sha256(source.encode()).hexdigest()[:12]}": deny(
            source, principals, detail_types
        )
        for source, principals in sources.items()
        if principals
    }


def deny(
    source: str, principals: Sequence[str], detail_types: Sequence[str] = ()
) -> dict[str, object]:
    """Return the statement that denies a source to all but some principals; it has no resource.

    With `detail_types`, it is about those alone.
    """
    about: dict[str, object] = {"events:source": source}
    if detail_types:
        about["events:detail-type"] = list(detail_types)
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "events:PutEvents",
        "Condition": {
            "StringEquals": about,
            "ArnNotEquals": {"aws:PrincipalArn": list(principals)},
        },
    }


def longest(statements: Mapping[str, Mapping[str, object]], accounts: Sequence[str]) -> int:
    """Return how many characters the policy may have, with the longest names of all resources."""
    sizes = (len(json.dumps(each, separators=(",", ":"))) for each in statements.values())
    frame = _LONGEST_BUS_ARN + len('"Sid":"","Resource":"",') + 32
    return sum(size + frame for size in sizes) + _LONGEST_ROLES + len(accounts) * _OF_AN_ACCOUNT
