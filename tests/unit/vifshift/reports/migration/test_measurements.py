"""What a migration's evidence says in numbers."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    ACCOUNT,
    EXECUTION,
    REGION,
    SOURCE,
    START,
    TARGET,
    a_migration,
    a_picture,
    a_request,
    after,
)
from vifshift.domain.metrics import Metric
from vifshift.domain.migration import Outcome, Phase
from vifshift.domain.observation import Reason, Verdict, VifStatus
from vifshift.domain.traffic_status import Traffic
from vifshift.events.announcements import subject
from vifshift.reports.migration.measurements import measures
from vifshift.reports.migration.model import (
    AssociationAttempt,
    Evidence,
    Interruption,
    ObservationRecord,
    Timeline,
)

PEER, PEER6 = "ipv4 169.254.1.2", "ipv6 2001:db8::2"


def seen(
    port: str = TARGET, state: str = "available", ipv4: str = "up", ipv6: str | None = None
) -> VifStatus:
    peers = {PEER: ipv4, **({PEER6: ipv6} if ipv6 else {})}
    return a_picture(connection_id=port, virtual_interface_state=state, bgp_peers=peers)


def look(
    seconds: float, picture: VifStatus | None, phase: Phase = Phase.FORWARD
) -> ObservationRecord:
    return ObservationRecord(
        at=after(seconds),
        phase=phase,
        verdict=Verdict.SETTLING,
        reason=Reason.NOT_AVAILABLE,
        message="",
        picture=picture,
    )


def asked(seconds: float, port: str = TARGET, phase: Phase = Phase.FORWARD) -> AssociationAttempt:
    return AssociationAttempt(
        asked_at=after(seconds), answered_at=None, phase=phase, connection_id=port, error=None
    )


def evidence(*looks: ObservationRecord, **fields: Any) -> Evidence:
    """Return what became of a migration whose association was asked for after ten seconds."""
    return Evidence(
        **{
            "migration_id": EXECUTION.name,
            "request_id": "change-1",
            "execution_arn": EXECUTION.arn,
            "trigger": None,
            "region": REGION,
            "account": ACCOUNT,
            "started_at": START,
            "ended_at": after(900),
            "subject": subject(a_request(), a_migration()),
            "virtual_interface_type": "private",
            "request": None,
            "outcome": Outcome.SUCCEEDED,
            "sentence": "",
            "next_step": "",
            "carries_traffic": Traffic.YES,
            "approval": None,
            "findings": (),
            "before": seen(SOURCE),
            "after": None,
            "routes": (),
            "looks": looks,
            "steps": (),
            "told": (),
            "associations": (asked(10), asked(25)),
            "api_calls": {},
            "interruption": None,
            "code_changes": (),
            "timeline": Timeline(starts_at=START, ends_at=after(900), lanes=(), marks=()),
            **fields,
        }
    )


def test_what_was_seen_first_counts_from_when_it_was_asked_for_first() -> None:
    told = evidence(
        look(20, seen(SOURCE)),
        look(30, None),
        look(40, seen(state="pending", ipv4="down")),
        look(50, seen(ipv4="down")),
        look(60, seen()),
        look(70, seen()),
    )

    assert measures(told) == {Metric.SECONDS_TO_AVAILABLE: 40, Metric.SECONDS_TO_BGP_UP: 50}


def test_bgp_may_be_up_before_the_vif_is_available() -> None:
    told = evidence(look(20, seen(state="verifying")), look(30, seen()))

    assert measures(told) == {Metric.SECONDS_TO_AVAILABLE: 20, Metric.SECONDS_TO_BGP_UP: 10}


def test_every_peer_that_was_up_has_to_be_up_again() -> None:
    told = evidence(
        look(20, seen(ipv6="down")), look(30, seen(ipv6="up")), before=seen(SOURCE, ipv6="up")
    )

    assert measures(told)[Metric.SECONDS_TO_BGP_UP] == 20


def test_a_peer_that_was_down_before_is_not_waited_for() -> None:
    told = evidence(look(20, seen(ipv6="down")), before=seen(SOURCE, ipv6="down"))

    assert measures(told)[Metric.SECONDS_TO_BGP_UP] == 10


def test_where_none_was_up_all_are_waited_for() -> None:
    told = evidence(look(20, seen(ipv4="down")), look(30, seen()), before=seen(SOURCE, ipv4="down"))

    assert measures(told)[Metric.SECONDS_TO_BGP_UP] == 20


def test_the_way_back_is_not_the_way_there() -> None:
    told = evidence(
        look(20, seen(state="down", ipv4="down")),
        look(400, seen(SOURCE), Phase.ROLLBACK),
        associations=(asked(10), asked(390, SOURCE, Phase.ROLLBACK)),
    )

    assert measures(told) == {}


@pytest.mark.parametrize("gone", [{"associations": ()}, {"looks": ()}])
def test_what_was_not_asked_for_or_not_seen_has_no_length(gone: dict[str, Any]) -> None:
    told = evidence(look(20, seen())).model_copy(update=gone)

    assert measures(told) == {}


def test_without_a_picture_of_before_nobody_knows_which_peers_to_wait_for() -> None:
    told = evidence(look(20, seen()), before=None)

    assert measures(told) == {Metric.SECONDS_TO_AVAILABLE: 10}


def broken(seconds: float | None) -> Interruption:
    return Interruption(
        began_at=after(10), ended_at=None, seconds=seconds, at_least=None, at_most=None
    )


@pytest.mark.parametrize(
    ("interruption", "told"),
    [
        (None, {}),
        (broken(None), {}),
        (broken(42.5), {Metric.INTERRUPTION_SECONDS: 42.5}),
        (broken(0), {Metric.INTERRUPTION_SECONDS: 0}),
    ],
)
def test_an_interruption_has_a_length_once_it_is_over(
    interruption: Interruption | None, told: dict[Metric, float]
) -> None:
    assert measures(evidence(interruption=interruption)) == told
