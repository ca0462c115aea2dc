"""What the page of a plan of 10, 200 and 2,000 moves costs: time of the CPU, and size.

`make bench`. One move in a hundred has failed; the first page of all is not counted, which reads
the templates.
"""

import time
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table

from vifshift.domain.plan_outcome import Counts, MoveOutcome, PlanOutcome
from vifshift.domain.plan_request import Order
from vifshift.events.migration import EvidenceUris
from vifshift.reports.plan.model import MoveReport, PlanReport
from vifshift.reports.plan.page import render

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
ARN = "arn:aws:states:eu-central-1:111122223333:execution:plan:plan-1"


def move(number: int) -> MoveReport:
    """Build a move that took three minutes."""
    starts_at = NOW + timedelta(seconds=10 * number)
    folder = f"s3://evidence/migrations/2026/07/01/plan-1-{number:04}"
    return MoveReport(
        number=number,
        virtual_interface_id=f"dxvif-{number:08}",
        virtual_interface_name=f"frankfurt-core-{number}",
        source="dxcon-fh3xk2aq",
        target="dxlag-fgz7m1p0",
        outcome=MoveOutcome.SUCCEEDED if number % 100 else MoveOutcome.ROLLED_BACK,
        message="moved, and verified: as before, on dxlag-fgz7m1p0",
        started_at=starts_at,
        ended_at=starts_at + timedelta(minutes=3),
        interruption_seconds=42,
        migration_id=f"plan-1-{number:04}",
        evidence=EvidenceUris(html_uri=f"{folder}/report.html", json_uri=f"{folder}/report.json"),
    )


def report(size: int) -> PlanReport:
    """Build the report of a plan of so many moves."""
    moves = tuple(move(number) for number in range(1, size + 1))
    return PlanReport(
        plan_id="plan-1",
        request_id="CHG0042",
        execution_arn=ARN,
        region="eu-central-1",
        account="111122223333",
        started_at=NOW,
        ended_at=NOW + timedelta(seconds=10 * size + 200),
        outcome=PlanOutcome.PARTLY_COMPLETED,
        sentence="all moves were tried, and some have failed",
        next_step="Do what the reports of the failed moves say, then run the same plan again.",
        requested_by="alice@example.com",
        reason="CHG0042",
        approval=None,
        max_concurrency=20,
        stop_after_failures=size,
        order=Order.AS_GIVEN,
        window=None,
        counts=Counts.of(each.outcome for each in moves),
        findings=(),
        moves=moves,
    )


def main() -> None:
    """Measure each size, and print a table."""
    table = Table("moves", "seconds", "kB")
    render(report(1))
    for size in (10, 200, 2000):
        made = report(size)
        started = time.process_time()
        html = render(made)
        seconds = time.process_time() - started
        table.add_row(f"{size:,}", f"{seconds:.3f}", f"{len(html.encode()) / 1000:,.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
