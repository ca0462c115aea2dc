"""The command line: `python -m simulator run|list|serve|explore`."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from importlib import import_module

from simulator.commands.arguments import parser
from simulator.scenarios.files import meant
from simulator.synthesis import ROOT, SynthesisError, begun_ahead
from simulator.usage_error import UsageError
from tools.terminal import say

MISUSED, INTERRUPTED, PIPE_CLOSED = 2, 130, 141
SYNTHESIZING = {
    f"simulator.commands.{each}" for each in ("run:run_files", "explore:explore", "demo:demo")
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0 if all holds, 1 if something does not, 2 if the input is invalid."""
    asked = parser().parse_args(arguments)
    if (functions := str(ROOT / "functions")) not in sys.path:
        sys.path.insert(0, functions)
    # Only what is asked for is loaded: most of the simulator takes longer to load than `list`.
    module, _, function = asked.do.partition(":")
    try:
        # A name that none has is told at once, before anything is begun.
        for given in getattr(asked, "files", ()):
            meant(given)
        # Both take seconds: the app is synthesized while the command is loaded.
        with begun_ahead() if _will_synthesize(asked) else nullcontext():
            return int(getattr(import_module(module), function)(asked))
    except (UsageError, SynthesisError) as error:
        say(error, is_error=True)
        return MISUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever reads has seen enough, as `head` has; nothing may be written while Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED


def _will_synthesize(asked: argparse.Namespace) -> bool:
    return asked.do in SYNTHESIZING and asked.assembly is None


if __name__ == "__main__":
    sys.exit(main())
