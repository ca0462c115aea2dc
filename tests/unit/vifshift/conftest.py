"""What the tests of the handlers share: Lambda's context, the log, a Direct Connect in memory."""

from collections.abc import Iterator
from io import StringIO
from logging import StreamHandler
from typing import TextIO, cast

import pytest

from tests.unit.vifshift.fakes import (
    REGION,
    FakeAccount,
    FakeBus,
    FakeCallbacks,
    FakeDirectConnect,
    FakeLedger,
    a_route_set,
    a_sibling,
    a_vif,
)
from vifshift.domain.access_policy import Access, Reach
from vifshift.domain.findings import Checks
from vifshift.handlers import answer, associate, hold, investigate, observe, validate
from vifshift.handlers.runtime import logger


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> FakeLedger:
    """Put a ledger in memory behind every handler."""
    ledger = FakeLedger()
    for module in (associate, observe, hold, answer):
        monkeypatch.setattr(module, "ledger", lambda: ledger)
    return ledger


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> FakeCallbacks:
    """Put tasks in memory behind the handler that answers them."""
    callbacks = FakeCallbacks()
    monkeypatch.setattr(answer, "callbacks", lambda: callbacks)
    return callbacks


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> FakeBus:
    """Put a bus in memory behind the handler that holds a migration."""
    bus = FakeBus()
    monkeypatch.setenv("VIFSHIFT_BUS", "the-bus")
    monkeypatch.setenv("VIFSHIFT_REPLY_SOURCE", "a-person")
    monkeypatch.setattr(hold, "bus", lambda: bus)
    return bus


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, kept: FakeLedger) -> FakeDirectConnect:
    """Put a Direct Connect in memory behind every handler, and a ledger."""
    fake = FakeDirectConnect(a_vif(), a_sibling(), routes=(a_route_set("10.0.0.0/8"),))
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("VIFSHIFT_CHECKS", Checks().model_dump_json())
    monkeypatch.setenv("VIFSHIFT_REACH", Reach().model_dump_json())
    here = Access(REGION, REGION)
    monkeypatch.setattr(validate, "account", {here: FakeAccount()}.__getitem__)
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
