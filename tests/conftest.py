"""What the tests of the whole project share: the app, synthesized once for each settings."""

import gc
import importlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import botocore.session
import pytest
from hypothesis import HealthCheck, settings

from tests.scheduling import WholeModules
from tests.sharing import kept, leave
from tests.synthesis import keep_in, synthesized

if TYPE_CHECKING:
    from simulator.runs.session import Session

# The same examples every time, however slow the machine is; `make verify` asks for more of them.
for profile, examples in {"quick": 5, "project": 10, "thorough": 300}.items():
    settings.register_profile(
        profile,
        derandomize=True,
        deadline=None,
        max_examples=examples,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("project")

# The models of the services are read once, not by each session: they are most of a client's cost.
botocore.session.create_loader = cache(botocore.session.create_loader)

# So many objects more than were freed, and then the next two generations after so many rounds.
SELDOM: Final = (20_000, 10, 20)
LONG = ("tests/e2e/", "tests/workflow/test_explore.py")
"""Where tests take half a minute, which nobody is to wait for at the end."""
Share = Callable[[str, Callable[[], AbstractContextManager[Any]]], Any]
OpenSession = Callable[[], "Session"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeModules:
    """Let workers take modules in the order of `pytest_collection_modifyitems`."""
    config.option.loadscopereorder = False
    return WholeModules(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest tests begin, and those follow each other that share a cloud."""
    items.sort(key=lambda item: str(item.path.parent) if _shares(item) else "")
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_collection_finish() -> None:
    """Look no more for garbage in what all tests share: modules, and the tests themselves.

    Each full collection would go through it, which took longer than half of all unit tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let a test that shares no cloud find none in its process, nor its module's fixtures."""
    if not _shares(item):
        leave()


def _shares(item: pytest.Item) -> bool:
    return "share" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session", autouse=True)
def _assemblies(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Share what is synthesized among the workers of a run."""
    root = tmp_path_factory.getbasetemp()
    keep_in(root.parent if "PYTEST_XDIST_WORKER" in os.environ else root)


@pytest.fixture(scope="session")
def assembly() -> Path:
    """The assembly of the app as it ships."""
    return synthesized({})


@pytest.fixture(scope="session")
def template(assembly: Path) -> dict[str, Any]:
    """The one template in the assembly."""
    [path] = assembly.glob("*.template.json")
    template: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return template


@pytest.fixture(scope="session")
def share() -> Iterator[Share]:
    """Return what a test keeps for others after it: a function of a name and how to make it."""
    yield kept
    leave()


@pytest.fixture(scope="session")
def open_session(share: Share, assembly: Path) -> OpenSession:
    """Return the app, deployed once for all tests that use it; each of its runs begins anew."""
    # Loads all of the simulated AWS, which only those tests need.
    session = importlib.import_module("simulator.runs.session").Session
    return lambda: share("session", lambda: session(assembly, synthesized=synthesized))


@pytest.fixture
def session(open_session: OpenSession) -> "Session":
    """The app as it is shared, for a test that runs scenarios itself."""
    return open_session()
