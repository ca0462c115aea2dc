"""The conditions of policies; only those operators that somebody here uses, each as IAM has it.

AWS: IAM user guide, "IAM JSON policy elements: Condition operators".
"""

from collections.abc import Callable, Mapping
from typing import Final

from simulator.moto_ext.iam.policy_documents import PolicyCondition, UnsupportedPolicyError, like

Context = Mapping[str, str | None]
"""What is known of a request, by keys in lower case; None stands for a key that it does not have.

A key that is not in here can't be judged. `TAGS` says that all of a resource's tags are.
"""

TAGS: Final = "aws:resourcetag/"
_ARN_PARTS: Final = 6


def holds(condition: PolicyCondition, context: Context) -> bool:
    """Return whether a condition holds; raises `UnsupportedPolicyError` if it can't be known."""
    negates = condition.operator in _NEGATED
    compare = _OPERATORS.get(_NEGATED.get(condition.operator, condition.operator))
    if compare is None:
        raise UnsupportedPolicyError(
            f"Condition operator {condition.operator} is not evaluated here"
        )
    value = _value(condition.key, context)
    # A key that is absent matches nothing, so that a negated operator holds.
    matches = value is not None and any(compare(value, wanted) for wanted in condition.values)
    return matches is not negates


def _value(key: str, context: Context) -> str | None:
    if key in context:
        return context[key]
    if key.startswith(TAGS) and TAGS in context:
        return None
    raise UnsupportedPolicyError(f"Condition key {key} is not known of this request")


def _arn_like(value: str, pattern: str) -> bool:
    """Compare ARNs part by part: a wildcard does not reach over a colon, but in the last one."""
    parts, wanted = value.split(":", _ARN_PARTS - 1), pattern.split(":", _ARN_PARTS - 1)
    return len(parts) == len(wanted) and all(map(like, wanted, parts))


_NEGATED: Final = {
    "StringNotEquals": "StringEquals",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
_OPERATORS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringLike": lambda value, wanted: like(wanted, value),
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "NumericLessThan": lambda value, wanted: float(value) < float(wanted),
}
