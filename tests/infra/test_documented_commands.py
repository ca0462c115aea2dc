"""Every command in the documents exists, with its options and parameters.

Those that run here are run by tests/workflow/test_documented_commands.py.
"""

from typing import Any

import pytest

from tests.command_checks import WrongError, check
from tests.documented_commands import (
    DOCUMENTS,
    ROOT,
    Block,
    Command,
    blocks,
    commands_of,
    in_blocks,
    in_text,
)

LANGUAGES = {"sh", "json", "yaml", "text", "mermaid", "python", "jsonata"}
NEED_AWS = {"aws", "vifshift"}
DEPLOYING = {"deploy", "diff", "destroy", "redrive"}
LOCAL = {"simulate"}
"""The commands of vifshift that need no account."""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_of_a_document_exists(document: Any) -> None:
    wrong = []
    for command in [*in_blocks(document), *in_text(document)]:
        try:
            check(command)
        except WrongError as error:
            wrong.append(f"{command.place}: {' '.join(command.words)}: {error}")
    assert wrong == []


def test_every_block_says_what_it_is() -> None:
    every = [block for document in DOCUMENTS for block in blocks(document)]

    assert [each.place for each in every if each.language not in LANGUAGES] == []
    assert len(every) > 50


def wants_aws(block: Block) -> bool:
    """Return whether a command of a block needs an account."""
    return any(
        (words[0] in NEED_AWS and words[1] not in LOCAL)
        or (words[0] == "make" and bool(DEPLOYING & set(words)))
        for words in commands_of(block.text)
    )


def test_what_needs_aws_says_so_and_nothing_else_does() -> None:
    every = [block for document in DOCUMENTS for block in blocks(document)]

    assert [
        each.place for each in every if each.language == "sh" and each.needs_aws != wants_aws(each)
    ] == []


@pytest.mark.parametrize(
    "line",
    [
        "make nothing",
        "make deploy ARG=--force",
        "vifshift strat dxvif-a dxcon-b",
        "vifshift start --form dxcon-a --to dxcon-b",
        "vifshift simulate",
        "python -m simulator rum x.yaml",
        "python -m simulator run x.yaml --time-line",
        "python -m nothing",
        "pytest tests/nothing.py",
        "aws events put-event --entries '[]'",
        "aws events put-events --entry '[]'",
        """aws events put-events --entries '[{"DetailTyp": "x"}]'""",
        "aws stepfunctions start-execution --name x",
        "aws lambda put-function-concurrency --function-name f --reserved-concurrent-executions",
        "X=$(aws sts get-caller --output text)",
        "for X in $(aws s3 copy a b); do echo; done",
        "curl https://example.com",
    ],
)
def test_what_does_not_exist_is_found(line: str) -> None:
    with pytest.raises((WrongError, ValueError)):
        for words in commands_of(line):
            check(Command("here", words, is_in_block=True))


@pytest.mark.parametrize(
    "line",
    [
        "make deploy ARGS='--profile network'   # a comment",
        "vifshift --stack test list && vifshift status CHG0042 --json",
        "python -m simulator run x.yaml --report out",
        'aws events put-events \\\n  --entries \'[{"DetailType": "x"}]\' --region eu-west-1',
        "X=$(aws sts get-caller-identity --output text)\necho $X | base64 -d > y",
        "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventId,AttributeValue=x",
    ],
)
def test_what_exists_is_not(line: str) -> None:
    for words in commands_of(line):
        check(Command("here", words, is_in_block=True))
