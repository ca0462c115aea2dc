"""The names of the executions that a plan starts, one for each of its moves."""

import hashlib
from typing import Final

from vifshift.domain.migration import Execution

LONGEST_PLAN_NAME: Final = 50


def name_of(plan: Execution, number: int, nonce: str) -> str:
    """Return the name of a move's migration, which is always the same for the move.

    Nobody can take the name before the plan does, since nobody can guess its nonce. A plan that an
    earlier release has started has none.
    """
    known = hashlib.sha1(plan.arn.encode(), usedforsecurity=False).hexdigest()[:8]
    return f"{plan.name[:LONGEST_PLAN_NAME]}-{nonce or known}-{number:04}"


def is_name_of(name: str, plan_id: str, number: int, nonce: str) -> bool:
    """Return whether an execution has the name that a plan gives the migration of a move."""
    return bool(nonce) and name == f"{plan_id[:LONGEST_PLAN_NAME]}-{nonce}-{number:04}"
