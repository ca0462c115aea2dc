"""Records scenarios and replays their executions, in one process or several."""

import multiprocessing
import pickle
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from simulator.conformance.outcome import ReplayOutcome
from simulator.conformance.recording import RecordedExecution, Recorder
from simulator.conformance.replay import replay
from simulator.runs.session import Session
from simulator.scenarios.model import Scenario

EVALUATIONS = "evaluations"
# An assembly, a folder to be made, and what is recorded into it.
Share = tuple[Path, Path, Sequence[Scenario]]


def all_done(shares: Sequence[Share]) -> Iterator[list[ReplayOutcome]]:
    """Record and replay scenarios, each share in a process of its own."""
    if len(shares) == 1:
        yield do(shares[0])
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(shares), mp_context=context) as pool:
        yield from pool.map(do, shares)


def do(share: Share) -> list[ReplayOutcome]:
    """Record some scenarios into a folder, and replay them when the simulator is out of the way.

    The simulator repairs the library which evaluates JSONata in sfnx as well.
    """
    assembly, folder, scenarios = share
    folder.mkdir()
    kept: list[Path] = []
    with (folder / EVALUATIONS).open("w", encoding="utf-8") as evaluations:
        with Session(assembly) as session, Recorder(session, evaluations) as recorder:
            for number, scenario in enumerate(scenarios):
                kept.append(folder / f"{number}.pickle")
                kept[-1].write_bytes(pickle.dumps(recorder.record(scenario)))
    outcomes: list[ReplayOutcome] = []
    for each in kept:
        # Written a moment ago, by this process, into a folder of its own.
        recorded: list[RecordedExecution] = pickle.loads(each.read_bytes())
        for execution in recorded:
            outcomes += replay(execution)
    return outcomes
