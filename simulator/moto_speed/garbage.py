"""Less frequent garbage collection while a cloud runs.

What was there before, modules and a deployed stack for the most part, outlives the run, and would
be looked through again and again.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Final

# So many objects more than were freed, and then the next two generations after so many rounds.
_SELDOM: Final = (50_000, 20, 50)

_CLOUDS: Final = count(1)
_CLOUDS_A_COLLECTION: Final = 4
"""A stack like vifshift's leaves some 40 MB, and to look for them takes a quarter of a second."""


_FROZEN_FOR_GOOD: Final[list[bool]] = []


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Leave what is there alone, and collect what comes in larger portions.

    A process that has frozen what it began with keeps it so: it has done the same for good.
    """
    before, is_frozen = gc.get_threshold(), _is_frozen()
    if not is_frozen:
        gc.freeze()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not is_frozen:
            gc.unfreeze()


def _is_frozen() -> bool:
    """Return whether the process has frozen anything; the objects are counted one by one."""
    if not _FROZEN_FOR_GOOD and gc.get_freeze_count() > 0:
        _FROZEN_FOR_GOOD.append(True)
    return bool(_FROZEN_FOR_GOOD)


def collect_what_is_left() -> None:
    """Collect what clouds leave behind, after every few of them.

    What was frozen while a cloud ran is old when it ends, and is hardly looked at by itself.
    """
    if next(_CLOUDS) % _CLOUDS_A_COLLECTION == 0:
        gc.collect()
