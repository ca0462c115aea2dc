"""Stand-in: draws no lanes yet."""

from datetime import datetime

from vifshift.convergence import Picture
from vifshift.evidence.model import Associated, Look, StepTaken, Timeline, Told


def draw(
    *,
    looks: tuple[Look, ...],
    steps: tuple[StepTaken, ...],
    told: tuple[Told, ...],
    associations: tuple[Associated, ...],
    before: Picture | None,
    started_at: datetime,
    ended_at: datetime,
) -> Timeline:
    """Draw what happened over time."""
    return Timeline(starts_at=started_at, ends_at=ended_at, lanes=(), marks=())
