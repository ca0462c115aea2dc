"""The metrics that the functions write; alarms, the dashboard and the documents use these names."""

from enum import StrEnum
from typing import Literal

NAMESPACE = "VifShift"
SERVICE = "service"
"""The dimension of every metric: the stack's name, since a Region may have two."""
OUTCOME = "outcome"
MIGRATION_ID = "migrationId"
"""A property of every log line, those of metrics among them; not a dimension."""

Unit = Literal["Count", "Seconds"]


class Metric(StrEnum):
    """What is measured, as CloudWatch spells it."""

    MIGRATIONS = "Migrations"
    PLANS = "Plans"
    ANSWERS = "Answers"
    OBSERVATIONS = "Observations"
    API_THROTTLES = "ApiThrottles"
    INTERRUPTION_SECONDS = "InterruptionSeconds"
    SECONDS_TO_AVAILABLE = "SecondsToAvailable"
    SECONDS_TO_BGP_UP = "SecondsToBgpUp"

    @property
    def unit(self) -> Unit:
        """Return the unit of its values."""
        return "Seconds" if "Seconds" in self else "Count"

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Return the names of its dimensions."""
        by_outcome = {Metric.MIGRATIONS, Metric.PLANS, Metric.ANSWERS}
        return (SERVICE, OUTCOME) if self in by_outcome else (SERVICE,)

    @property
    def meaning(self) -> str:
        """Return in a sentence what it measures."""
        return _MEANINGS[self]


_MEANINGS = {
    Metric.MIGRATIONS: "Migrations that have ended, by outcome; one each.",
    Metric.PLANS: "Plans that have ended, by outcome; one each.",
    Metric.ANSWERS: "Answers of people, by whether they were heard, and why not; one each.",
    Metric.OBSERVATIONS: "Observations of a virtual interface that is being moved.",
    Metric.API_THROTTLES: "Throttled calls to AWS of each function invocation, including 0.",
    Metric.INTERRUPTION_SECONDS: (
        "How long at least one required BGP peer was not up; missing if they were never all up "
        "again."
    ),
    Metric.SECONDS_TO_AVAILABLE: (
        "From the first association to the first observation of the VIF as `available` on its "
        "target; missing if it never was."
    ),
    Metric.SECONDS_TO_BGP_UP: (
        "From the first association to the first observation in which the peers that were up "
        "before are up on the target; missing if they never were."
    ),
}
