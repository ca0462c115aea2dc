"""What is known of a plan once it is prepared: the decision, and where its documents are."""

from collections.abc import Mapping
from datetime import datetime

from vifshift.domain.migration import Decision
from vifshift.domain.model import Model
from vifshift.domain.plan_outcome import Counts
from vifshift.domain.plan_request import (
    PlanOptions,
)
from vifshift.domain.scope import Digest, ScopeChange, ScopedMove
from vifshift.events import plan_announcements as announcements
from vifshift.events.plan import (
    NOTHING_COVERED,
    Covered,
    MoveListLocation,
    PlanAnnouncement,
    PlanFinding,
    PlanSubject,
)
from vifshift.plan.planning.documents import (
    Place,
)


class Rules(Model):
    """What decides whether a move may start, and what its events need to know about the plan.

    `counts` are those before the first move. `checked_at` is when its moves were checked, and
    `approval_minutes` how long people are asked about one that has changed since, if at all; that
    takes `approval_of` approvals.
    """

    stop_after_failures: int
    closes_at: datetime | None = None
    counts: Counts = Counts()
    subject: PlanSubject = PlanSubject()
    checked_at: datetime | None = None
    approval_minutes: int | None = None
    approval_of: int = 1


class CheckedPlan(Model):
    """What was last shown to people: its digest, when it was made, and where it is stored.

    `list_version` is the version of the moves that were read from `movesUri`.
    """

    digest: Digest
    at: datetime
    document: Place
    list_version: str | None = None


class Preparation(Model):
    """The decision on a plan; `moves` is where all its judged moves are stored.

    `request` has the options without the moves; it is None if the request can't be read, for the
    reasons in `faults`. `findings` are the most severe ones. `head` are the first moves of what is
    `checked`, and `changes` what is no longer as it was when that was checked before. `policy` is
    what the setting of that name demanded, None in an earlier release. `page` is where people find
    what they are asked to approve, as a URI, None if there is no page.
    """

    decision: Decision
    request_id: str
    request: PlanOptions | None = None
    faults: tuple[str, ...] = ()
    findings: tuple[PlanFinding, ...] = ()
    counts: Counts = Counts()
    stages: tuple[Place, ...] = ()
    moves: Place | None = None
    max_concurrency: int = 1
    rules: Rules | None = None
    region: str | None = None
    announcement: PlanAnnouncement | None = None
    checked: CheckedPlan | None = None
    head: tuple[ScopedMove, ...] = ()
    changes: tuple[ScopeChange, ...] = ()
    policy: tuple[str, ...] | None = None
    page: str | None = None

    @property
    def covered(self) -> Covered:
        """Return what the plan's events say about what is to be done."""
        if self.checked is None:
            return NOTHING_COVERED
        document = self.checked.document
        return Covered(
            digest=self.checked.digest,
            move_list=MoveListLocation(uri=document.uri, version_id=document.version_id),
        )

    @property
    def digest(self) -> str | None:
        """Return the digest of what is to be done, None if that is not known."""
        return self.checked.digest if self.checked else None

    def stored(self, versions: Mapping[str, str | None]) -> "Preparation":
        """Return it with the versions that its documents have been stored as, by key."""

        def versioned(place: Place) -> Place:
            version = versions.get(place.key)
            return place.model_copy(update={"version_id": version}) if version else place

        checked = self.checked
        if checked and not checked.document.version_id:
            checked = checked.model_copy(update={"document": versioned(checked.document)})
        kept = self.model_copy(
            update={
                "stages": tuple(map(versioned, self.stages)),
                "moves": self.moves and versioned(self.moves),
                "checked": checked,
            }
        )
        about = kept.announcement and announcements.covering(kept.announcement, kept.covered)
        return kept.model_copy(update={"announcement": about})

    @property
    def subject(self) -> PlanSubject:
        """Return the subject of the plan's events."""
        return announcements.subject(self.request, self.region)


def is_asked(preparation: Preparation, *, is_recheck: bool) -> bool:
    """Return whether people are about to be asked to approve what was prepared."""
    if preparation.decision is Decision.ASK_AGAIN:
        return True
    request = preparation.request
    goes_on = preparation.decision is Decision.PROCEED and not is_recheck
    return goes_on and request is not None and request.approval.required
