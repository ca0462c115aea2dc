"""A fleet in small: the plan that `make fleet` runs, and what it judges by the log of calls."""

from collections import Counter
from dataclasses import replace

import pytest

from benchmarks import fleet
from simulator.explore.properties.catalogue import violations
from simulator.runs.record import Record
from tests.conftest import OpenSession

MOVES = 24

pytestmark = [pytest.mark.verify]


@pytest.fixture(scope="module")
def record(open_session: OpenSession) -> Record:
    return open_session().run(fleet.scenario(MOVES, bad_every=12))


def test_each_move_ends_and_those_that_go_bad_go_back(record: Record) -> None:
    assert record.outcome == "partly-completed"
    assert Counter(record.move_outcomes.values()) == {"succeeded": 22, "rolled-back": 2}
    assert violations(record) == []


def test_no_vif_lands_twice_and_no_two_of_a_gateway_fly_together(record: Record) -> None:
    assert fleet.lands_twice(record) == []
    assert list(fleet.flies_together(record)) == []


def test_a_vif_that_lands_twice_is_seen(record: Record) -> None:
    sent = next(call for call in record.calls if call.operation == fleet.ASSOCIATE)

    assert fleet.lands_twice(replace(record, calls=[*record.calls, sent])) != []


def test_two_of_a_gateway_that_fly_together_are_seen(record: Record) -> None:
    last = max(move.execution["stopDate"] for move in record.moves)
    slow = [{**each, "stopDate": last} for each in record.executions]

    assert list(fleet.flies_together(replace(record, executions=slow))) != []
