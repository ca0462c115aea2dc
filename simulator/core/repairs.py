"""Repairs of moto, and of the libraries beneath it, declared as data next to their code.

A module that repairs moto has a tuple `REPAIRS` and a function `repair(context)`. While that
function runs, nothing can be replaced that the tuple does not declare (see `Patches.declared`), so
that `docs/moto-repairs.md`, which is made from all of these tuples, leaves nothing out.
"""

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

MOTO_VERSION: Final = "5.2.5"
"""The version of moto in which the declared problems were last seen."""

NOT_REPORTED: Final = "not reported yet"


class RepairKind(StrEnum):
    """Why moto is changed: it lacks something, gets something wrong, or takes too long."""

    EXTENSION = "extension"
    CORRECTION = "correction"
    SPEED = "speed"


@dataclass(frozen=True)
class Repair:
    """A change of moto.

    `targets` are the attributes that are replaced or added, as `module:Class.attribute`; `*` stands
    for any characters, and `[…]` for an item of a mapping. `test` is the test that fails without
    the repair, below tests/unit/simulator. `reported` is the address of moto's issue.
    """

    kind: RepairKind
    targets: tuple[str, ...]
    problem: str
    test: str
    reported: str = NOT_REPORTED
    adds: bool = False
    moto_version: str = MOTO_VERSION

    def is_about(self, target: str) -> bool:
        """Return whether an attribute is one of the repair's targets."""
        return any(target == each or fnmatchcase(target, each) for each in self.targets)


def extension(
    *targets: str, lacks: str, test: str, reported: str = NOT_REPORTED, adds: bool = False
) -> Repair:
    """Declare what moto lacks; `adds` says that moto does not have the attribute at all."""
    return Repair(RepairKind.EXTENSION, targets, lacks, test, reported, adds)


def correction(
    *targets: str, problem: str, test: str, reported: str = NOT_REPORTED, adds: bool = False
) -> Repair:
    """Declare what moto gets wrong; `adds` says that moto does not have the attribute at all."""
    return Repair(RepairKind.CORRECTION, targets, problem, test, reported, adds)


def speed(*targets: str, costs: str, test: str) -> Repair:
    """Declare what takes moto longer than it has to; results are the same without it."""
    return Repair(RepairKind.SPEED, targets, costs, test)
