"""What the last preflight may have seen before the first call."""

from datetime import datetime

from simulator.explore.case import Case
from simulator.explore.checks import checks_of


def sources_of(case: Case) -> set[str]:
    """Return the ports on which that preflight may have been shown the VIF.

    A Describe that lags may show either the port that somebody has moved it from, or its new one.
    """
    if case.vif is None or case.snapshot_at is None:
        return set()
    return {view.connection_id for view in case.truth.shown_first_at(case.snapshot_at)}


def check_began(case: Case) -> datetime | None:
    """Return when the check that has read the network last began, None without such a read.

    While it runs, another migration may arrive, which it has looked for too early to find.
    """
    read_at = case.snapshot_at
    if read_at is None:
        return None
    checks = checks_of(case.record, case.execution)
    return next((begin for begin, end in checks if begin <= read_at <= end), read_at)
