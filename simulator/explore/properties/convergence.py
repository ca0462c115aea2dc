"""Properties of convergence: migrations succeed, roll back and end when they should."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from simulator.directconnect.fields import records
from simulator.explore.approvals import minutes_of_plan
from simulator.explore.case import Case
from simulator.explore.properties.guards import was_guard_bad
from simulator.explore.truth import ASSOCIATE
from vifshift.domain.migration import Outcome
from vifshift.domain.request import LOCK_WAIT, Convergence, Request, RollbackMode
from vifshift.migration.giving_up import REST

# `infra`: what is read is tried again after 3, 6, 12 and 24 s, what is sent after 10, 15 and 22.5.
VALIDATION = timedelta(seconds=3 + 6 + 12 + 24)
ASSOCIATION = timedelta(seconds=10 + 15 + 22.5)
MARGIN = timedelta(minutes=2)
LATEST_READ = 10
HOPELESS = {"testing", "rejected", "deleting", "deleted"}


def longest_execution(request: Request) -> timedelta:
    """Return the longest that an execution may take.

    Two validations and two phases; each begins with an association, and in the rollback another
    one may begin right before its end.
    """
    way = request.longest_way + 2 * ASSOCIATION
    return 2 * VALIDATION + 2 * way + MARGIN


def longest_trouble(convergence: Convergence) -> timedelta:
    """Return how much longer it may take if tasks fail.

    Each of the tasks of a migration is tried six times, at most 80 s each and 62 s between them; a
    VIF that can't be read is tried for as long again, in either phase.
    """
    blindness = timedelta(seconds=convergence.timeout_seconds + convergence.hold_seconds)
    return 2 * blindness + 8 * timedelta(seconds=6 * 80 + 62)


def longest_wait(case: Case) -> timedelta:
    """Return how long a migration may wait for its approval and its window.

    A move of an approved plan that has changed is asked about for as long as the plan was.
    """
    wait = timedelta(minutes=minutes_of_plan(case))
    if case.request and case.request.approval.required:
        wait += timedelta(minutes=case.request.approval.timeout_minutes)
    if case.request and case.request.window:
        wait += max(wait, case.request.window.opens_at - case.record.started_at)
    return wait


def longest_lock_wait(request: Request) -> timedelta:
    """Return how long a request waits for a busy gateway, its window aside."""
    seconds = request.lock_wait_seconds
    return LOCK_WAIT if seconds is None else timedelta(seconds=seconds)


def it_ends_by_its_deadline(case: Case) -> Iterator[str]:
    """Every execution ends by its deadline."""
    if not case.record.is_idle or any(
        execution["status"] == "RUNNING" for execution in case.record.executions
    ):
        yield "the execution did not end"
        return
    limit = longest_execution(case.request) if case.request else MARGIN
    limit += longest_wait(case)
    if case.record.scenario.task_faults and case.request:
        limit += longest_trouble(case.request.convergence)
    if case.record.scenario.later_triggers and case.request:
        limit += longest_lock_wait(case.request)
    limit += timedelta(seconds=max((each.at for each in case.record.scenario.redrives), default=0))
    execution = case.execution or {}
    taken = case.ended_at - execution.get("startDate", case.ended_at)
    if taken > limit:
        yield f"it took {taken}, and {limit} is its limit"


def it_goes_back_when_it_should(case: Case) -> Iterator[str]:
    """A migration that never converges is rolled back, if allowed and possible."""
    landed = _landed_on_target(case)
    if landed is None or case.request is None or case.snapshot is None:
        return
    source, target = case.snapshot.connection_id, case.request.connection_id
    may_go_back = case.request.rollback is RollbackMode.AUTO and bool(case.snapshot.up)
    if not (may_go_back and _is_undisturbed(case) and _was_available(case, source)):
        return
    if _is_hosted(case, target) and (_is_hosted(case, source) or source.startswith("dxlag-")):
        return
    back = [move.at for move in case.truth.own_moves if move.connection_id == source]
    end = back[0] if back else case.told_at
    there = [spell.view for spell in case.truth.spells(landed, end)]
    there += [] if back else case.truth.shown_at(end)
    if any(case.is_good(view, target) or view.state in HOPELESS for view in there):
        return
    if not back:
        yield f"{case.outcome}: it never converged on {target}, and was not rolled back"
    elif _comes_and_stays_good(case, source, back[0]) and case.outcome != Outcome.ROLLED_BACK:
        yield f"{case.outcome}, though it converged on {source} and held"


def it_stays_where_it_is_good(case: Case) -> Iterator[str]:
    """A migration that converges on its target in time, and holds, succeeds if no guard is bad."""
    landed = _landed_on_target(case)
    if landed is None or case.request is None or not _is_undisturbed(case):
        return
    if was_guard_bad(case):
        return
    target = case.request.connection_id
    if _comes_and_stays_good(case, target, landed) and case.outcome != Outcome.SUCCEEDED:
        yield f"{case.outcome}, though it converged on {target} in time and held"


def _landed_on_target(case: Case) -> datetime | None:
    if case.request is None or case.vif is None:
        return None
    target = case.request.connection_id
    return next((each.at for each in case.truth.own_moves if each.connection_id == target), None)


def _comes_and_stays_good(case: Case, port: str, landed: datetime) -> bool:
    """Return whether it converged early and held until the next move or the final event.

    Early is before a VIF without peers, or one without routes, may be given up, less the time by
    which a read may be late.
    """
    if case.request is None:
        return False
    convergence = case.request.convergence
    early = min(REST.total_seconds(), convergence.give_up_seconds) - LATEST_READ
    moves = [move.at for move in case.truth.own_moves if move.at > landed]
    end = min([*moves, case.told_at])
    good = [case.is_good(spell.view, port) for spell in case.truth.spells(landed, end)]
    begins = [spell.begin for spell in case.truth.spells(landed, end)]
    if True not in good:
        return False
    first = good.index(True)
    in_time = (begins[first] - landed).total_seconds() <= early
    return in_time and all(good[first:])


def _is_undisturbed(case: Case) -> bool:
    """Return whether every call since the first attempt worked at once, without interference."""
    scenario = case.record.scenario
    if not case.is_platform_sound or scenario.answers:
        return False
    first = case.associations[0].at
    if any(call.error for call in case.record.calls if call.at >= first):
        return False
    if any(fault.effect_after is not None for fault in scenario.faults):
        return False
    if case.request is None:
        return False
    lag = scenario.knobs.describe_lag_seconds
    if lag and 2 * lag + 60 > case.request.convergence.timeout_seconds / 2:
        return False
    if case.truth.shown_instead or any(move.cause != ASSOCIATE for move in case.truth.moves):
        return False
    ends = {case.request.connection_id, case.snapshot.connection_id if case.snapshot else None}
    ends |= {member for end in ends if end for member in _members(case, end)}
    return not any(
        change.virtual_interface_id == case.vif
        or (change.connection_id or change.lag_id) in ends
        or change.set.get("connectionId") in ends
        for change in scenario.changes
    )


def _members(case: Case, name: str) -> set[str]:
    """Return the connections of a LAG, none of a connection."""
    members = records(case.port(name) or {}, "connections")
    return {str(member["connectionId"]) for member in members}


def _is_hosted(case: Case, name: str) -> bool:
    """Return whether a port is a hosted connection, which a VIF can't leave."""
    port = case.port(name)
    return bool(port and port.get("vlan"))


def _was_available(case: Case, name: str) -> bool:
    port = case.port(name) or {}
    return (port.get("connectionState") or port.get("lagState") or "available") == "available"
