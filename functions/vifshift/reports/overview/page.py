"""Renders what is to be approved: one HTML file that loads no other and runs no script."""

from datetime import datetime

from vifshift.domain.findings import Finding
from vifshift.domain.model import Model
from vifshift.domain.overview import PlanOverview
from vifshift.reports.base.environment import TEMPLATES
from vifshift.reports.base.page_parts import Badge, OutcomeStyle, worst_first
from vifshift.reports.overview.sections import facts, lay_out

BADGE = Badge("Waiting for approval", OutcomeStyle.CALM)
NO_FINDINGS = "Preflight had no findings."


class Proposal(Model):
    """What is to be approved, and who asks for it; `title` names what moves."""

    title: str
    execution_name: str
    execution_arn: str
    request_id: str
    region: str | None
    asked_by: str
    requested_by: str
    reason: str
    checked_at: datetime
    findings: tuple[Finding, ...]
    changes: tuple[str, ...] = ()
    overview: PlanOverview

    @property
    def sentence(self) -> str:
        """Return what happens next."""
        return "nothing has been touched, and nothing will be until somebody approves it"

    @property
    def next_step(self) -> str:
        """Return how to answer; the notice has the commands of the AWS CLI."""
        name = self.execution_name
        return (
            f"Run vifshift approve {name}, or vifshift refuse {name}; the notice has the commands "
            "for the AWS CLI."
        )


def render(proposal: Proposal) -> str:
    """Return the page as HTML; text that people wrote is escaped."""
    return TEMPLATES.get_template("overview/page.html.j2").render(
        report=proposal,
        badge=BADGE,
        facts=facts(proposal.overview),
        is_urgent=False,
        sections=lay_out(proposal.overview),
        findings=worst_first(proposal.findings),
        no_findings=NO_FINDINGS,
    )
