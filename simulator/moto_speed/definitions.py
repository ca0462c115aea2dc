"""Parse each state machine once, where moto reads it for every execution, and step through it."""

import re
from functools import lru_cache
from typing import Any, Final

from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.eval.program_state import ProgramRunning
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from simulator.core.context import CloudContext

# moto's grammar knows this percentage with a fraction alone.
_WHOLE_PERCENTAGE: Final = re.compile(r'("ToleratedFailurePercentage"\s*:\s*\d+)(?![\d.eE])')
_parser = AmazonStateLanguageParser.parse


@lru_cache(maxsize=256)
def _parse(definition: str) -> Any:
    """Parse as it was before any cloud: what is parsed is shared by all of them."""
    return _parser(_WHOLE_PERCENTAGE.sub(r"\1.0", definition))


def repair(context: CloudContext) -> None:
    """Share the parsed program between executions, and give its parts keys without chance."""
    context.patches.set(AmazonStateLanguageParser, "parse", staticmethod(_parse))
    context.patches.set(EvalComponent, "eval", _eval)
    # moto draws a uuid at first use, which would make the second cloud differ from the first.
    context.patches.set(EvalComponent, "heap_key", property(_heap_key))


def _eval(self: Any, env: Any) -> None:
    """Evaluate a part, as moto does, but without the words for a log that nobody reads."""
    state = env._program_state
    if type(state) is ProgramRunning:
        field = self._field_name()
        if field is not None:
            state._next_field_name = field
        self._eval_body(env)


def _heap_key(self: Any) -> str:
    return f"component-{id(self)}"
