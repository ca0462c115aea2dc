"""Caches of shared libraries which would keep the modules of a function that is gone."""

import sys
from typing import Final

# Module and cache: Powertools keeps a validator for each model, found by the id of its class.
_CACHES: Final = (("aws_lambda_powertools.utilities.parser.functions", "CACHE_TYPE_ADAPTER"),)


def forget_models() -> None:
    """Empty the caches of those libraries that are loaded."""
    for module, name in _CACHES:
        cache = getattr(sys.modules.get(module), name, None)
        if cache is not None:
            cache.clear()
