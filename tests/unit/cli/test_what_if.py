"""What goes wrong in a rehearsal, and whether a run has come to it."""

import pytest

from cli.rehearsal.what_if import without_effect

MOVED = [("dxvif-aaaa0001", "dxlag-target01")]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("no-bgp", "nothing was moved"),
        ("port-lost=dxlag-target01", "nothing was moved"),
        ("vlan-missing=dxvif-aaaa0001", "nothing was moved"),
    ],
)
def test_where_nothing_is_moved_nothing_goes_wrong(asked: str, said: str) -> None:
    assert list(without_effect([asked], [])) == [f"--what-if {asked} had no effect: {said}."]
    assert list(without_effect([asked], MOVED)) == []


def test_what_is_about_something_else_has_no_effect() -> None:
    other = ["vlan-missing=dxvif-aaaa0002", "slow-port=dxlag-source01", "slow-port"]
    assert list(without_effect(other, MOVED)) == [
        "--what-if vlan-missing=dxvif-aaaa0002 had no effect: dxvif-aaaa0002 was not moved.",
        "--what-if slow-port=dxlag-source01 had no effect: nothing was moved to dxlag-source01.",
    ]


def test_calls_are_slow_whether_anything_is_moved_or_not() -> None:
    assert list(without_effect(["throttled-api"], [])) == []
