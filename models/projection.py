"""Projects a state machine's definition on the states that the model lists.

Every transition between listed states is taken from the definition: what follows, what is caught
and where that leads, which choice is made on which condition, and what is assigned. A state that is
not listed is contracted: whatever it may lead to, may happen. It must neither touch an item that
the model has, nor assign a variable of the model to what the model does not know.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from infra.workflows.expressions import ERROR
from models.dynamodb import LEFT_OUT, access, kind_of, where
from models.jsonata import Terms, UnknownExpressionError, body, constant, promela
from models.meanings import ANY_ERROR, FREE, Always, MachineModel, Result, Step, TableStep
from vifshift.domain.workflow import CONDITION_FAILED

Definition = Mapping[str, Any]
State = Mapping[str, Any]

Ways = list[tuple[str, str]]
"""Conditions, and the statements that each leads to, up to the next step."""

_DYNAMODB = ":states:::dynamodb:"


class UnlistedStateError(Exception):
    """A state touches what the model has, and is not listed, or a listed one is not there."""


def project(definition: Definition, model: MachineModel) -> str:
    """Return the process of a state machine in Promela."""
    return _Projection(definition, model).process()


class _Projection:
    def __init__(self, definition: Definition, model: MachineModel) -> None:
        self._states: Mapping[str, State] = definition["States"]
        self._start: str = definition["StartAt"]
        self._model = model
        self._meanings = {str(state): meaning for state, meaning in model.meanings.items()}
        self._ends = {str(state): effect for state, effect in model.ends.items()}
        self._check()

    def process(self) -> str:
        model = self._model
        lines = [
            f"proctype {model.name}({model.parameters})",
            "{",
            *_indented(model.declarations, 1),
            "end_begin:",
            "    atomic {",
            f"        {model.is_running};",
            f"        {model.begins};",
            *_indented(self._go(self._start), 2),
            "    }",
        ]
        for name in self._states:
            meaning = self._meanings.get(name)
            if name in self._ends:
                continue
            if self._is_step(name):
                lines += self._step(name, _label(name), self._results(name))
            else:
                # Whoever jumps into the middle of an atomic sequence goes on without a gap.
                inner = _rendered(self._ways(name))
                lines += ["    atomic {", "        false;", f"    {_place(name)}:"]
                lines += [*_indented(inner, 2), "    }"]
            if isinstance(meaning, Step) and meaning.answers:
                lines += self._step(name, f"{_label(name)}_asked", meaning.answers)
        over = ["    atomic {", "        false;", "in_over:", *_indented(model.over, 2), "    }"]
        return "\n".join([*lines, *over, "end_over:", "    false", "}", ""])

    def _is_step(self, name: str) -> bool:
        meaning = self._meanings.get(name)
        return (isinstance(meaning, Step) and not meaning.is_entered_at_once) or (
            isinstance(meaning, TableStep) and not meaning.is_merged
        )

    def _check(self) -> None:
        for name in [*self._meanings, *self._ends]:
            if name not in self._states:
                raise UnlistedStateError(f"{self._model.name}: there is no state {name!r} any more")
        harmless = set(map(str, self._model.harmless))
        for name, state in self._states.items():
            if name in self._meanings:
                continue
            if state["Type"] == "Task" and _DYNAMODB in state["Resource"]:
                key = _key(state)
                if kind_of(key) not in LEFT_OUT:
                    raise UnlistedStateError(
                        f"{self._model.name}: {name!r} touches {key}, and is not listed"
                    )
            elif state["Type"] in ("Task", "Map", "Parallel") and name not in harmless:
                raise UnlistedStateError(
                    f"{self._model.name}: {name!r} is neither listed nor known to be harmless"
                )

    def _step(self, name: str, label: str, results: Sequence[Result]) -> list[str]:
        running, (kind, number) = self._model.is_running, self._model.who
        ways = [(f"{running} && {each.guard}", self._ended(name, each)) for each in results]
        if self._model.stops:
            said = f'printf("{kind}|{name}|is stopped\\n", {number})'
            stopped = f"{said};\n{self._model.stops};\ngoto in_over"
            ways.append((f"{running} && {self._model.may_fail}", stopped))
        return [f"{label}:", "    atomic {", *_indented(_rendered(ways), 2), "    }"]

    def _results(self, name: str) -> Sequence[Result]:
        meaning = self._meanings[name]
        if isinstance(meaning, Always):
            raise TypeError(f"{name!r} is a choice")
        if not isinstance(meaning, TableStep):
            return meaning.results
        state, model = self._states[name], self._model
        operation = state["Resource"].rpartition(":")[2]
        text = _key(state)
        key = next((key for fragment, key in model.keys.items() if fragment in text), None)
        if key is None:
            raise UnknownExpressionError(f"{model.name}: {name!r} has the unknown key {text}")
        place = where(text, {**self._terms({}), **{k: v.where for k, v in model.keys.items()}})
        found = access(operation, state["Arguments"], key.item, place, self._terms({}))
        fails = Result(
            "the table can't be reached",
            f"({model.may_fail})",
            model.failed_write,
            error=ANY_ERROR,
        )
        if operation == "getItem":
            return (Result("reads the item"), fails)
        holds = f"({found.is_there} && {found.condition})"
        done = Result(_SAID[operation], holds, found.change)
        if "ConditionExpression" not in state["Arguments"]:
            return (done, fails)
        return (
            done,
            Result("its condition does not hold", f"!{holds}", error=CONDITION_FAILED),
            fails,
        )

    def _ended(self, name: str, result: Result) -> str:
        """Return the statements with which a state ends in a certain way."""
        kind, number = self._model.who
        said = f'printf("{kind}|{name}|{result.said}\\n", {number});\n' if result.said else ""
        begin = said + (f"{result.effect};\n" if result.effect else "")
        if result.again:
            return f"{begin}goto {_label(name)}"
        if result.asks:
            return f"{begin}goto {_label(name)}_asked"
        return begin + self._leave(name, result)

    def _leave(self, name: str, result: Result) -> str:
        state, terms = self._states[name], result.terms
        if not result.error:
            return self._then(state, terms)
        known = {**terms, ERROR: constant(result.error)}
        for each in state.get("Catch", ()):
            if result.error in each["ErrorEquals"] or ANY_ERROR in each["ErrorEquals"]:
                return self._then(each, known)
        return f"{self._model.broken};\ngoto in_over"

    def _then(self, part: State, terms: Terms) -> str:
        """Return the statements of a transition."""
        following = "goto in_over" if part.get("End") else self._go(part["Next"])
        return self._assigned(part, terms) + following

    def _go(self, name: str) -> str:
        if name in self._ends:
            return f"{self._ends[name]};\ngoto in_over"
        return f"goto {_label(name) if self._is_step(name) else _place(name)}"

    def _ways(self, name: str) -> Ways:
        """Return how it goes on from a state that is no step of its own."""
        state, meaning = self._states[name], self._meanings.get(name)
        if isinstance(meaning, Always):
            following = [each for each in state["Choices"] if each["Next"] == meaning.next]
            if len(following) != 1:
                raise UnlistedStateError(f"{name!r} does not lead to {str(meaning.next)!r} once")
            return [("true", self._then(following[0], {}))]
        if meaning is not None:
            return [(each.guard, self._ended(name, each)) for each in self._results(name)]
        if state["Type"] == "Choice":
            return self._choose(name, state)
        return [("true", self._then(each, {})) for each in (state, *state.get("Catch", ()))]

    def _choose(self, name: str, state: State) -> Ways:
        ways, before = [], "true"
        for each in state["Choices"]:
            condition = self._condition(name, each["Condition"])
            if condition == FREE:
                ways.append((before, self._then(each, {})))
            else:
                ways.append((_both(before, condition), self._then(each, {})))
                before = _both(before, f"!{condition}")
        return [*ways, (before, self._go(state["Default"]))]

    def _condition(self, name: str, text: str) -> str:
        expression = body(text) or ""
        try:
            return promela(expression, self._terms({}))
        except UnknownExpressionError as error:
            if any(_names(path, expression) for path in self._model.variables):
                raise UnknownExpressionError(f"{self._model.name}, {name!r}: {error}") from error
            return FREE

    def _assigned(self, part: State, terms: Terms) -> str:
        """Return the statements that assign variables of the model, all at the same time."""
        found = {}
        for name, value in part.get("Assign", {}).items():
            tracked = self._model.variables.get(f"${name}")
            if tracked is not None:
                found[tracked] = self._value(name, value, terms)
        ordered: list[str] = []
        while found:
            free = [
                each
                for each in found
                if not any(
                    re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text)
                    for other, text in found.items()
                    if other != each
                )
            ]
            if not free:
                raise UnknownExpressionError(f"{self._model.name}: {found} depend on each other")
            ordered += [f"{each} = {found.pop(each)}" for each in free]
        return "".join(f"{each};\n" for each in ordered)

    def _value(self, name: str, value: object, terms: Terms) -> str:
        if isinstance(value, bool | int):
            return str(int(value))
        if isinstance(value, str):
            expression = body(value)
            try:
                return (
                    constant(value)
                    if expression is None
                    else promela(expression, self._terms(terms))
                )
            except UnknownExpressionError as error:
                raise UnknownExpressionError(
                    f"{self._model.name} assigns {name}: {error}"
                ) from error
        raise UnknownExpressionError(f"{self._model.name} assigns {name} the value {value}")

    def _terms(self, more: Terms) -> Terms:
        return {**self._model.variables, **self._model.terms, **more}


_SAID = {"putItem": "writes the item", "deleteItem": "deletes the item", "updateItem": "writes it"}


def _key(state: State) -> str:
    arguments = state["Arguments"]
    found: str = arguments.get("Key", arguments.get("Item"))["pk"]["S"]
    return found


def _names(path: str, expression: str) -> bool:
    return re.search(rf"{re.escape(path)}(?![\w.])", expression) is not None


def _label(name: str) -> str:
    return "end_" + re.sub(r"\W", "_", name)


def _place(name: str) -> str:
    return "in_" + re.sub(r"\W", "_", name)


def _both(one: str, other: str) -> str:
    """Return the condition that both hold; a choice in Promela must not depend on its order."""
    return " && ".join(each for each in (one, other) if each != "true") or "true"


def _rendered(ways: Ways) -> str:
    """Return a choice between ways in Promela, each once."""
    kept = list(dict.fromkeys(ways))
    if len(kept) == 1 and kept[0][0] == "true":
        return kept[0][1]
    lines = ["if"]
    for guard, text in kept:
        lines.append(f":: {guard} ->")
        lines += _indented(text, 1)
    return "\n".join([*lines, "fi"])


def _indented(text: str, depth: int) -> list[str]:
    return [f"{'    ' * depth}{line}" for line in text.splitlines()]
