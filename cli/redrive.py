"""Start again what could not be delivered: `python -m cli.redrive --stack vifshift`."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.text import Text

from cli.dead_letters import DeadLetter, ExecutionStart, Machines, UnreadableLetterError, read
from cli.origins import ForeignLetterError, Origins
from tools.terminal import PlainConsole, PlainParser, plain, say

LEFT, MISUSED, INTERRUPTED = 1, 2, 130
_MOST_AT_ONCE: Final = 10
# Long enough that no letter reappears while the others are being started.
_HIDDEN_SECONDS: Final = 300
_WAIT_SECONDS: Final = 2
_ALREADY_STARTED: Final = "ExecutionAlreadyExists"


class RedriveResult(StrEnum):
    """What happened to a letter."""

    FOUND = "to start"
    STARTED = "started"
    BEFORE = "started before"
    NEEDLESS = "needless"
    WOULD_START = "would start"
    LEFT = "left in the queue"


_DONE: Final = {RedriveResult.STARTED, RedriveResult.BEFORE, RedriveResult.NEEDLESS}


class NoStackError(Exception):
    """The stack does not exist, or is not a stack of vifshift."""


@dataclass
class Redrive:
    """Reads a dead-letter queue to its end, and deletes each letter once it has been started.

    What will be started is shown first, and `confirm` is asked; without it, nobody is.
    """

    session: Any
    stack: str
    console: Console
    dry_run: bool = False
    wait_seconds: int = _WAIT_SECONDS
    confirm: Callable[[str], bool] | None = None
    results: list[RedriveResult] = field(default_factory=list)
    said: list[tuple[RedriveResult, str]] = field(default_factory=list)
    _held: dict[str, DeadLetter] = field(default_factory=dict)

    def run(self) -> None:
        """Start every letter, and print the result of each; raises `NoStackError`."""
        queue, machines, origins = self._look_up()
        sqs = self.session.client("sqs")
        try:
            starts = []
            for letter in self._letters(sqs, queue):
                read_in = self._judge(letter, machines, origins)
                if isinstance(read_in, ExecutionStart):
                    starts.append((letter, read_in))
                else:
                    self._note(sqs, queue, letter, *read_in)
            starts = self._without_contradictions(sqs, queue, starts)
            if not self.dry_run and starts and not self._is_confirmed(len(starts)):
                self.results += [RedriveResult.LEFT] * len(starts)
                self._say(RedriveResult.LEFT, f"{len(starts)}, since you did not confirm")
                return
            for letter, start in starts:
                if not self.dry_run:
                    self._note(sqs, queue, letter, *self._start(start, _first_line(letter, start)))
        finally:
            # So that the alarm and people see at once what is still there.
            for letter in self._held.values():
                _show_again(sqs, queue, letter)
        if not self.results:
            self.console.print("The dead-letter queue is empty.")

    @property
    def is_clean(self) -> bool:
        """Return whether nothing is left that a person must look at."""
        return RedriveResult.LEFT not in self.results

    def _judge(
        self, letter: DeadLetter, machines: Machines, origins: Origins
    ) -> ExecutionStart | tuple[RedriveResult, str]:
        """Return what a letter would start, else its result, and a text about it."""
        try:
            if origins.is_of_sweep(letter.attributes):
                return RedriveResult.NEEDLESS, "the sweep, which comes again by itself"
            return read(letter, machines, origins)
        except (UnreadableLetterError, ForeignLetterError) as error:
            return RedriveResult.LEFT, f"message {letter.message_id}: {error}"

    def _without_contradictions(
        self, sqs: Any, queue: str, starts: list[tuple[DeadLetter, ExecutionStart]]
    ) -> list[tuple[DeadLetter, ExecutionStart]]:
        """Show what will be started; leave letters that share an id, and ask for other things."""
        inputs: dict[str, set[tuple[str, str]]] = {}
        for _, start in starts:
            inputs.setdefault(start.name, set()).add((start.state_machine, start.text))
        kept = []
        for letter, start in starts:
            if len(inputs[start.name]) > 1:
                why = f"{start.what}: another message has its id, and asks for something else"
                self._note(
                    sqs, queue, letter, RedriveResult.LEFT, f"message {letter.message_id}: {why}"
                )
                continue
            kept.append((letter, start))
            result = RedriveResult.WOULD_START if self.dry_run else RedriveResult.FOUND
            if self.dry_run:
                self.results.append(result)
            self._say(result, f"{_first_line(letter, start)}: {start.asked}")
        return kept

    def _is_confirmed(self, number: int) -> bool:
        executions = "1 execution" if number == 1 else f"{number} executions"
        return self.confirm is None or self.confirm(f"Start {executions}, as shown? [y/N] ")

    def _note(
        self, sqs: Any, queue: str, letter: DeadLetter, result: RedriveResult, text: str
    ) -> None:
        """Print the result of a letter, and delete one that is done with."""
        if result in _DONE and not self.dry_run:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=letter.receipt)
            del self._held[letter.message_id]
        self.results.append(result)
        self._say(result, text)

    def _letters(self, sqs: Any, queue: str) -> Iterator[DeadLetter]:
        """Yield the queue's messages, each once, until it returns no new ones."""
        seen: set[str] = set()
        while True:
            answer = sqs.receive_message(
                QueueUrl=queue,
                MaxNumberOfMessages=_MOST_AT_ONCE,
                MessageAttributeNames=["All"],
                VisibilityTimeout=_HIDDEN_SECONDS,
                WaitTimeSeconds=self.wait_seconds,
            )
            letters = [DeadLetter.of(message) for message in answer.get("Messages", [])]
            fresh = [letter for letter in letters if letter.message_id not in seen]
            if not fresh:
                return
            seen.update(letter.message_id for letter in fresh)
            self._held |= {letter.message_id: letter for letter in fresh}
            yield from fresh

    def _start(self, start: ExecutionStart, text: str) -> tuple[RedriveResult, str]:
        try:
            self.session.client("stepfunctions").start_execution(
                stateMachineArn=start.state_machine,
                name=start.name,
                input=start.text,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == _ALREADY_STARTED:
                return RedriveResult.BEFORE, text
            return RedriveResult.LEFT, f"{text}: {error}"
        return RedriveResult.STARTED, text

    def _look_up(self) -> tuple[str, Machines, Origins]:
        cloudformation = self.session.client("cloudformation")
        try:
            [stack] = cloudformation.describe_stacks(StackName=self.stack)["Stacks"]
        except ClientError as error:
            raise NoStackError(error.response["Error"]["Message"]) from None
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
        try:
            machines = Machines(
                migration=outputs["StateMachineArn"],
                watchdog=outputs["WatchdogStateMachineArn"],
                plan=outputs["PlanStateMachineArn"],
                plan_watchdog=outputs["PlanWatchdogStateMachineArn"],
            )
            origins = Origins(self.session, stack["StackId"])
            return outputs["DeadLetterQueueUrl"], machines, origins
        except KeyError as missing:
            raise NoStackError(
                f"{self.stack} has no output {missing.args[0]}: deploy it again"
            ) from None

    def _say(self, result: RedriveResult, text: str) -> None:
        self.said.append((result, plain(text)))
        style = {RedriveResult.LEFT: "red", RedriveResult.WOULD_START: "cyan"}.get(result, "green")
        self.console.print(Text.assemble((result, style), "  ", plain(text)))


def _first_line(letter: DeadLetter, start: ExecutionStart) -> str:
    text = f"{start.what}, as {start.name}"
    return f"{text} (not delivered because of {letter.reason})" if letter.reason else text


def _show_again(sqs: Any, queue: str, letter: DeadLetter) -> None:
    try:
        sqs.change_message_visibility(
            QueueUrl=queue, ReceiptHandle=letter.receipt, VisibilityTimeout=0
        )
    except ClientError:
        # It reappears when its visibility timeout is over; the results are printed all the same.
        return


def main(arguments: Sequence[str] | None = None, *, wait_seconds: int = _WAIT_SECONDS) -> int:
    """Redrive; return 0 if nothing is left, 1 if something is, 2 without a stack or access."""
    asked = _parser().parse_args(arguments)
    console = PlainConsole(soft_wrap=True)
    asks = sys.stdin.isatty() and not asked.yes
    try:
        session = boto3.Session(region_name=asked.region or None)
        redrive = Redrive(session, asked.stack, console, asked.dry_run, wait_seconds)
        redrive.confirm = confirm if asks else None
        redrive.run()
    except (NoStackError, BotoCoreError, ClientError) as error:
        say(error, is_error=True)
        return MISUSED
    except KeyboardInterrupt:
        say("Interrupted. Whatever was not started is still in the queue.", is_error=True)
        return INTERRUPTED
    return 0 if redrive.is_clean else LEFT


def confirm(question: str) -> bool:
    """Ask on the terminal, and return whether the answer is yes."""
    try:
        return input(question).strip().lower() in {"y", "yes"}
    except EOFError:
        return False


def _parser() -> argparse.ArgumentParser:
    parser = PlainParser(prog="python -m cli.redrive", description=__doc__)
    parser.add_argument("--stack", default="vifshift", help="the stack's name")
    parser.add_argument("--region", help="the Region, if not the default one of your profile")
    parser.add_argument(
        "--dry-run", action="store_true", help="print what would be started, and start nothing"
    )
    parser.add_argument(
        "--yes", action="store_true", help="start what is shown without asking on the terminal"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
