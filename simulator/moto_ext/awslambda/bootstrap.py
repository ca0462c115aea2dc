"""Starts AWS's runtime client in a process whose clock is the cloud's: `bootstrap.py HANDLER`.

It is run by its path, among the function's own packages alone, and so imports none of the
simulator's.
"""

import os
import runpy
import sys
import time
from http.client import HTTPConnection
from typing import Final, SupportsIndex

CLOCK: Final = "/clock"


def _answer(method: str, body: str = "") -> float:
    """Ask the process that has started this one; it answers with the time as epoch seconds."""
    connection = HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        connection.request(method, CLOCK, body)
        return float(connection.getresponse().read())
    finally:
        connection.close()


def _now() -> float:
    return _answer("GET")


def _now_ns() -> int:
    return round(_now() * 1_000_000) * 1_000


def _sleep(seconds: float | SupportsIndex) -> None:
    _answer("POST", repr(float(seconds)))


if __name__ == "__main__":
    # The folder of this file is no folder of the function's.
    del sys.path[0]
    time.time = time.monotonic = _now
    time.time_ns = _now_ns
    time.sleep = _sleep
    runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
