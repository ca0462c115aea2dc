"""Stand-in: shows no more than how it ended."""

from html import escape

from vifshift.evidence.model import Evidence


def render(evidence: Evidence) -> str:
    """Return the page of a migration."""
    lines = [evidence.migration_id, evidence.outcome, evidence.sentence]
    return "\n".join(["<!doctype html>", *(f"<p>{escape(line)}</p>" for line in lines), ""])
