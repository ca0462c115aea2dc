"""The checks are checked: each deliberate fault must show in a scenario."""

from pathlib import Path

import pytest

from simulator.expectations import failures
from simulator.runs.session import run
from simulator.scenarios.model import load, named
from tests.workflow.mutants import Definition, Mutant, breed


def unlock_early(definition: Definition) -> None:
    """Free the gateway as soon as the VIF is associated."""
    states = definition["States"]
    early = {**states["Unlock gateway"], "Next": "Pause", "Catch": []}
    states["Unlock early"] = early
    states["Associate"]["Next"] = "Unlock early"


def never_unlock(definition: Definition) -> None:
    """Leave the gateway locked."""
    states = definition["States"]
    states["Unlock gateway"] = {"Type": "Pass", "Next": states["Unlock gateway"]["Next"]}


def claim_nothing(definition: Definition) -> None:
    """Let a duplicate through."""
    states = definition["States"]
    states["Claim request"] = {"Type": "Pass", "Next": states["Claim request"]["Next"]}


def end_at_an_error(definition: Definition) -> None:
    """Let an error of Conclude end the execution."""
    definition["States"]["Conclude"].pop("Catch")


def end_without_a_report(definition: Definition) -> None:
    """Let an error of Report end the execution."""
    definition["States"]["Report"].pop("Catch")


def claim_no_end(definition: Definition) -> None:
    """Let every watchdog that is started for an end report it."""
    states = definition["States"]
    states["Claim end"] = {"Type": "Pass", "Next": states["Claim end"]["Next"]}


CODE = Path(__file__).resolve().parents[2] / "functions" / "vifshift"

