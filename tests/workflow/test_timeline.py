"""Timelines of more than one migration; that of every scenario is held to it in test_scenarios."""

import re
from dataclasses import replace

import pytest

from simulator.runs.record import Record
from simulator.runs.session import Session
from simulator.scenarios.model import load, named
from tests.conftest import OpenSession
from tests.workflow.timelines import false_claims, shown


@pytest.fixture(scope="module")
def plan(open_session: OpenSession) -> Record:
    """A plan of three moves, one after the other."""
    return open_session().run(load(named("moves-in-order")))


def lines(text: str, *pieces: str) -> list[str]:
    """Return the lines of a timeline that have all these pieces."""
    return [line for line in text.splitlines() if all(piece in line for piece in pieces)]


def test_a_plan_shows_each_move_and_what_it_cost(plan: Record) -> None:
    text = shown(plan)

    for vif in ("dxvif-aaaa0001", "dxvif-bbbb0001", "dxvif-cccc0001"):
        assert lines(text, "│", vif, "succeeded", "traffic interrupted for 40 s")
        assert lines(text, "workflow", vif, "Associate")
        assert lines(text, "network", vif, "on dxcon-target01")
    assert lines(text, "workflow", "plan", "Receive plan → Claim plan")
    assert lines(text, "event", "plan", "VIF Plan Progressed  dxvif-aaaa0001: succeeded")
    [lane] = {line.index("A") for line in lines(text, "A·")[:1]}
    assert all(line.index("A") > lane for line in lines(text, "A·")[1:])
    assert "dxvif-aaaa0002" not in text


@pytest.mark.verify
def test_each_of_several_migrations_has_its_own_name(session: Session) -> None:
    text = shown(session.run(load(named("delivered-twice"))))

    assert lines(text, "event", "dxvif-aaaa0001 #2", "VIF Migration Duplicate")
    assert lines(text, "event", "dxvif-aaaa0001 ", "VIF Migration Succeeded")
    assert [re.sub(r"[│\s]+", " ", line).strip() for line in lines(text, "│", "dxvif")] == [
        "dxvif-aaaa0001 succeeded traffic interrupted for 40 s",
        "dxvif-aaaa0001 #2 duplicate",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("interrupted for 40 s", "not interrupted", "(True, 0, 0) is said, (True, 1, 40) is so"),
        ("interrupted for 40 s", "interrupted for 41 s", "(True, 1, 41) is said"),
        ("traffic interrupted for 40 s", "", "nothing is said of dxvif-aaaa0001"),
        ("succeeded", "planned", "succeeded is not told"),
    ],
)
def test_a_false_claim_is_found(plan: Record, old: str, new: str, said: str) -> None:
    text = shown(plan)

    assert false_claims(plan, text) == []
    assert any(said in wrong for wrong in false_claims(plan, text.replace(old, new)))


def test_a_truth_that_is_another_is_found(session: Session) -> None:
    record = session.run(load(named("dry-run")))
    text = shown(record)
    first, *rest = record.transitions
    lost = first.model_copy(update={"bgp": dict.fromkeys(first.bgp, "down")})

    assert false_claims(record, text) == []
    assert false_claims(replace(record, transitions=[first, lost, *rest]), text)
