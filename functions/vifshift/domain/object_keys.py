"""The keys of the evidence bucket, whose prefixes IAM policies use as well."""

import re
from datetime import datetime
from typing import Final

MIGRATIONS: Final = "migrations/"
"""Reports of migrations."""

PLANS: Final = "plans/"
"""Reports and documents of plans."""

MANIFESTS: Final = "manifests/"
"""The signed manifests of what was stored on a day."""

PROPOSALS: Final = "proposals/"
"""The pages that are shown to people who are asked for an approval."""

LISTS: Final = "lists/"
"""The lists of moves that users store; nothing else is read from there."""


def report_folder(prefix: str, began: datetime, execution: str) -> str:
    """Return the folder of an execution's report, such as `plans/2026/07/24/run-1`."""
    return f"{prefix}{began:%Y/%m/%d}/{execution}"


def proposal_key(began: datetime, execution: str, digest: str) -> str:
    """Return the key of the page that shows what an approval of a digest covers."""
    return f"{report_folder(PROPOSALS, began, execution)}/{digest}.html"


def report_path(folder: str, number: int) -> str:
    """Return the key of a folder's first, second … report, without the ending of its files."""
    return f"{folder}/report" if number == 1 else f"{folder}/report-{number}"


def report_number(name: str) -> int | None:
    """Return which report a file of data is, by its name; None if it is something else."""
    found = re.fullmatch(r"report(?:-([1-9][0-9]*))?\.json", name, flags=re.ASCII)
    return found and int(found[1] or 1)
