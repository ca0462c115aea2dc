"""Situations: each is drawn equally often, in a world where it can be, and says what it is."""

from collections import Counter
from functools import cache

import pytest

from simulator.explore.coverage.shares import WAIT, shares_of
from simulator.explore.generators import generate
from simulator.explore.generators.kinds import fault_kinds
from simulator.explore.generators.situations.catalogue import (
    EACH,
    FIRST,
    REST,
    SITUATIONS,
    situation_of,
)
from tests.workflow.test_explore import SAMPLE

drawn_from = cache(generate)
SEED_OF = {name: EACH * number + REST for number, name in enumerate(SITUATIONS)}
SOME = list(SEED_OF)[::9]


def test_each_is_drawn_by_four_of_two_thousand_seeds_at_least() -> None:
    counts = Counter(name for seed in range(2000) if (name := situation_of(seed)))

    assert set(counts) == set(SITUATIONS)
    assert min(counts.values()) >= 4
    assert sum(counts.values()) == 2000 / EACH


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in SOME else [pytest.mark.verify], id=name)
        for name in SITUATIONS
    ],
)
def test_each_can_be_set_up_and_tells_what_it_is(name: str) -> None:
    drawn = drawn_from(SEED_OF[name])

    assert drawn.troubles[0] == f"situation: {name}"
    assert set(drawn.drawn) <= set(fault_kinds())


def test_those_of_a_few_seeds_need_no_deployment_of_their_own() -> None:
    sample = [seed for seeds in SAMPLE for seed in seeds if situation_of(seed)]

    assert {situation_of(seed) for seed in sample} == set(FIRST)
    assert all(drawn_from(seed).scenario.settings is None for seed in sample)


def test_what_waits_counts_as_waiting() -> None:
    waits = {name: WAIT in set(shares_of(drawn_from(SEED_OF[name]))) for name in FIRST}

    assert {name for name, has_one in waits.items() if has_one} == {
        "a lock is left",
        "moved after the approval",
        "one more after the approval",
        "two wait under one number",
    }


def test_settings_are_of_few_kinds_since_each_needs_a_deployment() -> None:
    drawn = [drawn_from(seed).scenario.settings for seed in SEED_OF.values()]

    assert len({str(each) for each in drawn if each is not None}) <= 4