MUTANTS = [
    Mutant(
        "the hold is skipped",
        "flap-inside-the-hold",
        "migration/convergence.py",
        "held_until is not None and now >= held_until and not",
        "held_until is not None and not",
    ),
    Mutant(
        "a flap does not restart the hold",
        "flap-inside-the-hold",
        "migration/progress.py",
        "    if reason is not Reason.AS_EXPECTED:\n        return None\n    return past",
        "    if reason is not Reason.AS_EXPECTED:\n        return past.good_since\n    return past",
    ),
    Mutant(
        "one more attempt of a router is not waited for",
        "bgp-up-after-263-seconds",
        "migration/giving_up.py",
        "timedelta(seconds=convergence.give_up_seconds)",
        "REST",
    ),
    Mutant(
        "a family that is up keeps no hope",
        "second-family-after-400-seconds",
        "migration/giving_up.py",
        "return None if landed_at is None or is_any_up else",
        "return None if landed_at is None else",
    ),
    Mutant(
        "a change does not put off giving up",
        "a-change-puts-off-giving-up",
        "migration/giving_up.py",
        "    return max(due, (progress.changed_at or progress.started_at) + REST)",
        "    return due",
    ),
    Mutant(
        "routes that come back begin nothing anew",
        "routes-come-back-one-by-one",
        "migration/giving_up.py",
        "    return max(progress.routes_missing_since, progress.recovered_at)",
        "    return progress.routes_missing_since",
    ),
    Mutant(
        "a public VIF that is verified is given up",
        "public-verifies-for-seven-minutes",
        "migration/giving_up.py",
        "vif.is_public and",
        "False and",
    ),
    Mutant(
        "the old peer counts as up",
        "old-peer-reads-up",
        "domain/bgp.py",
        "return self.bgp_peer_state not in _BEING_DELETED",
        "return True",
    ),
    Mutant(
        "what is not known counts as up",
        "bgp-status-unknown-throughout",
        "domain/bgp.py",
        "return self.bgp_status == BgpStatus.UP",
        "return self.bgp_status != BgpStatus.DOWN",
    ),
    Mutant(
        "one family is enough",
        "one-family-comes-up",
        "domain/network.py",
        "        return self.works and not self.missing(up_before)",
        "        return self.works",
    ),
    Mutant(
        "a peer that was down before is waited for",
        "down-before-is-not-waited-for",
        "domain/migration.py",
        "up = tuple(peer.key for peer in snapshot.live_peers if peer.is_up)",
        "up = tuple(peer.key for peer in snapshot.live_peers)",
    ),
    Mutant(
        "routes are not looked at",
        "zero-prefixes",
        "migration/route_comparison.py",
        "    if recovered >= route_check.min_recovered_percent:",
        "    if recovered >= 0:",
    ),
    Mutant(
        "as many routes are as good as the same",
        "public-vif-loses-own-prefixes",
        "domain/routes.py",
        "        return 100.0 * len(before & present) / self.count",
        "        return min(100.0, 100.0 * now.count / self.count)",
    ),
    Mutant(
        "a bad guard is only told",
        "guard-fails-after-landing",
        "migration/guarding.py",
        "        if counts and guard.state is GuardState.BAD and guarding.phase is Phase.FORWARD:",
        "        if counts and guard.state is GuardState.BAD and not guarding.alarms:",
    ),
    Mutant(
        "a guard counts before it was evaluated",
        "guard-settles-late",
        "migration/guarding.py",
        "    return guard.read_at >= good_since + _evaluated(guard.window_seconds)",
        "    return True",
    ),
    Mutant(
        "a guard that watches the old connection counts",
        "guard-watches-the-old-connection",
        "migration/guarding.py",
        "    return guard.state is not GuardState.GOOD and guard.connection_id == guarding.origin",
        "    return False",
    ),
    Mutant(
        "a bad guard lets a move begin",
        "guard-bad-before-start",
        "preflight/rules/guards.py",
        " and guard.state is not GuardState.GOOD:",
        " and not guard.state:",
    ),
    Mutant(
        "a bad guard leaves the VIF on the target",
        "guard-fails-after-landing",
        "domain/observation.py",
        "TURNS_BACK = ROLLBACK_FIXABLE | {Reason.GUARD_FAILED}",
        "TURNS_BACK = ROLLBACK_FIXABLE",
    ),
    Mutant(
        "it goes back when it was deleted",
        "deleted-meanwhile",
        "domain/observation.py",
        "ROLLBACK_FIXABLE = {Reason.NOT_AVAILABLE,",
        "ROLLBACK_FIXABLE = {Reason.DELETED, Reason.NOT_AVAILABLE,",
    ),
    Mutant(
        "it goes back when somebody else has moved it",
        "moved-by-someone-else",
        "domain/observation.py",
        "ROLLBACK_FIXABLE = {Reason.NOT_AVAILABLE,",
        "ROLLBACK_FIXABLE = {Reason.MOVED_ELSEWHERE, Reason.NOT_AVAILABLE,",
    ),
    Mutant(
        "it goes back during a failover test",
        "failover-test-starts",
        "domain/observation.py",
        "ROLLBACK_FIXABLE = {Reason.NOT_AVAILABLE,",
        "ROLLBACK_FIXABLE = {Reason.FAILOVER_TEST, Reason.NOT_AVAILABLE,",
    ),
    Mutant(
        "it goes back blindly",
        "blind-throughout",
        "domain/observation.py",
        "ROLLBACK_FIXABLE = {Reason.NOT_AVAILABLE,",
        "ROLLBACK_FIXABLE = {Reason.CANNOT_SEE, Reason.NOT_AVAILABLE,",
    ),
    Mutant(
        "it never goes back",
        "bgp-never-comes-up",
        "domain/observation.py",
        "ROLLBACK_FIXABLE = {Reason.NOT_AVAILABLE, Reason.PEERS_NOT_UP, Reason.ROUTES_MISSING}",
        "ROLLBACK_FIXABLE: set[Reason] = set()",
    ),
    Mutant(
        "it goes back to a source that can't take it",
        "source-vlan-taken",
        "preflight/rollback_check.py",
        "    return obstacles(Move(request=request, network=known, now=now), ",
        "    return () and (",
    ),
    Mutant(
        "the call is sent twice",
        "happy-path-dual-stack-lag",
        "migration/association.py",
        "        direct_connect.associate(virtual_interface_id, ends.destination)\n",
        "        direct_connect.associate(virtual_interface_id, ends.destination)\n"
        "        direct_connect.associate(virtual_interface_id, ends.destination)\n",
    ),
    Mutant(
        "the truth is not looked for after an error",
        "server-error-but-it-moved",
        "migration/association.py",
        "        _reconcile(direct_connect, virtual_interface_id, ends, error)",
        "        raise AssociationRefused(str(error)) from error",
    ),
    Mutant(
        "a call without an answer is sent again",
        "no-answer-is-not-sent-twice",
        "migration/association.py",
        "        if phase is Phase.FORWARD and isinstance(error.__cause__, CallTimedOut):",
        "        if False:",
    ),
    Mutant(
        "a finding that blocks is let through",
        "only-path",
        "migration/validation.py",
        "    if any(finding.blocks for finding in findings):",
        "    if False:",
    ),
    Mutant(
        "a dry run moves",
        "dry-run",
        "migration/validation.py",
        "return Decision.PLANNED if request.dry_run else Decision.PROCEED",
        "return Decision.PROCEED",
    ),
    Mutant(
        "an authKey becomes part of a peer",
        "happy-path-dual-stack-lag",
        "domain/bgp.py",
        '    bgp_peer_id: str = ""\n',
        '    bgp_peer_id: str = ""\n    auth_key: str = ""\n',
    ),
    Mutant(
        "traffic is always told to flow",
        "rollback-never",
        "domain/traffic_status.py",
        "    if state not in CARRYING:\n",
        "    if True:\n        return Traffic.YES\n    if state not in CARRYING:\n",
    ),
    Mutant(
        "where it went back from is told as where it is",
        "stopped-before-it-told",
        "migration/interruption.py",
        "    status = status_of(reading.virtual_interface) if reading.virtual_interface else "
        "None\n",
        "    status = validation.before if validation else None\n"
        "    if status and migration:\n"
        '        status = status.model_copy(update={"connection_id": migration.target})\n',
    ),
    Mutant(
        "what is not listed for a moment is deleted",
        "empty-lists-while-it-moves",
        "domain/gaps.py",
        "        return has_lasted and self.missing > MOST_EMPTY\n",
        "        return True\n",
    ),
    Mutant(
        "what is not listed when it is asked for does not exist",
        "empty-lists-at-the-first-check",
        "preflight/discovery.py",
        "        if port_usage.unlisted and not attempt.is_gap_over:\n",
        "        if False:\n",
    ),
    Mutant(
        "the watchdog unlocks nothing",
        "stopped-while-it-looks",
        "migration/interruption.py",
        "        is_safe=(\n            has_ended\n",
        "        is_safe=False\n        and (\n            has_ended\n",
    ),
    Mutant(
        "a gateway is freed while a call may land",
        "stopped-before-a-late-effect",
        "migration/interruption.py",
        "            or (is_at_rest and not may_still_land)\n",
        "            or is_at_rest\n",
    ),
    Mutant(
        "a call is sent without the lock",
        "redriven-while-another-has-the-gateway",
        "migration/permission.py",
        "    if obstacle is None and not retake_lock():\n",
        "    if obstacle is None and not retake_lock() and False:\n",
    ),
    Mutant(
        "what was checked before a redrive counts",
        "redriven-after-it-was-checked",
        "migration/permission.py",
        "    if phase is Phase.FORWARD and attempts.checked != attempts.current:\n",
        "    if False:\n",
    ),
    Mutant(
        "the watchdog tells what was told",
        "stopped-after-it-told",
        "migration/interruption.py",
        "        was_told=StateName.ANNOUNCE_OUTCOME in trail.done,",
        "        was_told=False,",
    ),
    Mutant(
        "a line of the log names no migration",
        "happy-path-dual-stack-lag",
        "handlers/runtime.py",
        "            logger.thread_safe_append_keys(**{MIGRATION_ID: name})\n",
        "",
    ),
    Mutant(
        "a rollback that failed is not counted",
        "rollback-fails-too",
        "handlers/conclude.py",
        "    emit(event.execution.name, {Metric.MIGRATIONS: 1}, conclusion.outcome)\n",
        "",
    ),
    Mutant("the gateway is freed early", "siblings-at-once", rewire=unlock_early),
    Mutant("the gateway is never freed", "happy-path-dual-stack-lag", rewire=never_unlock),
    Mutant("a duplicate is let through", "delivered-twice", rewire=claim_nothing),
    Mutant("an error ends it", "lambda-fails-unaccountably", rewire=end_at_an_error),
    Mutant("no report, no end", "evidence-can-not-be-kept", rewire=end_without_a_report),
    Mutant(
        "the report tells another place",
        "happy-path-dual-stack-lag",
        "reports/migration/reading.py",
        "        after=ended.now,",
        "        after=before,",
    ),
    Mutant(
        "the sweep takes what has ended for running",
        "its-end-is-not-heard-of",
        "handlers/sweep.py",
        "described.status in RUNNING",
        "described.status not in RUNNING",
    ),
    Mutant(
        "an end that could not be sent is reported as another",
        "its-last-event-can-not-be-sent",
        "handlers/investigate.py",
        "conclusion_of(trail) if interruption.has_ended_by_itself else None",
        "None",
    ),
    Mutant(
        "a plan goes on after a failure",
        "a-failure-halts-the-rest",
        "plan/running/advance.py",
        "    return standing.failed + standing.lost >= rules.stop_after_failures\n",
        "    return standing.failed > rules.stop_after_failures\n",
    ),
    Mutant(
        "a plan goes on though it was halted",
        "halted-by-hand",
        "plan/running/advance.py",
        "    if standing.halted_by is not None:",
        "    if False:",
    ),
    Mutant(
        "a plan starts moves that its window has no time for",
        "window-closes-before-the-last",
        "plan/running/advance.py",
        "now + _longest(move) > rules.closes_at",
        "now > rules.closes_at",
    ),
    Mutant(
        "the other path is judged by BGP alone",
        "other-path-without-routes",
        "preflight/path_coverage.py",
        "    known = {str(each): each for each in (compared.lacks if compared else ())}\n",
        "    known = {str(each): each for each in (compared.uncompared if compared else ())}\n",
    ),
    Mutant(
        "a gateway's moves are not kept apart",
        "siblings-one-after-the-other",
        "plan/planning/tracks.py",
        '        bonds.tie(move.number, ("gateway", move.vif.redundancy_group))\n',
        "",
    ),
    Mutant(
        "a plan is judged by the network as it is",
        "vlan-freed-by-an-earlier-move",
        "plan/planning/ordering.py",
        "        if judged.fits:\n            projection.take(judged)\n",
        "",
    ),
    Mutant(
        "the most critical VIF goes first",
        "least-critical-first",
        "plan/planning/ordering.py",
        "key=lambda planned: _redundancy(fleet, planned), reverse=True)",
        "key=lambda leg: _redundancy(fleet, leg))",
    ),
    Mutant(
        "a move that has ended stays on its way",
        "moves-in-order",
        "adapters/plan_table.py",
        '            changes += " DELETE inFlight :number, waiting :child"\n'
        '            values |= {":number": {"NS": [str(number)]}, ":child": {"SS": [child]}}\n',
        "            pass\n",
    ),
    Mutant(
        "the plan's report loses a move",
        "empty-a-connection",
        "reports/plan/reading.py",
        "            for each in results.moves\n        ),",
        "            for each in results.moves[1:]\n        ),",
    ),
    Mutant(
        "what has changed is moved all the same",
        "bgp-goes-down-before-the-window",
        "migration/recheck.py",
        "    if not found:\n",
        "    if True:\n",
    ),
    Mutant(
        "a list is read as it is by now",
        "a-list-is-swapped-after-the-approval",
        "plan/planning/prepare.py",
        "lists, checked.list_version if checked else None)",
        "lists, None)",
    ),
    Mutant(
        "what came after the approval is moved as well",
        "one-more-after-the-approval",
        "plan/planning/added_and_gone.py",
        "    is_approved = request.approval.required\n",
        "    is_approved = False\n",
    ),
    Mutant(
        "what this stack has moved itself is a change",
        "what-this-stack-moved-itself-asks-nobody",
        "migration/recheck.py",
        "own_moves(concerned, before.at - LONGEST_FLIGHT)",
        "{}",
    ),
    Mutant(
        "a cancellation is kept for whoever comes",
        "cancelled-number-before-it-is-known",
        "adapters/answer_table.py",
        "or started_at > datetime.fromisoformat(until)",
        "",
    ),
    Mutant(
        "an approval of several is for all of them",
        "approved-number-of-two",
        "migration/answers.py",
        "if said in APPROVALS and len(waiting) > 1:",
        "if False:",
    ),
    Mutant(
        "an approval with another digest counts",
        "an-earlier-yes-is-not-for-what-has-changed",
        "migration/answers.py",
        "if task and task.digest == digest]",
        "if task]",
    ),
    Mutant(
        "an answer that is not heard is not answered",
        "answers-that-say-nothing",
        "handlers/answer.py",
        "    event_bus().send(announcement)\n",
        "    if announcement.detail.data.reason_code == AnswerReason.HEARD:\n"
        "        event_bus().send(announcement)\n",
    ),
    Mutant(
        "a cancellation is heard and stops nothing",
        "cancelled-by-change-number",
        "migration/answers.py",
        "            self._audience.stop_running(name, reply)\n"
        "            self._answer(name, said, reply)\n",
        "            pass\n",
    ),
    Mutant(
        "every watchdog tells an end",
        "its-end-is-heard-of-twice",
        rewire=claim_no_end,
        machine="Watchdog",
    ),
    Mutant(
        "an event of a whole account is about nobody",
        "health-entity-unknown",
        "preflight/maintenance.py",
        "    return subjects.has_whole or not subjects",
        "    return not subjects",
    ),
    Mutant(
        "only what is accepted needs another path",
        "dry-run-names-what-is-cut-off",
        "preflight/path_coverage.py",
        "network.routes or () if routes.count)",
        'network.routes or () if routes.count and routes.route_direction == "accepted")',
    ),
    Mutant(
        "a VPN that carries nothing is another path",
        "other-path-is-a-vpn-without-routes",
        "preflight/vpn_paths.py",
        "                if each.is_up:\n",
        "                if True:\n",
    ),
    Mutant(
        "an answer is answered whenever it is delivered",
        "approved-once-delivered-three-times",
        "handlers/answer.py",
        "    if not claim.is_ours:",
        "    if False:",
    ),
]


