"""Prepares a plan: reads its request, judges it, and cuts it into stages for the workflow."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from pydantic import JsonValue

from vifshift.domain.errors import CallDenied, CallRefused
from vifshift.domain.findings import DEFAULT_LIMITS, Finding, Limits, bounded
from vifshift.domain.migration import Decision, Execution
from vifshift.domain.overview import PlanOverview
from vifshift.domain.plan_outcome import Counts
from vifshift.domain.plan_request import (
    LONGEST_PLAN,
    PlanRequest,
    PlanRequestEnvelope,
    parse_plan,
    with_moves,
)
from vifshift.domain.request_envelope import MalformedRequestError
from vifshift.domain.scope import Scope, digest_of
from vifshift.domain.sizes import fitting
from vifshift.events import plan_announcements as announcements
from vifshift.events.plan import PlanFinding
from vifshift.migration.approvals import raise_if_not_approved
from vifshift.plan.planning.comparison import PlanBaseline
from vifshift.plan.planning.documents import (
    KeptMove,
    KeptPlan,
    Place,
    folder_of,
    key_of_moves,
    key_of_scope,
    key_of_stage,
)
from vifshift.plan.planning.expansion import staying
from vifshift.plan.planning.fleet import Fleet
from vifshift.plan.planning.preflight import GOING, PlanPreflight, barriers, preflight
from vifshift.plan.planning.preparation import CheckedPlan, Preparation, Rules
from vifshift.plan.planning.readers import MoveLists, PlanReaders
from vifshift.plan.planning.stages import Stage, stages, text_of
from vifshift.preflight.first_check import standing

MOST_SHOWN = 20
SHOWN_BYTES = 8_000
"""The most moves, and their bytes, that are shown where the whole list would not fit."""


class Prepared(NamedTuple):
    """A preparation, the documents to store for it, by key, and what people are shown of it."""

    preparation: Preparation
    documents: dict[str, str]
    overview: PlanOverview | None = None


class LastPreparation(NamedTuple):
    """What was last shown to people, and what was found then; nothing before the first check."""

    checked: CheckedPlan | None = None
    findings: tuple[PlanFinding, ...] = ()


FIRST = LastPreparation()


def prepare(
    raw: JsonValue,
    *,
    is_too_long: bool,
    execution: Execution,
    readers: PlanReaders,
    now: datetime,
    claimed_id: str,
    limits: Limits = DEFAULT_LIMITS,
    last: LastPreparation = FIRST,
) -> Prepared:
    """Return the decision on a raw plan, and its documents.

    The plan is compared with its `last` check. Raises a `CallError` if its Region, or what was
    checked before, can't be read.
    """
    lists, checked = readers.lists, last.checked
    try:
        asked, version = _read(raw, is_too_long, lists, checked.list_version if checked else None)
        before = _checked_before(readers, checked) if checked else None
        whole = limits.guarded(limits.floor.completed_plan(asked.request))
        asked = asked.model_copy(update={"request": whole})
        raise_if_not_approved(asked.request.approval.of, readers.given, limits)
    except MalformedRequestError as error:
        refused = Preparation(
            decision=Decision.REJECTED,
            request_id=claimed_id,
            faults=error.faults,
            checked=checked,
            policy=limits.floor.clauses,
        )
        return Prepared(refused, {})
    request = asked.request
    region = request.region or limits.access_policy.home
    asked_by = execution.asked_by
    if found := barriers(asked, limits.access_policy, now, limits.floor, asked_by):
        barred = Preparation(
            decision=Decision.REJECTED,
            request_id=claimed_id,
            request=request.terms,
            region=region,
            findings=bounded(found),
            checked=checked,
            policy=limits.floor.clauses,
        )
        return Prepared(barred, {})
    fleet = readers.survey(request)
    is_approved = readers.given is not None if checked else None
    judged = preflight(asked, fleet, now, limits, before, asked_by, is_approved=is_approved)
    request = request.model_copy(update={"approval": judged.approval})
    about = _About(
        request, execution, lists.bucket, now, claimed_id, checked, version, last.findings
    )
    return _prepared(about, judged, fleet, limits.floor.clauses)


class _About(NamedTuple):
    """What a preparation is of: a plan's request, who runs it, and what was checked before."""

    request: PlanRequest
    execution: Execution
    bucket: str
    now: datetime
    claimed_id: str
    checked: CheckedPlan | None
    list_version: str | None
    findings: tuple[PlanFinding, ...]


def _checked_before(readers: PlanReaders, checked: CheckedPlan) -> PlanBaseline:
    """Return what was checked before, which must still be what its digest says."""
    place = checked.document
    text = readers.lists.document(place.key, place.version_id)
    if digest_of(text) != checked.digest:
        fault = f"{place.uri} is no longer what was checked: its digest is another one"
        raise MalformedRequestError((fault,))
    return PlanBaseline(Scope.model_validate_json(text), checked.at, readers.own_moves)


