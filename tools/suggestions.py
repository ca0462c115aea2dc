"""What somebody may have meant who has written a name that is not known."""

from collections.abc import Collection
from difflib import get_close_matches


def suggestion(name: str, known: Collection[str]) -> str:
    """Return a clause with the name that is most like one, or nothing."""
    near = get_close_matches(name, known, n=1)
    return f": did you mean {near[0]}?" if near else ""
