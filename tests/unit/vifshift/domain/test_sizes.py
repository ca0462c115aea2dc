"""What the largest requests and networks take of a payload of Step Functions: never most of it."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import (
    EXECUTION,
    REGION,
    START,
    TARGET,
    FakeAccount,
    FakeDirectConnect,
    a_landed_vif,
    a_sibling,
    a_vif,
    after,
    an_ipv6_peer,
    raw_request,
)
from vifshift.domain.execution_history import Trail
from vifshift.domain.findings import (
    FINDINGS_BYTES,
    LONGEST_MESSAGE,
    MOST_FINDINGS,
    MOST_OF_A_RULE,
    Finding,
    Severity,
    bounded,
)
from vifshift.domain.lock_holder import LockHolder
from vifshift.domain.migration import Approval, Association, Decision, Phase
from vifshift.domain.network import HealthEvent, VirtualInterface
from vifshift.domain.observation import Reading, Verdict
from vifshift.domain.request_envelope import LONGEST_REQUEST
from vifshift.domain.routes import KINDS, LONGEST_ATTRIBUTES_KEPT, MOST_ROUTES, RouteSet
from vifshift.domain.sizes import fitting, shortened, size_of
from vifshift.events.migration import Ended, Started
from vifshift.migration.conclusion import ExecutionState, Problem, conclude
from vifshift.migration.interruption import judge, understand
from vifshift.migration.next_step import ObservedStep, PhaseProgress, watch
from vifshift.migration.validation import validate
from vifshift.migration.validation_result import Validation
from vifshift.preflight.discovery import survey

PAYLOAD = 262_144
"""AWS: "Step Functions service quotas"."""
ROOM = PAYLOAD * 9 // 10
"""What is left over is for what AWS adds to an answer, and for what comes later."""
TELL = "\x01"
"""A letter that takes six bytes in JSON."""
LONG = {
    "requestedBy": TELL * 256,
    "reason": TELL * 1024,
    "acknowledge": [f"A_CODE{'_' * 50}{number:02}" for number in range(40)]
    + ["MAINTENANCE_DURING_MOVE"],
}
AWS_CAUSE = 8000
"""As many letters of what a step failed with as the workflow keeps."""


def thousand_routes(seed: int = 0) -> RouteSet:
    """Build as many routes as are named, with paths as long as are kept."""
    share = LONGEST_ATTRIBUTES_KEPT // MOST_ROUTES
    cidrs = (
        f"2001:db8:{seed:x}:{number:x}:ffff:eeee:dddd:cccc/128" for number in range(MOST_ROUTES)
    )
    return RouteSet(
        address_family="ipv6",
        route_direction="accepted",
        count=MOST_ROUTES,
        cidrs=tuple(cidrs),
        attributes=tuple(
            f"{seed}{number:04} 4200000000".ljust(share, "9") for number in range(MOST_ROUTES)
        ),
    )


def maintenance(entities: int, starts: timedelta = timedelta(0)) -> HealthEvent:
    """Build an event that names many ARNs, the one that concerns the move last."""
    arn = "arn:aws:directconnect:eu-central-1:111122223333:dxcon/dxcon-{:08}"
    return HealthEvent(
        arn="arn:aws:health:eu-central-1::event/DIRECTCONNECT/1",
        event_type_code="AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED",
        status_code="upcoming",
        start_time=START + starts,
        end_time=START + starts + timedelta(hours=4),
        entities=(*(arn.format(number) for number in range(entities - 1)), TARGET),
    )


def dual_stack() -> VirtualInterface:
    """Build the VIF with two peers, and with a name as nobody should write one."""
    name = "\N{PARTY POPPER}" * 999
    return a_vif(a_vif().bgp_peers[0], an_ipv6_peer(), virtual_interface_name=name)


def judged(*events: HealthEvent, rivals: int = 0, raw: Any = None) -> Validation:
    """Validate a request, the largest by default, in a redundant network with a thousand routes."""
    others = (
        a_vif(virtual_interface_id=f"dxvif-{number:08}", connection_id=TARGET)
        for number in range(rivals)
    )
    fake = FakeDirectConnect(dual_stack(), a_sibling(), *others, routes=(thousand_routes(),))
    account = FakeAccount()
    account.events = events
    return validate(
        raw or raw_request(**LONG),
        is_too_long=False,
        execution=EXECUTION,
        survey=partial(survey, fake, account, REGION),
        now=START,
        claimed_id="c" * 128,
    )


@pytest.fixture(scope="module")
def validation() -> Validation:
    """The largest validation that goes on: fifty events of 4,000 ARNs, a thousand routes."""
    found = judged(
        *(maintenance(4000) for _ in range(25)),
        *(maintenance(4000, timedelta(days=9)) for _ in range(25)),
    )
    assert found.decision is Decision.PROCEED
    return found


@pytest.fixture(scope="module")
def seen(validation: Validation) -> ObservedStep:
    """A look at which all thousand routes have been replaced by others."""
    assert validation.migration is not None
    assert validation.before is not None
    migration = validation.migration
    changed = thousand_routes().model_copy(
        update={"attributes": tuple("8" * 60 for _ in range(MOST_ROUTES))}
    )
    others = tuple(
        thousand_routes(seed=7).model_copy(
            update={"address_family": family, "route_direction": direction}
        )
        for family, direction in KINDS
        if (family, direction) != ("ipv6", "accepted")
    )
    return watch(
        Reading(
            virtual_interface=a_landed_vif(a_vif().bgp_peers[0], an_ipv6_peer()),
            routes=(changed, *others),
        ),
        migration=migration,
        way=PhaseProgress(
            phase=Phase.FORWARD,
            association=Association.CONFIRMED,
            progress=None,
            before=validation.before,
        ),
        look_back=tuple,
        cancellation=lambda: None,
        execution=EXECUTION,
        now=after(120),
    )


def test_a_health_event_of_4000_arns_is_told_in_a_sentence(validation: Validation) -> None:
    [first, *_] = validation.findings
    assert first.code == "MAINTENANCE_DURING_MOVE"
    # what concerns the move comes first, wherever AWS lists it
    assert f"for {TARGET}, arn:aws:" in first.message
    assert "and 3995 more, from 2026-07-01" in first.message
    assert len(first.message) < LONGEST_MESSAGE


@pytest.mark.parametrize("entities", [4, 5, 6])
def test_a_few_are_all_named_in_their_order(entities: int) -> None:
    validation = judged(maintenance(entities))
    [finding] = [each for each in validation.findings if each.code == "MAINTENANCE_DURING_MOVE"]
    assert ("more" in finding.message) is (entities > 5)
    assert finding.message.index("dxcon-00000000") < len(finding.message)


def test_no_more_than_twenty_sentences_of_a_rule_are_said_and_the_rest_is_counted() -> None:
    validation = judged(*(maintenance(1) for _ in range(50)), raw=raw_request())
    said = [each for each in validation.findings if each.code == "MAINTENANCE_DURING_MOVE"]
    assert len(said) == MOST_OF_A_RULE + 1
    assert said[-1].message == "and 30 more"


def test_validate_answers_with_room_to_spare(validation: Validation) -> None:
    calls = {f"Operation{number}": 99 for number in range(20)}
    assert size_of({"validation": validation.to_json(), "calls": calls}) < ROOM


def test_most_of_it_are_the_routes_and_they_are_all_there(validation: Validation) -> None:
    assert validation.migration is not None
    assert validation.migration.expectation.routes == (thousand_routes(),)
    assert size_of(thousand_routes().to_json()) > 100_000
    assert size_of(validation.without_routes.to_json()) < size_of(validation.to_json()) - 100_000


def test_a_refused_one_takes_no_more() -> None:
    validation = judged(*(maintenance(4000) for _ in range(50)), rivals=50)
    assert validation.decision is Decision.REJECTED
    assert size_of(validation.to_json()) < ROOM


def test_a_look_is_asked_for_and_answered_with_room_to_spare(
    validation: Validation, seen: ObservedStep
) -> None:
    assert validation.migration is not None
    observation = seen.observation
    assert observation.route_changes
    asked = {
        "execution": EXECUTION.to_json(),
        "migration": validation.migration.to_json(),
        "way": {
            "progress": observation.progress.to_json(),
            "before": observation.picture.to_json(),
        },
    }
    assert size_of(asked) < ROOM
    assert size_of(seen.to_json()) < ROOM / 2


def test_how_it_ended_is_asked_for_and_told_with_room_to_spare(
    validation: Validation, seen: ObservedStep
) -> None:
    problem = Problem(state="Observe", error="States.TaskFailed", cause=TELL * AWS_CAUSE)
    observation = seen.observation.model_copy(
        update={"verdict": Verdict.FAILED, "obstacles": ("x" * LONGEST_MESSAGE,) * 21}
    )
    story = ExecutionState(
        request_id="c" * 128,
        validation=validation.without_routes.model_copy(update={"announcement": None}),
        phase=Phase.ROLLBACK,
        association=Association.UNCONFIRMED,
        doubt=problem,
        observation=observation,
        failure=observation,
        problem=problem,
        holder=LockHolder(execution_arn=EXECUTION.arn, expires_at=1),
        approval=Approval(approved_by=TELL * 256, comment=TELL * 1024),
    )
    assert size_of(story.to_json()) < PAYLOAD
    conclusion = conclude(story, execution=EXECUTION, now=after(900))
    assert isinstance(conclusion.announcement.detail.data, Ended)
    assert size_of(conclusion.to_json()) < ROOM / 2


def test_an_interrupted_one_is_looked_into_with_room_to_spare(validation: Validation) -> None:
    trail = Trail(
        variables={"validation": validation.to_json(), "phase": "forward", "requestId": "c" * 128},
        entered=("Associate",),
        done=frozenset(),
        error="States.Timeout",
        cause=TELL * 32_768,
    )
    found = understand(trail, execution=EXECUTION, status="TIMED_OUT", now=START)
    judgement = judge(found, Reading(virtual_interface=a_vif()), execution=EXECUTION, now=after(90))
    assert size_of(judgement.to_json()) < ROOM * 2 / 3


def test_its_events_stay_far_below_what_other_services_take(validation: Validation) -> None:
    # SNS and Step Functions take 256 KiB of what EventBridge takes 1 MB of.
    assert validation.announcement is not None
    assert isinstance(validation.announcement.detail.data, Started)
    assert size_of(validation.announcement.to_json()) < PAYLOAD / 4


def a_finding(message: str = "", severity: Severity = Severity.WARN, **fields: Any) -> Finding:
    return Finding(code="A_CODE", severity=severity, message=message, remedy="", **fields)


def test_of_many_findings_the_worst_are_kept() -> None:
    blocking = a_finding("no", Severity.BLOCK)
    found = bounded([*(a_finding(str(number)) for number in range(MOST_FINDINGS)), blocking])
    assert len(found) == MOST_FINDINGS
    assert found[0] is blocking


def test_long_findings_are_kept_as_far_as_there_is_room() -> None:
    each = size_of(a_finding("x" * 1000).to_json())
    found = bounded(a_finding("x" * 1000) for _ in range(MOST_FINDINGS))
    assert len(found) == FINDINGS_BYTES // (each + 1)


def test_one_that_just_fits_is_kept() -> None:
    finding = a_finding("x")
    room = size_of(finding.to_json()) + 1
    assert fitting([finding], 1, room) == (finding,)
    assert fitting([finding], 1, room - 1) == ()
    assert fitting([finding], 0, room) == ()


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert shortened("x" * 10, 10) == "x" * 10
    assert shortened("x" * 11, 10) == "x" * 9 + "…"
    assert shortened("", 10) == ""


@given(st.text(st.characters(codec="utf-8"), max_size=60), st.integers(1, 40))
def test_what_is_cut_is_short_in_letters_and_in_bytes(text: str, longest: int) -> None:
    cut = shortened(text, longest)
    assert len(cut) <= longest
    assert size_of(cut) - 2 <= longest + 2
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


def test_what_is_wrong_with_a_flood_of_fields_takes_little() -> None:
    flood = {f"{TELL * 60}{number}": "x" for number in range(LONGEST_REQUEST // 100)}
    validation = judged(raw=flood)
    assert validation.faults[-1].endswith("more")
    assert size_of(validation.to_json()) < PAYLOAD / 10
