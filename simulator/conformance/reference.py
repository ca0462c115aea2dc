"""Evaluates what the simulator has evaluated by JSONata's reference implementation, npm `jsonata`.

Step Functions adds functions to JSONata (AWS: "Transforming data with JSONata"): $parse is added to
the reference here, and $random, which gives what it gave in the simulator. An undefined result is a
failure in Step Functions, and so it is here.
"""

import hashlib
import json
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from simulator.conformance.comparing import Apart, apart, shown

_PROGRAM = Path(__file__).with_name("evaluate.js")


class ReferenceMissingError(Exception):
    """The reference implementation did not run; the message is Node's output."""


class Contradiction(NamedTuple):
    """An expression with another value in the reference; `path` is where it differs."""

    scenario: str
    state: str
    expression: str
    path: str
    recorded: str
    reference: str

    def __str__(self) -> str:
        return (
            f"{self.scenario}: {self.state}: {self.path or 'value'}: {self.recorded} in the "
            f"simulator, {self.reference} by the reference: {self.expression}"
        )


@dataclass
class ReferenceJudgement:
    """The result of comparing all evaluated expressions with the reference."""

    evaluations: int = 0
    expressions: set[str] = field(default_factory=set)
    contradictions: list[Contradiction] = field(default_factory=list)


def judge(files: Iterable[Path]) -> ReferenceJudgement:
    """Evaluate every distinct line of the files in one Node process.

    Raises `ReferenceMissingError` if Node or the package is missing.
    """
    judgement = ReferenceJudgement()
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as asked,
        tempfile.TemporaryFile("w+", encoding="utf-8") as came,
        tempfile.TemporaryFile("w+", encoding="utf-8") as answered,
    ):
        for question, what_came in _distinct(files):
            asked.write(question + "\n")
            came.write(what_came)
        asked.seek(0)
        _evaluate(asked, answered)
        for file in asked, came, answered:
            file.seek(0)
        for line in zip(asked, came, answered, strict=True):
            _compare(judgement, *map(json.loads, line))
    return judgement


def _evaluate(asked: TextIO, answered: TextIO) -> None:
    try:
        done = subprocess.run(
            ["node", str(_PROGRAM)],
            stdin=asked,
            stdout=answered,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise ReferenceMissingError("there is no Node to run the reference by") from None
    if done.returncode:
        raise ReferenceMissingError(done.stderr.strip())


def _distinct(files: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Yield each expression with other inputs once, and what came of it."""
    known: set[bytes] = set()
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                question, _, came = line.partition("\t")
                digest = hashlib.sha256(question.encode()).digest()
                if digest not in known:
                    known.add(digest)
                    yield question, came


def _compare(
    judgement: ReferenceJudgement,
    question: dict[str, Any],
    came: dict[str, Any],
    answer: dict[str, Any],
) -> None:
    judgement.evaluations += 1
    judgement.expressions.add(question["expression"].strip())
    if came["failed"] and "failed" in answer:
        return
    if came["failed"] or "failed" in answer:
        recorded = "a failure" if came["failed"] else shown(came["value"])
        reference = answer["failed"] if "failed" in answer else shown(answer["value"])
        found = Apart("", recorded, reference)
    elif (difference := apart(came["value"], answer["value"])) is not None:
        found = difference
    else:
        return
    judgement.contradictions.append(
        Contradiction(
            scenario=came["scenario"],
            state=came["state"],
            expression=shown(question["expression"].strip()),
            path=found.path,
            recorded=found.first,
            reference=found.second,
        )
    )
