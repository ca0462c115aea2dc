"""Renders the report of a migration: one HTML file that asks for nothing else and runs nothing."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from vifshift.evidence import rows, words
from vifshift.evidence.drawing import lane_label, lay_out
from vifshift.evidence.model import Evidence
from vifshift.migration import Outcome
from vifshift.traffic import Traffic

MOST_OPEN_ROWS = 40
"""Longer tables are closed at first, on a screen."""

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
)
"""What has no shape of its own, but changes how the text around it is shown, or is not text."""


class Feeling(StrEnum):
    """How an outcome is shown."""

    GOOD = "good"
    CALM = "calm"
    WARN = "warn"
    BAD = "bad"


class Badge(NamedTuple):
    """An outcome in a word."""

    text: str
    feeling: Feeling


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

CALLS_A_PERSON = {Outcome.ROLLBACK_FAILED, Outcome.NEEDS_ATTENTION}


class Fact(NamedTuple):
    """One of the few things that everybody wants to know first."""

    name: str
    value: str
    note: str
    feeling: Feeling = Feeling.CALM


def render(evidence: Evidence) -> str:
    """Return the page; texts of people are text in it, whatever they hold."""
    return (
        _templates()
        .get_template("page.html.j2")
        .render(
            evidence=evidence,
            badge=BADGES[evidence.outcome],
            facts=(
                _traffic(evidence),
                _interruption(evidence),
                _place(evidence),
                _duration(evidence),
            ),
            is_urgent=is_urgent(evidence),
            drawing=lay_out(evidence),
            compared=rows.compared(evidence),
            findings=rows.worst_first(evidence.findings),
            happenings=rows.happenings(evidence),
            stretches=rows.stretches(evidence.looks),
            most_open_rows=MOST_OPEN_ROWS,
        )
    )


def is_urgent(evidence: Evidence) -> bool:
    """Say whether somebody must act: something was touched, and nobody knows it to be well."""
    is_left_alone = evidence.outcome is Outcome.INTERRUPTED and bool(evidence.associations)
    return evidence.outcome in CALLS_A_PERSON or (
        is_left_alone and evidence.carries_traffic is not Traffic.YES
    )


def visible(value: Any) -> Any:
    """Show characters that are not to be seen by their code, so that no text can pose as another.

    A text that turns the direction of what follows it would do so, and NUL is not allowed in HTML.
    """
    if type(value) is not str and not isinstance(value, StrEnum):
        return value
    return HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", str(value))


@lru_cache(maxsize=1)
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("vifshift.evidence"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.filters.update(
        stamp=words.stamp,
        clock=words.clock,
        iso=words.iso,
        lasting=words.lasting,
        lane_label=lane_label,
        percent=lambda share: f"{share:.4f}%",
    )
    templates.globals.update(offset=words.offset)
    return templates


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
    return Fact("Interruption", value, words.bounds(found))


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
