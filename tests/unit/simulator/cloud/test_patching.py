"""Nothing stays behind, and moto still has what is replaced here.

A failure of this file after an upgrade of moto says which repair to look at.
"""

import datetime
import os
import re
import sys
import threading
import time
from pathlib import Path
from typing import Any

import moto.core.utils
import moto.stepfunctions
import pytest
from moto.core.common_models import CloudFormationModel
from moto.core.config import default_user_config
from moto.moto_api._internal import mock_random
from moto.stepfunctions.parser.asl.jsonata import jsonata as moto_jsonata

from simulator.cloud import Cloud
from simulator.core.patches import MissingAttributeError, Patches
from simulator.moto_ext.cloudformation import schedules, tables, types
from simulator.virtual_time.clock import VirtualClock
from simulator.virtual_time.interpreter import interpreter_modules

INTERPRETER = Path(moto.stepfunctions.__file__).parent / "parser"


def state_of_moto() -> Any:
    """Take down every attribute of every class and module that a cloud might touch."""
    found: dict[tuple[str, ...], int] = {}
    for name, module in sorted(sys.modules.items()):
        if module is None or not name.startswith(("moto.", "jsonata")):
            continue
        for key, value in vars(module).items():
            if key.startswith("__"):
                continue
            found[name, key] = id(value)
            if isinstance(value, type) and value.__module__ == name:
                found |= {(name, key, item): id(it) for item, it in vars(value).items()}
    # moto itself counts in some of these, and reloads S3's URLs with every reset.
    ignored = {
        "__abstractmethods__",
        "_abc_impl",
        "_event_id",
        "_log_ids",
        "instances_tracked",
        "request_count",
        "url_bases",
        "KEYWORDS",  # read from a file once, the same for everybody
    }
    return {key: value for key, value in found.items() if key[-1] not in ignored}


def test_a_cloud_puts_everything_back(assembly: Path) -> None:
    with Cloud() as cloud:
        cloud.deploy(assembly, "Test")
    before = state_of_moto(), dict(os.environ), list(sys.path), list(sys.meta_path)
    functions = time.time, time.sleep, sys.stdout, mock_random.getstate()
    threads = set(threading.enumerate())

    with Cloud() as cloud:
        cloud.deploy(assembly, "Test")
        cloud.client("stepfunctions").start_execution(
            stateMachineArn=cloud.outputs["MachineArn"], input='{"id": "x"}'
        )
        cloud.run_until_idle(datetime.timedelta(seconds=5))

    after = state_of_moto()
    assert {key for key in before[0] if before[0][key] != after.get(key)} == set()
    assert (dict(os.environ), list(sys.path), list(sys.meta_path)) == before[1:]
    assert (time.time, time.sleep, sys.stdout, mock_random.getstate()) == functions
    assert set(threading.enumerate()) == threads
    assert default_user_config["stepfunctions"] == {"execute_state_machine": False}


def test_a_cloud_that_could_not_be_entered_puts_everything_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(moto.core.utils, "datetime")
    before = state_of_moto()

    with pytest.raises(MissingAttributeError, match="datetime"), Cloud():
        pass

    assert state_of_moto() == before


def test_no_data_is_left_for_the_next_cloud(assembly: Path) -> None:
    for _ in range(2):
        with Cloud() as cloud:
            assert cloud.client("dynamodb").list_tables()["TableNames"] == []
            cloud.deploy(assembly, "Test")


def test_a_patch_of_what_is_not_there_is_refused() -> None:
    with Patches() as patches, pytest.raises(MissingAttributeError, match="no_such_name"):
        patches.set(time, "no_such_name", None)


def test_motos_utcnow_finds_datetime_in_its_module() -> None:
    with Cloud(start=datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)):
        assert moto.core.utils.utcnow() == datetime.datetime(2030, 1, 1)
        assert moto.core.utils.unix_time() == 1893456000


def test_nothing_in_the_interpreter_reads_another_clock() -> None:
    """The interpreter's only ways to time and threads are the names which timing.py replaces."""
    names = re.compile(r"^from (?:time|threading) import (.+)$|^import (?:time|threading) as", re.M)
    found = {
        match.group(1)
        for path in INTERPRETER.rglob("*.py")
        for match in names.finditer(path.read_text("utf-8"))
    }

    assert found <= {"Thread", "Event, Lock"}


def test_the_interpreter_runs_on_the_clock() -> None:
    with Cloud():
        real = (threading, time, threading.Thread, threading.Event)
        left = [
            (module.__name__, name)
            for module in interpreter_modules()
            for name, value in vars(module).items()
            if value in real
        ]

    assert left == []


def test_moto_still_needs_an_evaluator_of_jsonata() -> None:
    assert moto_jsonata._eval_jsonata is None


def test_moto_still_skips_the_types_that_are_added_here() -> None:
    """A type that moto has by now should be taken out of simulator.moto_fixes.cloudformation."""
    for module in (types, tables, schedules):
        module.register()
    theirs = {
        model.cloudformation_type()
        for model in CloudFormationModel.__subclasses__()
        if model.__module__.startswith("moto.")
    }
    ours = {
        model.cloudformation_type()
        for model in CloudFormationModel.__subclasses__()
        if model.__module__.startswith("simulator.moto_ext.")
    }

    assert len(ours) == 15
    assert ours & theirs == set()


def test_a_clock_needs_no_moto() -> None:
    assert VirtualClock(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)).now().year == 2026
