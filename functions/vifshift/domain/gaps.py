"""How long a virtual interface that Direct Connect does not list may still be there.

Direct Connect answers an unknown id with an empty list, and describes a deleted virtual interface
as `deleted` for a while. An empty list may also come from a replica that is behind, or from an
index that is being rebuilt: on its own it is a gap in sight, and no deletion.
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

LONGEST_GAP: Final = timedelta(minutes=1)
"""A virtual interface that is not listed for this long is gone."""
MOST_EMPTY: Final = 2
"""So many empty lists are a gap, however long there was between them."""
LOOKS_IN_A_GAP: Final = 3
"""How many more looks there are within the longest gap."""
NEXT_LOOK: Final = LONGEST_GAP / LOOKS_IN_A_GAP


class Gap(NamedTuple):
    """In how many readings in a row the virtual interface was not listed, and since when."""

    missing: int = 0
    since: datetime | None = None

    def once_more(self, now: datetime) -> "Gap":
        """Return the gap after another empty list."""
        return Gap(self.missing + 1, self.since or now)

    def is_over(self, now: datetime) -> bool:
        """Return whether it has lasted so long that the virtual interface is gone."""
        has_lasted = self.since is not None and now - self.since >= LONGEST_GAP
        return has_lasted and self.missing > MOST_EMPTY
