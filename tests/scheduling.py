"""Which worker runs which tests: one of them each module, as most make something for all tests."""

from pathlib import PurePosixPath

from xdist.scheduler.loadscope import LoadScopeScheduling  # type: ignore[import-untyped]

_SPLIT = {"test_scenarios", "test_determinism", "test_explore", "test_mutants"}


class WholeModules(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a worker whole modules, and single tests of those that are many runs alike.

    xdist's own groups change the ids of tests, which pytest 9.2 doesn't heed: it has no groups.
    """

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)


def scope(nodeid: str) -> str:
    """Return what a worker runs as a whole: a module, or one test of a module that is split."""
    module = nodeid.partition("::")[0]
    return nodeid if PurePosixPath(module).stem in _SPLIT else module
