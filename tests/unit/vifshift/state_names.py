"""The names of the workflows' states, which people are never shown."""

from vifshift.domain.workflow import PlanState, StateName

# A name of one word may be one of the field as well; these two are not.
_NAMES = {
    *(state.value for state in (*StateName, *PlanState) if " " in state or "?" in state),
    *("Observe", "Conclude"),
}


def state_names_in(text: str) -> list[str]:
    """Return the names of states that a text has."""
    return sorted(name for name in _NAMES if name in text)
