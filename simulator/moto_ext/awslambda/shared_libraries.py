"""What shared libraries keep of functions that are gone: it must not show in the next cloud."""

import sys
from typing import Final

# Module and cache: Powertools keeps a validator for each model, found by the id of its class.
_CACHES: Final = (("aws_lambda_powertools.utilities.parser.functions", "CACHE_TYPE_ADAPTER"),)
# Module and flag: Powertools logs whether a process has answered before.
_COLD_STARTS: Final = (
    ("aws_lambda_powertools.logging.logger", "is_cold_start"),
    ("aws_lambda_powertools.metrics.provider.cold_start", "is_cold_start"),
    ("aws_lambda_powertools.tracing.tracer", "is_cold_start"),
)


def forget() -> None:
    """Put those libraries that are loaded back to how a new process has them."""
    for name, cache in _CACHES:
        getattr(sys.modules.get(name), cache, {}).clear()
    for name, flag in _COLD_STARTS:
        if hasattr(sys.modules.get(name), flag):
            setattr(sys.modules[name], flag, True)