def _read(
    raw: JsonValue, is_too_long: bool, lists: MoveLists, version: str | None
) -> tuple[PlanRequestEnvelope, str | None]:
    """Return a plan with its moves, and the version of their list if they are stored in one."""
    if is_too_long:
        fault = f"the request: is longer than {LONGEST_PLAN} bytes; keep the moves in a file"
        raise MalformedRequestError((f"{fault}, and name it by movesUri",))
    asked = parse_plan(raw)
    uri = asked.request.moves_uri
    if uri is None:
        return asked, None
    try:
        text, version = lists.moves(uri, version)
    except (CallRefused, CallDenied, ValueError) as error:
        raise MalformedRequestError((f"movesUri: {error}",)) from error
    return with_moves(asked, text), version


def _prepared(
    about_it: _About, judged: PlanPreflight, fleet: Fleet, policy: tuple[str, ...]
) -> Prepared:
    request, execution, bucket, now, claimed_id, *_ = about_it
    folder = folder_of(execution, now)
    proceeds = judged.decision is Decision.PROCEED
    cut = stages(judged.tracks, {move.number: move for move in judged.moves}) if proceeds else ()
    region = fleet.surroundings.region
    counts = _counts(judged)
    findings = bounded(_findings(judged, about_it))
    about = announcements.subject(request.terms, region)
    checked = _checked(about_it, judged, folder)
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
            checked_at=now,
            approval_minutes=(
                request.approval.timeout_minutes if request.approval.required else None
            ),
            approval_of=request.approval.of,
        ),
        region=region,
        checked=checked,
        head=fitting(judged.scope.moves, MOST_SHOWN, SHOWN_BYTES),
        changes=judged.changes,
        policy=policy,
        announcement=(
            announcements.started(
                announcements.metadata(execution, claimed_id, now), about, counts, findings
            )
            if proceeds
            else None
        ),
    )
    documents = dict(_documents(about_it, judged, fleet, folder, cut))
    if checked is not about_it.checked:
        documents[key_of_scope(folder)] = judged.scope.canonical
    return Prepared(preparation, documents, judged.overview)


def _checked(about_it: _About, judged: PlanPreflight, folder: str) -> CheckedPlan:
    """Return what people are shown: what it was before, unless they are asked again."""
    checked = about_it.checked
    asks_again = judged.decision is Decision.ASK_AGAIN
    is_grown = judged.decision is Decision.PROCEED and judged.is_larger
    if checked and not asks_again and not is_grown:
        return checked
    return CheckedPlan(
        digest=judged.scope.digest,
        at=about_it.now,
        document=Place(bucket=about_it.bucket, key=key_of_scope(folder)),
        list_version=about_it.list_version,
    )


def _counts(judged: PlanPreflight) -> Counts:
    unchanged = sum(move.decision is Decision.UNCHANGED for move in judged.moves)
    left_alone = sum(move.is_left_alone for move in judged.moves)
    count = len(judged.moves)
    return Counts(
        moves=count,
        unchanged=unchanged,
        failed=left_alone,
        not_started=count - unchanged - left_alone,
    )


def _documents(
    about_it: _About, judged: PlanPreflight, fleet: Fleet, folder: str, cut: tuple[Stage, ...]
) -> Iterator[tuple[str, str]]:
    kept = KeptPlan(
        moves=tuple(
            KeptMove.of(move, fleet.vif(move.request.virtual_interface_id)) for move in judged.moves
        ),
        findings=judged.findings,
        tracks=judged.tracks,
        order_that_works=judged.order_that_works,
        staying=staying(about_it.request.evacuate, fleet),
        overview=judged.overview,
    )
    yield key_of_moves(folder), kept.model_dump_json()
    for number, stage in enumerate(cut):
        yield key_of_stage(folder, number), text_of(stage)


def _findings(judged: PlanPreflight, about_it: _About) -> Iterator[PlanFinding]:
    found = [*_numbered(judged.findings)]
    for move in judged.moves:
        found += _numbered(move.findings, move.number)
    yield from found
    going = {None, *(move.number for move in judged.moves if move.decision in GOING)}
    before = [each for each in about_it.findings if each.move in going]
    checked_at = about_it.checked.at if about_it.checked else None
    yield from standing(before, found, checked_at, about_it.now)


def _numbered(found: tuple[Finding, ...], number: int | None = None) -> Iterator[PlanFinding]:
    for finding in found:
        yield PlanFinding(**dict(finding), move=number)