# One of each kind: of a rule, a call, a check, the watchdog, the evidence, the workflow, a plan.
SAMPLE = {
    "the hold is skipped",
    "the call is sent twice",
    "a finding that blocks is let through",
    "a gateway is freed while a call may land",
    "the report tells another place",
    "the gateway is freed early",
    "a plan goes on after a failure",
}


@pytest.mark.parametrize(
    "mutant",
    [
        pytest.param(each, marks=[] if each.name in SAMPLE else [pytest.mark.verify], id=each.name)
        for each in MUTANTS
    ],
)
def test_a_deliberate_fault_shows(mutant: Mutant, assembly: Path, tmp_path: Path) -> None:
    record = run(load(named(mutant.shown_by)), breed(mutant, assembly, tmp_path / "assembly"))

    assert failures(record) != []


def test_the_sample_is_of_what_is_there() -> None:
    assert SAMPLE <= {mutant.name for mutant in MUTANTS}


def test_what_is_to_be_got_wrong_is_in_the_code_once() -> None:
    counts = {
        mutant.name: (CODE / mutant.file).read_text("utf-8").count(mutant.right)
        for mutant in MUTANTS
        if mutant.file
    }

    assert {name for name, count in counts.items() if count != 1} == set()


@pytest.mark.verify
def test_an_assembly_without_a_fault_is_left_as_it_was(assembly: Path, tmp_path: Path) -> None:
    mutant = Mutant("none", "", rewire=lambda definition: None)
    scenario = load(named("happy-path-dual-stack-lag"))

    assert failures(run(scenario, breed(mutant, assembly, tmp_path / "assembly"))) == []
