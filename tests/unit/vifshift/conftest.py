"""What the tests of the handlers share: Lambda's context, the log, a Direct Connect in memory."""

from collections.abc import Iterator
from io import StringIO
from logging import StreamHandler
from types import SimpleNamespace
from typing import TextIO, cast

import pytest

from tests.unit.vifshift.deployed import (
    VARIABLES,
    answer,
    associate,
    hold,
    investigate,
    observe,
    validate,
)
from tests.unit.vifshift.fakes import (
    EXECUTION,
    REGION,
    FakeAccount,
    FakeAnswerTable,
    FakeBackgroundSources,
    FakeDirectConnect,
    FakeEventBus,
    FakeGatewayLocks,
    FakeMigrationTable,
    FakeOwnMoves,
    FakePeerRecords,
    FakeRunning,
    FakeTaskTokens,
    a_route_set,
    a_sibling,
    a_vif,
    after,
)
from vifshift.adapters import execution_clock
from vifshift.adapters.environment import environment
from vifshift.domain.access_policy import Access
from vifshift.handlers.runtime import logger


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let each test read the variables anew: those of a deployed function, and what it sets."""
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    environment.cache_clear()
    yield
    environment.cache_clear()


@pytest.fixture(autouse=True)
def _time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a function that waits do so in no time."""
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds

    time = SimpleNamespace(monotonic=lambda: passed[0], sleep=sleep)
    monkeypatch.setattr(execution_clock, "time", time)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, replies: FakeEventBus) -> FakeMigrationTable:
    """Put a ledger in memory behind every handler."""
    ledger = FakeMigrationTable()
    for module in (validate, associate, observe, hold, answer):
        monkeypatch.setattr(module, "migration_table", lambda: ledger)
    return ledger


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> FakeAnswerTable:
    """Put a table of answers in memory behind every handler."""
    table = FakeAnswerTable()
    for module in (validate, associate, hold, answer):
        monkeypatch.setattr(module, "answer_table", lambda: table)
    return table


@pytest.fixture
def replies(monkeypatch: pytest.MonkeyPatch, answers: FakeAnswerTable) -> FakeEventBus:
    """Put what the handler of answers meets in memory: one migration runs, and a bus is there."""
    bus, running = FakeEventBus(), FakeRunning(EXECUTION.name)
    monkeypatch.setattr(answer, "event_bus", lambda: bus)
    monkeypatch.setattr(answer, "executions", lambda _: running)
    monkeypatch.setattr(answer, "now_by_the_clock", lambda: after(60))
    return bus


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> FakePeerRecords:
    """Put records of peers in memory behind the handlers that keep and read them."""
    records = FakePeerRecords()
    for module in (associate, validate):
        monkeypatch.setattr(module, "peer_records", lambda: records)
    return records


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> FakeTaskTokens:
    """Put tasks in memory behind the handler that answers them."""
    callbacks = FakeTaskTokens()
    monkeypatch.setattr(answer, "task_tokens", lambda: callbacks)
    return callbacks


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> FakeEventBus:
    """Put a bus in memory behind the handler that holds a migration."""
    bus = FakeEventBus()
    monkeypatch.setattr(hold, "event_bus", lambda: bus)
    return bus


@pytest.fixture
def fake(
    monkeypatch: pytest.MonkeyPatch, kept: FakeMigrationTable, peers: FakePeerRecords
) -> FakeDirectConnect:
    """Put a Direct Connect in memory behind every handler, a ledger, and records of moves."""
    fake = FakeDirectConnect(a_vif(), a_sibling(), routes=(a_route_set("10.0.0.0/8"),))
    here = Access(REGION, REGION)
    monkeypatch.setattr(validate, "account", {here: FakeAccount()}.__getitem__)
    monkeypatch.setattr(validate, "background", {here: FakeBackgroundSources()}.__getitem__)
    locks = FakeGatewayLocks()
    monkeypatch.setattr(validate, "gateway_locks", lambda: locks)
    own_moves = FakeOwnMoves()
    for module in (validate, associate):
        monkeypatch.setattr(module, "own_moves", lambda: own_moves)
    alone = SimpleNamespace(on_their_way=lambda: 1)
    monkeypatch.setattr(observe, "open_executions", lambda: alone)
    for module in (validate, associate, observe, investigate):
        monkeypatch.setattr(module, "direct_connect", {here: fake}.__getitem__)
    return fake


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Catch what the handlers log."""
    caught = StringIO()
    handler = cast("StreamHandler[TextIO]", logger.registered_handler)
    before = handler.setStream(caught)
    yield caught
    if before:
        handler.setStream(before)
