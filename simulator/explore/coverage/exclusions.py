"""What no generated scenario can reach, each with the reason; everything else has to be reached."""

from collections.abc import Mapping

from simulator.explore.coverage.things import ReachKind, Thing

EXCLUDED: Mapping[Thing, str] = {
    Thing(ReachKind.RULE, code): reason
    for code, reason in {
        "TOO_MANY_MOVES": "needs thousands of VIFs on one port: unit tests have them",
        "LIST_CUT_OFF": "needs a list that never ends, which the simulator can't give",
    }.items()
}
