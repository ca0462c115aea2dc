"""Drawing: a seed is a scenario, the same everywhere, and the scenarios are worth running."""

import hashlib
import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from simulator.explore.coverage.shares import ALONE, ANSWER, FORTY_DAYS, WAIT, shares_of
from simulator.explore.generators import generate, ports
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.kinds import fault_kinds
from simulator.explore.generators.ports import subject_of
from simulator.explore.generators.routes import _others
from simulator.explore.generators.surroundings import KINDS, generate_surroundings
from simulator.explore.generators.troubles import Troubles
from simulator.explore.generators.world import generate_world
from simulator.runs.disclosure import secrets_of
from simulator.scenarios.model import load
from simulator.scenarios.writing import as_json, write

SEEDS = range(120)
# Many tests look at the same ones, and a scenario can't be changed.
drawn_from = cache(generate)
DIGESTS = {
    0: "3e00e7f8581a2186",
    1: "ee650d18bf30dcb6",
    17: "0dc5fb8d8f11fb03",
    4711: "0db6dd3490961387",
}


def digest(seed: int) -> str:
    text = json.dumps(as_json(generate(seed).scenario), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@pytest.mark.parametrize(("seed", "known"), DIGESTS.items())
def test_a_seed_stands_for_the_same_scenario_everywhere(seed: int, known: str) -> None:
    assert digest(seed) == known


def test_no_two_seeds_are_the_same_scenario() -> None:
    assert len({digest(seed) for seed in SEEDS}) == len(SEEDS)


def test_a_drawn_scenario_can_be_written_and_read_again(tmp_path: Path) -> None:
    for seed in SEEDS:
        scenario = drawn_from(seed).scenario

        assert load(write(scenario, tmp_path)) == scenario


def test_most_scenarios_have_few_faults_and_few_odd_requests() -> None:
    drawn = [drawn_from(seed) for seed in SEEDS]

    faults = Counter(sum(map(is_a_fault, each.troubles)) for each in drawn)
    few = faults[1] + faults[2] + faults[3]
    assert few > len(SEEDS) / 2
    assert 0 < faults[0] < len(SEEDS) / 3
    assert 0 < sum(count for number, count in faults.items() if number > 4) < len(SEEDS) / 4
    assert sum(each.request.startswith("sane") for each in drawn) >= len(SEEDS) * 0.75


def is_a_fault(told: str) -> bool:
    return not told.startswith(("wait: ", "answer: ", "more: ", "other paths: ", "world: "))


SHARED = [range(200), pytest.param(range(2000), marks=pytest.mark.verify)]


@pytest.mark.parametrize("seeds", SHARED, ids=str)
def test_many_scenarios_wait_are_answered_and_cut_off_a_prefix(seeds: range) -> None:
    counts = Counter(name for seed in seeds for name in shares_of(generate(seed)))

    assert counts[WAIT] >= len(seeds) / 3
    assert counts[ANSWER] >= len(seeds) / 5
    assert counts[ALONE] >= len(seeds) * 0.15
    assert counts[FORTY_DAYS] > 0


def test_what_is_drawn_is_of_a_known_kind() -> None:
    assert {told for seed in range(150) for told in generate(seed).drawn} <= set(fault_kinds())


@pytest.mark.verify
def test_every_kind_is_drawn() -> None:
    drawn = {told for seed in range(2000) for told in generate(seed).drawn}

    assert drawn == set(fault_kinds())


def test_every_vif_and_peer_has_a_secret_of_its_own() -> None:
    for seed in SEEDS:
        world = drawn_from(seed).scenario.world.model_dump(mode="json", by_alias=True)

        secrets = list(secrets_of(world))
        peers = sum(len(vif["bgpPeers"]) for vif in world["virtualInterfaces"])
        assert len(secrets) == len(set(secrets)) == len(world["virtualInterfaces"]) + peers


def test_worlds_are_of_every_kind_and_size() -> None:
    worlds = [drawn_from(seed).scenario.world for seed in SEEDS]

    sizes = [len(world.virtual_interfaces) for world in worlds]
    kinds = {vif["virtualInterfaceType"] for world in worlds for vif in world.virtual_interfaces}
    assert kinds == {"private", "public", "transit"}
    assert min(sizes) <= 2
    assert max(sizes) >= 25
    assert any("vlan" in port for world in worlds for port in world.connections)
    assert any(world.lags for world in worlds)


@pytest.mark.parametrize(("share", "left"), [(1, 3), (50, 2), (100, 0)])
def test_other_routes_are_as_many_and_some_are_not_those_of_before(share: int, left: int) -> None:
    before = ["10.0.0.0/16", "10.1.0.0/16", "2001:db8:a000::/48", "2001:db8:a001::/48"]
    routes = _others({"accepted": [*before], "advertised": ["172.16.0.0/24"]}, "accepted", share)
    now = [route.cidr for route in routes.accepted or ()]
    assert routes.advertised is None
    assert len(set(now)) == len(before)
    assert len(set(now) & set(before)) == left


def test_a_weight_of_nothing_is_never_drawn() -> None:
    dice = Dice(7)

    assert {dice.weigh({"a": 1, "b": 0, "c": 1}) for _ in range(200)} == {"a", "c"}


def test_whole_numbers_reach_both_ends() -> None:
    dice = Dice(7)

    assert {dice.whole(2, 4) for _ in range(100)} == {2, 3, 4}


def test_what_is_around_a_move_is_of_every_kind() -> None:
    told = {
        each.removeprefix("around: ")
        for seed in range(800)
        for each in generate_surroundings(seed, generate_world(Dice(seed), seed), Troubles())
    }

    assert told == set(KINDS)


def test_both_ends_may_be_full() -> None:
    plan = generate_world(Dice(seed := 1), seed)
    subject_of(plan)["virtualInterfaceType"] = "transit"
    plan.source, plan.target, *_ = [port for port in plan.ports if not plan.is_hosted(port)]

    for kind in ("the target is full", "the source is over its quota"):
        ports.KINDS[kind][1](Dice(seed), plan, {})

    names = [each["virtualInterfaceId"] for each in plan.virtual_interfaces]
    assert len(set(names)) == len(names)
    assert len([name for name in names if str(name).startswith("dxvif-filler")]) > 4
