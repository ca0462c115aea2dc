"""The prefixes of the evidence bucket's keys, which IAM policies use as well."""

from datetime import datetime
from typing import Final

MIGRATIONS: Final = "migrations/"
"""Reports of migrations."""

PLANS: Final = "plans/"
"""Reports and documents of plans, and the lists of moves that users store there."""


def report_folder(prefix: str, began: datetime, execution: str) -> str:
    """Return the folder of an execution's report, such as `plans/2026/07/24/run-1`."""
    return f"{prefix}{began:%Y/%m/%d}/{execution}"
