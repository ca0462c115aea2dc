"""Renders the report of a migration: one HTML file that loads no other and runs no script."""

from vifshift.domain.migration import Outcome
from vifshift.domain.traffic_status import Traffic
from vifshift.reports.base import words
from vifshift.reports.base.environment import TEMPLATES
from vifshift.reports.base.page_parts import Badge, Fact, OutcomeStyle, worst_first
from vifshift.reports.migration import table_rows as rows
from vifshift.reports.migration.drawing import lane_label, lay_out
from vifshift.reports.migration.interruption import bounds
from vifshift.reports.migration.model import Evidence
from vifshift.reports.overview.sections import facts
from vifshift.reports.overview.sections import lay_out as sections

BADGES = {
    Outcome.SUCCEEDED: Badge("Succeeded", OutcomeStyle.GOOD),
    Outcome.UNCHANGED: Badge("Unchanged", OutcomeStyle.GOOD),
    Outcome.PLANNED: Badge("Planned", OutcomeStyle.CALM),
    Outcome.DUPLICATE: Badge("Duplicate", OutcomeStyle.CALM),
    Outcome.CANCELLED: Badge("Cancelled", OutcomeStyle.CALM),
    Outcome.REJECTED: Badge("Rejected", OutcomeStyle.WARN),
    Outcome.ROLLED_BACK: Badge("Rolled back", OutcomeStyle.WARN),
    Outcome.ROLLBACK_FAILED: Badge("Rollback failed", OutcomeStyle.BAD),
    Outcome.NEEDS_ATTENTION: Badge("Needs attention", OutcomeStyle.BAD),
    Outcome.INTERRUPTED: Badge("Interrupted", OutcomeStyle.BAD),
}

NO_FINDINGS = "Preflight had no findings."
NOT_JUDGED = "The request could not be read, so preflight did not run."

UNTOUCHED = {Outcome.PLANNED, Outcome.REJECTED, Outcome.CANCELLED}
"""Nothing was moved, so that the findings, and what was to be done, are the story."""

CALLS_A_PERSON = {Outcome.ROLLBACK_FAILED, Outcome.NEEDS_ATTENTION}


def render(evidence: Evidence) -> str:
    """Return the page as HTML; text that people wrote is escaped."""
    return TEMPLATES.get_template("migration/page.html.j2").render(
        report=evidence,
        evidence=evidence,
        subject=evidence.subject,
        badge=BADGES[evidence.outcome],
        facts=_facts(evidence),
        is_urgent=is_urgent(evidence),
        lane_label=lane_label,
        drawing=lay_out(evidence),
        compared=rows.compared(evidence),
        findings=worst_first(evidence.findings),
        no_findings=NO_FINDINGS if evidence.request else NOT_JUDGED,
        history_rows=rows.history_rows(evidence),
        repeated_readings=rows.repeated_readings(evidence.looks),
        sections=sections(evidence.overview if evidence.outcome in UNTOUCHED else None),
        findings_are_the_story=evidence.outcome in UNTOUCHED,
    )


def _facts(evidence: Evidence) -> tuple[Fact, ...]:
    """Return the facts at the top; a dry run has no results, but something to do."""
    if evidence.outcome is Outcome.PLANNED and evidence.overview:
        return facts(evidence.overview)
    return _traffic(evidence), _interruption(evidence), _place(evidence), _duration(evidence)


def is_urgent(evidence: Evidence) -> bool:
    """Return whether a person must act: the VIF was touched, and is not known to work."""
    is_left_alone = evidence.outcome is Outcome.INTERRUPTED and bool(evidence.associations)
    return evidence.outcome in CALLS_A_PERSON or (
        is_left_alone and evidence.carries_traffic is not Traffic.YES
    )


def _traffic(evidence: Evidence) -> Fact:
    shown = {
        Traffic.YES: ("flows", "available, BGP is up", OutcomeStyle.GOOD),
        Traffic.PARTLY: (
            "flows in part",
            "a peer is down, or routes are missing",
            OutcomeStyle.WARN,
        ),
        Traffic.NO: ("does not flow", "according to its state and BGP", OutcomeStyle.BAD),
        Traffic.UNKNOWN: ("not known", "it could not be read", OutcomeStyle.WARN),
    }
    value, note, style = shown[evidence.carries_traffic]
    return Fact("Traffic at the end", value, note, style)


def _interruption(evidence: Evidence) -> Fact:
    found = evidence.interruption
    if found is None:
        return Fact("Interruption", "none observed", _observed(evidence))
    if found.seconds is None:
        since = words.stamp(found.began_at)
        return Fact("Interruption", "ongoing", f"since {since}", OutcomeStyle.BAD)
    value = words.lasting(found.seconds)
    return Fact("Interruption", value, bounds(found))


def _observed(evidence: Evidence) -> str:
    """Return how many observations show that there was no interruption."""
    if not evidence.associations:
        return "it was not associated"
    seen = sum(look.picture is not None for look in evidence.looks)
    return f"{seen} of {len(evidence.looks)} observations succeeded"


def _place(evidence: Evidence) -> Fact:
    if evidence.after is None:
        return Fact("Connection", "not known", "it could not be read")
    ends = {
        evidence.subject.source_connection_id: "its source",
        evidence.subject.target_connection_id: "its target",
    }
    place = evidence.after.connection_id
    note = ends.get(place, "neither its source nor its target")
    return Fact("Connection", place or "not known", note if place else "")


def _duration(evidence: Evidence) -> Fact:
    since, until = words.clock(evidence.started_at), words.clock(evidence.ended_at)
    return Fact(
        "Duration",
        words.lasting(evidence.ended_at - evidence.started_at),
        f"{since} to {until} UTC",
    )
