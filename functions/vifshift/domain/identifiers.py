"""Names that come from outside and enter keys, or are compared: what they may consist of."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

LONGEST_EXECUTION_NAME = 80
_NOT_IN_NAMES = re.compile(
    r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\U0010ffff]"
)


def _execution_name(text: str) -> str:
    if _NOT_IN_NAMES.search(text):
        raise ValueError("is not the name of an execution")
    return text


# Events that people send have no version: their schemas promise that nothing is refused that was
# accepted before, so the pattern is not in them. No execution ever had another name.
ExecutionName = Annotated[
    str, Field(min_length=1, max_length=LONGEST_EXECUTION_NAME), AfterValidator(_execution_name)
]
"""The name of an execution, which is the id of its migration or plan.

AWS: API reference of Step Functions, StartExecution.
"""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in hexadecimal, of what is to be approved."""

EventId = Annotated[str, Field(min_length=1, max_length=128)]
"""The id of an event, which EventBridge gives it."""
