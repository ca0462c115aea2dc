"""The descriptions of everything that generators may draw: the faults that exist."""

from simulator.explore.generators import (
    answers,
    arrivals,
    changes,
    faults,
    features,
    initial_state,
    paths,
    plans,
    platform,
    repetitions,
    request,
    routes,
    several,
    surroundings,
    troubles,
    waits,
)
from simulator.explore.generators.situations import catalogue


def fault_kinds() -> list[str]:
    """Return the description of each kind, as a generated scenario tells it."""
    return [
        *(f"before: {each}" for each in initial_state.KINDS),
        *(f"request: {each}" for each in request.KINDS),
        *plans.kinds(),
        *(f"forward: {each}" for each in arrivals.WAYS),
        *(f"rollback: {each}" for each in arrivals.WAYS),
        *(f"fault: {each}" for each in faults.FAULTS),
        *(f"change: {each}" for each in changes.CHANGES),
        *(f"knob: {each}" for each in dict.fromkeys(troubles.KNOBS)),
        *platform.kinds(),
        *routes.KINDS,
        *(f"around: {each}" for each in surroundings.KINDS),
        *(f"world: {each}" for each in features.KINDS),
        *(f"other paths: {each}" for each in paths.KINDS if each != paths.THE_SAME),
        *(f"wait: {each}" for each in waits.KINDS if each != waits.NOTHING),
        *answers.kinds(),
        *several.kinds(),
        *repetitions.kinds(),
        *catalogue.kinds(),
    ]


WAITING = (
    "wait: ",
    "more: a sibling",
    "more: two siblings",
    "more: the same",
)
"""How the descriptions of what makes something wait begin: for people, for time, for others."""
