"""How the evidence of migrations is kept: a part of the stack's settings."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from vifshift.domain.model import Model

# S3 locks for a hundred years at most (AWS: S3 user guide, Object Lock).
Days = Annotated[int, Field(ge=1, le=36500)]
SEVEN_YEARS = 2557


class ObjectLock(Model):
    """For how long nobody may delete a report; in COMPLIANCE mode, not even the account's root."""

    mode: Literal["GOVERNANCE", "COMPLIANCE"]
    days: Days


class EvidenceSettings(Model):
    """How long reports are kept, and whether they are locked meanwhile."""

    keep_days: Days = SEVEN_YEARS
    object_lock: ObjectLock | None = None

    @model_validator(mode="after")
    def _is_unlocked_before_it_expires(self) -> Self:
        if self.object_lock and self.object_lock.days > self.keep_days:
            raise ValueError(
                f"objectLock.days, {self.object_lock.days}, must not be more than keepDays, "
                f"{self.keep_days}"
            )
        return self
