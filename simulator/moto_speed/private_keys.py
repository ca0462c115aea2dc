"""Private keys that the clouds of a process share, since to make one takes a quarter of a second.

Each key of KMS has one, also where it is symmetric. Within a cloud no two keys have the same.
"""

from collections import Counter
from typing import Any, Final

import moto.kms.models

from simulator.core.context import CloudContext
from simulator.core.repairs import speed

REPAIRS: Final = (
    speed(
        "moto.kms.models:generate_private_key",
        costs="A private key is made for each key of each cloud, also for those that need none.",
        test="moto_speed/test_private_keys.py",
    ),
)

_MOST_KEPT: Final = 16
"""Of one kind; a cloud with more keys makes them itself."""
_KEPT: Final[dict[str, list[Any]]] = {}


def repair(context: CloudContext) -> None:
    """Take the keys that clouds before have made, in order, and make those that are missing."""
    module: Any = moto.kms.models
    make = module.generate_private_key
    taken: Counter[str] = Counter()

    def generate_private_key(key_spec: str) -> Any:
        kept, number = _KEPT.setdefault(key_spec, []), taken[key_spec]
        taken[key_spec] += 1
        if number < len(kept):
            return kept[number]
        made = make(key_spec)
        if number < _MOST_KEPT:
            kept.append(made)
        return made

    context.patches.set(module, "generate_private_key", generate_private_key)
