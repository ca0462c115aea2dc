"""Time, randomness and identity of all of moto's backends."""

import logging
from typing import Final

import moto.core.utils
import moto.iam.models
import moto.logs.models
import moto.sqs.models
from moto.core.base_backend import BackendDict
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_api._internal import mock_random

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.virtual_time.clock import VirtualClock
from simulator.virtual_time.threads import datetime_on, threading_on

REPAIRS: Final = (
    extension(
        "moto.iam.models:get_account_id_from",
        lacks="All calls without credentials of an account belong to account 123456789012.",
        test="cloud/test_deployment.py::test_another_account_and_region",
    ),
    extension(
        "moto.core.utils:datetime",
        lacks="Backends read the wall clock.",
        test="cloud/test_patching.py::test_motos_utcnow_finds_datetime_in_its_module",
    ),
    extension(
        "moto.sqs.models:Condition",
        lacks="A long poll waits in real time.",
        test="virtual_time/test_backends.py::test_a_long_poll_takes_virtual_time",
    ),
    extension(
        "moto.logs.models:LogEvent._event_id",
        "moto.logs.models:LogStream._log_ids",
        lacks="The ids of log events are counted over all clouds of a process.",
        test="virtual_time/test_backends.py::test_log_events_are_numbered_by_cloud",
    ),
)


def repair(context: CloudContext) -> None:
    """Make every backend read the cloud's clock and seed, and belong to its account."""
    patches = context.patches
    _seed(context)
    _quiet(context)
    original = moto.iam.models.get_account_id_from

    def get_account_id_from(access_key: str) -> str:
        found: str = original(access_key)
        return context.account if found == DEFAULT_ACCOUNT_ID else found

    patches.set(moto.iam.models, "get_account_id_from", get_account_id_from)
    if isinstance(context.clock, VirtualClock):
        # utcnow() is imported everywhere by name, but finds datetime in its own module.
        patches.set(moto.core.utils, "datetime", datetime_on(context.clock))
        patches.set(moto.sqs.models, "Condition", threading_on(context.clock).Condition)


def _seed(context: CloudContext) -> None:
    before = mock_random.getstate()
    context.patches.on_undo(lambda: mock_random.setstate(before))
    # Counters of the process, from which the ids of log events are made.
    context.patches.set(moto.logs.models.LogEvent, "_event_id", 0)
    context.patches.set(moto.logs.models.LogStream, "_log_ids", 0)
    mock_random.seed(context.random.getrandbits(64))


def _quiet(context: CloudContext) -> None:
    """Silence moto's log, which has an error for every state that fails on purpose."""
    logger = logging.getLogger("moto")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    context.patches.on_undo(lambda: logger.setLevel(level))


def reset_backends() -> None:
    """Reset all of moto's backends."""
    BackendDict.reset()
