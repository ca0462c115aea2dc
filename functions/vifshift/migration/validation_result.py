"""The result of a request's validation, which every later step of a migration is given."""

from vifshift.domain.findings import Finding
from vifshift.domain.migration import Decision, Migration
from vifshift.domain.model import Model
from vifshift.domain.observation import VifStatus
from vifshift.domain.overview import PlanOverview
from vifshift.domain.request import Request
from vifshift.domain.scope import CheckedScope, ScopeChange
from vifshift.events.migration import Announcement


class Validation(Model):
    """The decision on a request, and its reasons.

    `faults` are those of a request that can't be read; `findings` are the most severe ones if
    there are too many. `checked` is what was last shown to people; `changes` are what is no longer
    as it was then, which is asked about for `approval_minutes`, if at all, and takes `approval_of`
    approvals. `policy` is what the setting of that name demanded, None in an earlier release;
    `overview` is what people are shown before the move, None after it and where there is nothing.
    """

    decision: Decision
    request_id: str
    request: Request | None = None
    migration: Migration | None = None
    before: VifStatus | None = None
    faults: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    announcement: Announcement | None = None
    checked: CheckedScope | None = None
    changes: tuple[ScopeChange, ...] = ()
    approval_minutes: int | None = None
    approval_of: int = 1
    policy: tuple[str, ...] | None = None
    overview: PlanOverview | None = None

    @property
    def digest(self) -> str | None:
        """Return the digest of what is to be done, None if that is not known."""
        return self.checked.digest if self.checked else None

    @property
    def without_routes(self) -> "Validation":
        """Return it without the routes before the move, which are long."""
        if self.migration is None:
            return self
        expectation = self.migration.expectation.model_copy(update={"routes": None})
        migration = self.migration.model_copy(update={"expectation": expectation})
        return self.model_copy(update={"migration": migration})
