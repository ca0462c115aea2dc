"""Definitions of state machines, parsed once, and evaluated without writing a log."""

from typing import Any, Final

from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.eval.program_state import ProgramRunning
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from simulator.core.context import CloudContext
from simulator.core.repairs import speed

_MOST_PARSED: Final = 256
_PARSED: Final[dict[str, Any]] = {}
"""Programs by definition; the clouds of a process share them."""

REPAIRS: Final = (
    speed(
        "moto.stepfunctions.parser.asl.parse.asl_parser:AmazonStateLanguageParser.parse",
        costs="The definition is parsed again for every execution.",
        test="moto_ext/stepfunctions/test_nested.py::test_waiting_for_a_child_costs_nothing",
    ),
    speed(
        "moto.stepfunctions.parser.asl.component.eval_component:EvalComponent.eval",
        costs="Each part of a state writes what it evaluates to a log that nobody reads.",
        test="moto_ext/stepfunctions/test_nested.py::test_waiting_for_a_child_costs_nothing",
    ),
)


def repair(context: CloudContext) -> None:
    """Share the parsed program between executions, and evaluate it without a log."""
    parse = AmazonStateLanguageParser.parse

    def parse_once(definition: str) -> Any:
        if definition not in _PARSED:
            if len(_PARSED) >= _MOST_PARSED:
                _PARSED.clear()
            _PARSED[definition] = parse(definition)
        return _PARSED[definition]

    context.patches.set(AmazonStateLanguageParser, "parse", staticmethod(parse_once))
    context.patches.set(EvalComponent, "eval", _eval)


def _eval(self: Any, env: Any) -> None:
    """Evaluate a part as moto does, but write no log."""
    state = env._program_state
    if type(state) is ProgramRunning:
        field = self._field_name()
        if field is not None:
            state._next_field_name = field
        self._eval_body(env)
