"""Where the evidence bucket keeps what: the prefixes of its keys, which IAM policies name too."""

from datetime import datetime
from typing import Final

MIGRATIONS: Final = "migrations/"
"""Reports of migrations."""

PLANS: Final = "plans/"
"""Reports and documents of plans, and the lists of moves that users put there."""


def report_folder(prefix: str, began: datetime, execution: str) -> str:
    """Return the folder of an execution's report, such as `plans/2026/07/24/run-1`."""
    return f"{prefix}{began:%Y/%m/%d}/{execution}"
