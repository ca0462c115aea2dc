"""Prepares a plan: reads its request, judges it, and cuts it into stages for the workflow."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, Protocol

from pydantic import JsonValue

from vifshift.domain.errors import CallDenied, CallRefused
from vifshift.domain.findings import DEFAULT_LIMITS, Finding, Limits, bounded
from vifshift.domain.migration import Decision, Execution
from vifshift.domain.model import Model
from vifshift.domain.plan_outcome import Counts
from vifshift.domain.plan_request import (
    LONGEST_PLAN,
    PlanOptions,
    PlanRequest,
    PlanRequestEnvelope,
    parse_plan,
    with_moves,
)
from vifshift.domain.request_envelope import MalformedRequestError
from vifshift.events import plan_announcements as announcements
from vifshift.events.plan import PlanAnnouncement, PlanFinding, PlanSubject
from vifshift.plan.planning.documents import (
    KeptMove,
    KeptPlan,
    Place,
    folder_of,
    key_of_moves,
    key_of_stage,
)
from vifshift.plan.planning.fleet import Fleet
from vifshift.plan.planning.preflight import PlanPreflight, barriers, preflight
from vifshift.plan.planning.stages import Stage, stages, text_of


class Rules(Model):
    """What decides whether a move may start, and what its events need to know about the plan.

    `counts` are those before the first move.
    """

    stop_after_failures: int
    closes_at: datetime | None = None
    counts: Counts = Counts()
    subject: PlanSubject = PlanSubject()


class Preparation(Model):
    """The decision on a plan; `moves` is where all its judged moves are stored.

    `request` has the options without the moves; it is None if the request can't be read, for the
    reasons in `faults`. `findings` are the most severe ones.
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

    @property
    def subject(self) -> PlanSubject:
        """Return the subject of the plan's events."""
        return announcements.subject(self.request, self.region)


class Prepared(NamedTuple):
    """A preparation, and the documents to store for it: their texts by key."""

    preparation: Preparation
    documents: dict[str, str]


class FleetSurveyor(Protocol):
    """Reads a Region once."""

    def __call__(self, request: PlanRequest) -> Fleet:
        """Return the whole Region; raises a `CallError` if it can't be read."""


class MoveLists(Protocol):
    """Where lists of moves, and the documents of plans, are stored."""

    @property
    def bucket(self) -> str:
        """Return the name of the bucket."""

    def moves(self, uri: str) -> JsonValue:
        """Return a list of moves; raises ValueError if it is not one, and a `CallError`."""


def prepare(
    raw: JsonValue,
    *,
    is_too_long: bool,
    execution: Execution,
    survey: FleetSurveyor,
    lists: MoveLists,
    now: datetime,
    claimed_id: str,
    limits: Limits = DEFAULT_LIMITS,
) -> Prepared:
    """Return the decision on a raw plan, and its documents.

    Raises a `CallError` if its Region can't be read.
    """
    try:
        asked = _read(raw, is_too_long, lists)
    except MalformedRequestError as error:
        refused = Preparation(
            decision=Decision.REJECTED, request_id=claimed_id, faults=error.faults
        )
        return Prepared(refused, {})
    request = asked.request
    region = request.region or limits.access_policy.home
    if found := barriers(asked, limits.access_policy, now):
        barred = Preparation(
            decision=Decision.REJECTED,
            request_id=claimed_id,
            request=request.terms,
            region=region,
            findings=bounded(_numbered(found)),
        )
        return Prepared(barred, {})
    fleet = survey(request)
    judged = preflight(asked, fleet, now, limits)
    return _prepared(request, judged, fleet, execution, lists.bucket, now, claimed_id)


def _read(raw: JsonValue, is_too_long: bool, lists: MoveLists) -> PlanRequestEnvelope:
    if is_too_long:
        fault = f"the request: is longer than {LONGEST_PLAN} bytes; keep the moves in a file"
        raise MalformedRequestError((f"{fault}, and name it by movesUri",))
    asked = parse_plan(raw)
    uri = asked.request.moves_uri
    if uri is None:
        return asked
    try:
        found = lists.moves(uri)
    except (CallRefused, CallDenied, ValueError) as error:
        raise MalformedRequestError((f"movesUri: {error}",)) from error
    return with_moves(asked, found)


def _prepared(
    request: PlanRequest,
    judged: PlanPreflight,
    fleet: Fleet,
    execution: Execution,
    bucket: str,
    now: datetime,
    claimed_id: str,
) -> Prepared:
    folder = folder_of(execution, now)
    proceeds = judged.decision is Decision.PROCEED
    cut = stages(judged.tracks, {move.number: move for move in judged.moves}) if proceeds else ()
    region = fleet.surroundings.region
    counts = _counts(judged)
    findings = bounded(_findings(judged))
    about = announcements.subject(request.terms, region)
    preparation = Preparation(
        decision=judged.decision,
        request_id=claimed_id,
        request=request.terms,
        findings=findings,
        counts=counts,
        stages=tuple(
            Place(bucket=bucket, key=key_of_stage(folder, number)) for number in range(len(cut))
        ),
        moves=Place(bucket=bucket, key=key_of_moves(folder)),
        max_concurrency=request.max_concurrency,
        rules=Rules(
            stop_after_failures=request.stop_after_failures,
            closes_at=request.window.closes_at if request.window else None,
            counts=counts,
            subject=about,
        ),
        region=region,
        announcement=(
            announcements.started(
                announcements.metadata(execution, claimed_id, now), about, counts, findings
            )
            if proceeds
            else None
        ),
    )
    return Prepared(preparation, dict(_documents(judged, fleet, folder, cut)))


def _counts(judged: PlanPreflight) -> Counts:
    unchanged = sum(move.decision is Decision.UNCHANGED for move in judged.moves)
    count = len(judged.moves)
    return Counts(moves=count, unchanged=unchanged, not_started=count - unchanged)


def _documents(
    judged: PlanPreflight, fleet: Fleet, folder: str, cut: tuple[Stage, ...]
) -> Iterator[tuple[str, str]]:
    kept = KeptPlan(
        moves=tuple(
            KeptMove.of(move, fleet.vif(move.request.virtual_interface_id)) for move in judged.moves
        ),
        findings=judged.findings,
        tracks=judged.tracks,
        order_that_works=judged.order_that_works,
    )
    yield key_of_moves(folder), kept.model_dump_json()
    for number, stage in enumerate(cut):
        yield key_of_stage(folder, number), text_of(stage)


def _findings(judged: PlanPreflight) -> Iterator[PlanFinding]:
    yield from _numbered(judged.findings)
    for move in judged.moves:
        yield from _numbered(move.findings, move.number)


def _numbered(found: tuple[Finding, ...], number: int | None = None) -> Iterator[PlanFinding]:
    for finding in found:
        yield PlanFinding(**dict(finding), move=number)
