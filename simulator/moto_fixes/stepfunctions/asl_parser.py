"""Definitions of state machines: numbers that the grammar does not know."""

import re
from typing import Any, Final

from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from simulator.core.context import CloudContext
from simulator.core.repairs import correction

_WHOLE_PERCENTAGE: Final = re.compile(r'("ToleratedFailurePercentage"\s*:\s*\d+)(?![\d.eE])')

REPAIRS: Final = (
    correction(
        "moto.stepfunctions.parser.asl.parse.asl_parser:AmazonStateLanguageParser.parse",
        problem="A ToleratedFailurePercentage without a fraction is a syntax error.",
        test="moto_ext/stepfunctions/test_distributed_map.py::test_so_many_failures_are_tolerated",
    ),
)


def repair(context: CloudContext) -> None:
    """Take whole percentages."""
    parse = AmazonStateLanguageParser.parse

    def parse_with_percentages(definition: str) -> Any:
        return parse(_WHOLE_PERCENTAGE.sub(r"\1.0", definition))

    context.patches.set(AmazonStateLanguageParser, "parse", staticmethod(parse_with_percentages))
