"""The metrics that the Lambdas write, by name: what alarms, dashboard and documents go by."""

from enum import StrEnum
from typing import Literal

NAMESPACE = "VifShift"
SERVICE = "service"
"""The dimension of every metric: the stack's name, since a Region may have two."""
OUTCOME = "outcome"
MIGRATION_ID = "migrationId"
"""Stands beside the metrics in a line, and in every other line of a log; it is no dimension."""

Unit = Literal["Count", "Seconds"]


class Metric(StrEnum):
    """What is measured, as CloudWatch spells it."""

    MIGRATIONS = "Migrations"
    PLANS = "Plans"
    OBSERVATIONS = "Observations"
    API_THROTTLES = "ApiThrottles"
    INTERRUPTION_SECONDS = "InterruptionSeconds"
    SECONDS_TO_AVAILABLE = "SecondsToAvailable"
    SECONDS_TO_BGP_UP = "SecondsToBgpUp"

    @property
    def unit(self) -> Unit:
        """Return what it is counted in."""
        return "Seconds" if "Seconds" in self else "Count"

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Return the names of its dimensions."""
        by_outcome = {Metric.MIGRATIONS, Metric.PLANS}
        return (SERVICE, OUTCOME) if self in by_outcome else (SERVICE,)

    @property
    def meaning(self) -> str:
        """Return in a sentence what it says."""
        return _MEANINGS[self]


_MEANINGS = {
    Metric.MIGRATIONS: "Migrations that have ended, by outcome; one each.",
    Metric.PLANS: "Plans that have ended, by outcome; one each.",
    Metric.OBSERVATIONS: "Looks at a virtual interface that moves.",
    Metric.API_THROTTLES: "Calls to AWS that were throttled, of each run of a Lambda; also 0.",
    Metric.INTERRUPTION_SECONDS: (
        "How long the BGP peers that had to be up were not all up; not where they never were again."
    ),
    Metric.SECONDS_TO_AVAILABLE: (
        "From the first association to the first look at which the VIF was `available` on its "
        "target; not where it never was."
    ),
    Metric.SECONDS_TO_BGP_UP: (
        "From the first association to the first look at which the peers that were up before were "
        "up on the target; not where they never were."
    ),
}
