"""What the states of a workflow mean in the model: the vocabulary of a projection."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from models.dynamodb import Item
from models.jsonata import Terms
from vifshift.domain.workflow import State

ANY_ERROR = "States.ALL"
FREE = "FREE"
"""Stands for a condition about which the model knows nothing: it may hold, or not."""


class Result(NamedTuple):
    """One way in which a state may end: in words, and in Promela.

    It is possible while `guard` holds, and has an `effect`. With `error`, the state fails. `terms`
    are what the result says. A result that `asks` does not end the state: an answer does. One that
    begins `again` enters the state once more.
    """

    said: str
    guard: str = "true"
    effect: str = ""
    error: str = ""
    terms: Terms = MappingProxyType({})
    asks: bool = False
    again: bool = False


@dataclass(frozen=True)
class Step:
    """A state that is a step of its own: others may act before and after it.

    One that is entered at once follows the state before it without a gap, and waits for an answer.
    """

    results: tuple[Result, ...]
    answers: tuple[Result, ...] = ()
    is_entered_at_once: bool = False


@dataclass(frozen=True)
class Merged:
    """A state whose results matter, but that nobody can get in between: it joins the one before."""

    results: tuple[Result, ...]


@dataclass(frozen=True)
class Always:
    """A choice that leads to the same state in all that the model has."""

    next: State


@dataclass(frozen=True)
class TableStep:
    """A state that reads or writes an item that the model has: its arguments say what it does."""

    is_merged: bool = False


Meaning = Step | Merged | Always | TableStep


class Key(NamedTuple):
    """An item that a key in JSONata names, and when there can be one, in Promela."""

    item: Item
    where: str = "true"


@dataclass(frozen=True)
class MachineModel:
    """What a state machine is in the model.

    `variables` are those that the model has, by their paths in JSONata; `keys` are the items that
    the machine's keys name. `meanings` has the states that are listed. `harmless` are the tasks
    that are not, since they neither read nor write what the model has. `ends` says what it means
    to end in a state, and `broken` what it means to fail otherwise. `stops` is what happens to an
    execution that is stopped, where nobody starts it again, and `over` what follows every end.
    """

    name: str
    parameters: str
    declarations: str
    is_running: str
    who: tuple[str, str]
    variables: Terms
    terms: Terms
    keys: Mapping[str, Key]
    meanings: Mapping[State, Meaning]
    harmless: frozenset[State]
    ends: Mapping[State, str]
    broken: str
    failed_write: str
    begins: str = "skip"
    may_fail: str = "trouble > 0"
    stops: str = ""
    over: str = "goto end_over"
