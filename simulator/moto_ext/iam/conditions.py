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
_IF_EXISTS: Final = "IfExists"
_NULL: Final = "Null"
_NEGATED: Final = frozenset({"ArnNotEquals", "ArnNotLike", "StringNotEquals", "StringNotLike"})


def holds(condition: PolicyCondition, context: Context) -> bool:
    """Return whether a condition holds; raises `UnsupportedPolicyError` if it can't be known."""
    operator = condition.operator.removesuffix(_IF_EXISTS)
    compare = _OPERATORS.get(operator)
    if compare is None and operator != _NULL:
        raise UnsupportedPolicyError(
            f"Condition operator {condition.operator} is not evaluated here"
        )
    value = _value(condition.key, context)
    if compare is None:
        return any((value is None) is (wanted == "true") for wanted in condition.values)
    if value is None:
        # A negated operator holds for a key that is not there, as one with IfExists does.
        return condition.operator.endswith(_IF_EXISTS) or operator in _NEGATED
    return any(compare(value, wanted) for wanted in condition.values) is not (operator in _NEGATED)


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


# A negated operator compares as the other does: it holds where no value is equal.
_OPERATORS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringNotEquals": lambda value, wanted: value == wanted,
    "StringLike": lambda value, wanted: like(wanted, value),
    "StringNotLike": lambda value, wanted: like(wanted, value),
    "ArnEquals": _arn_like,
    "ArnNotEquals": _arn_like,
    "ArnNotLike": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "NumericLessThan": lambda value, wanted: float(value) < float(wanted),
}
