"""The command line: `python -m simulator run|list|serve|explore`."""

import sys
from collections.abc import Sequence
from importlib import import_module

from simulator.commands.arguments import parser
from simulator.synthesis import ROOT, SynthesisError
from simulator.usage_error import UsageError
from tools.terminal import say

MISUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0 if all holds, 1 if something does not, 2 if the input is invalid."""
    asked = parser().parse_args(arguments)
    if (functions := str(ROOT / "functions")) not in sys.path:
        sys.path.insert(0, functions)
    # Only what is asked for is loaded: most of the simulator takes longer to load than `list`.
    module, _, function = asked.do.partition(":")
    try:
        return int(getattr(import_module(module), function)(asked))
    except (UsageError, SynthesisError) as error:
        say(error, is_error=True)
        return MISUSED
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
