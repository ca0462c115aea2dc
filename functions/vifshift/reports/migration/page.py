"""Renders the report of a migration: one HTML file that asks for nothing else and runs nothing."""

from vifshift.domain.migration import Outcome
from vifshift.domain.traffic_status import Traffic
from vifshift.reports.base import words
from vifshift.reports.base.environment import TEMPLATES
from vifshift.reports.base.findings import worst_first
from vifshift.reports.base.head import Badge, Fact, Feeling
from vifshift.reports.migration import table_rows as rows
from vifshift.reports.migration.drawing import lane_label, lay_out
from vifshift.reports.migration.model import Evidence
from vifshift.reports.migration.words import bounds

BADGES = {
    Outcome.SUCCEEDED: Badge("Succeeded", Feeling.GOOD),
    Outcome.UNCHANGED: Badge("Unchanged", Feeling.GOOD),
    Outcome.PLANNED: Badge("Planned", Feeling.CALM),
    Outcome.DUPLICATE: Badge("Duplicate", Feeling.CALM),
    Outcome.CANCELLED: Badge("Cancelled", Feeling.CALM),
    Outcome.REJECTED: Badge("Rejected", Feeling.WARN),
    Outcome.ROLLED_BACK: Badge("Rolled back", Feeling.WARN),
    Outcome.ROLLBACK_FAILED: Badge("Rollback failed", Feeling.BAD),
    Outcome.NEEDS_ATTENTION: Badge("Needs attention", Feeling.BAD),
    Outcome.INTERRUPTED: Badge("Interrupted", Feeling.BAD),
}

NO_FINDINGS = "Preflight had nothing to say."
NOT_JUDGED = "What can't be read can't be judged."

CALLS_A_PERSON = {Outcome.ROLLBACK_FAILED, Outcome.NEEDS_ATTENTION}


def render(evidence: Evidence) -> str:
    """Return the page; texts of people are text in it, whatever they hold."""
    return TEMPLATES.get_template("migration/page.html.j2").render(
        report=evidence,
        evidence=evidence,
        subject=evidence.subject,
        badge=BADGES[evidence.outcome],
        facts=(
            _traffic(evidence),
            _interruption(evidence),
            _place(evidence),
            _duration(evidence),
        ),
        is_urgent=is_urgent(evidence),
        lane_label=lane_label,
        drawing=lay_out(evidence),
        compared=rows.compared(evidence),
        findings=worst_first(evidence.findings),
        no_findings=NO_FINDINGS if evidence.request else NOT_JUDGED,
        happenings=rows.happenings(evidence),
        stretches=rows.stretches(evidence.looks),
    )


def is_urgent(evidence: Evidence) -> bool:
    """Say whether somebody must act: something was touched, and nobody knows it to be well."""
    is_left_alone = evidence.outcome is Outcome.INTERRUPTED and bool(evidence.associations)
    return evidence.outcome in CALLS_A_PERSON or (
        is_left_alone and evidence.carries_traffic is not Traffic.YES
    )


def _traffic(evidence: Evidence) -> Fact:
    says = {
        Traffic.YES: ("flows", "available, BGP is up", Feeling.GOOD),
        Traffic.PARTLY: (
            "flows in part",
            "not every peer is up, or routes are missing",
            Feeling.WARN,
        ),
        Traffic.NO: ("does not flow", "as its state and BGP tell", Feeling.BAD),
        Traffic.UNKNOWN: ("not known", "it could not be seen", Feeling.WARN),
    }
    value, note, feeling = says[evidence.carries_traffic]
    return Fact("Traffic in the end", value, note, feeling)


def _interruption(evidence: Evidence) -> Fact:
    found = evidence.interruption
    if found is None:
        return Fact("Interruption", "none was seen", _who_looked(evidence))
    if found.seconds is None:
        since = words.stamp(found.began_at)
        return Fact("Interruption", "still interrupted", f"since {since}", Feeling.BAD)
    value = words.lasting(found.seconds)
    return Fact("Interruption", value, bounds(found))


def _who_looked(evidence: Evidence) -> str:
    """Say what it rests on that nothing was seen."""
    if not evidence.associations:
        return "it was not asked to go anywhere"
    seen = sum(look.picture is not None for look in evidence.looks)
    return f"it was seen at {seen} of {len(evidence.looks)} looks"


def _place(evidence: Evidence) -> Fact:
    if evidence.after is None:
        return Fact("Where it is", "not known", "it could not be seen")
    ends = {
        evidence.subject.source_connection_id: "its source",
        evidence.subject.target_connection_id: "its target",
    }
    place = evidence.after.connection_id
    note = ends.get(place, "neither its source nor its target")
    return Fact("Where it is", place or "not known", note if place else "")


def _duration(evidence: Evidence) -> Fact:
    since, until = words.clock(evidence.started_at), words.clock(evidence.ended_at)
    return Fact(
        "It took", words.lasting(evidence.ended_at - evidence.started_at), f"{since} to {until} UTC"
    )
