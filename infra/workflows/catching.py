"""What a state does with errors: keep them and go on elsewhere, or go on regardless."""

from typing import TypeVar

from aws_cdk import aws_stepfunctions as sfn

from infra.workflows.expressions import ALL, PROBLEM

T = TypeVar("T", bound=sfn.TaskStateBase | sfn.CustomState)


def caught(task: T, following: sfn.IChainable, errors: list[str], **assign: object) -> T:
    """Keep what went wrong in the variable `problem`, and go on to what follows."""
    task.add_catch(following, errors=errors, assign={"problem": PROBLEM, **assign})
    return task


def regardless(task: T, following: sfn.IChainable) -> T:
    """Go on to what follows, whether the task succeeds or fails."""
    task.add_catch(following, errors=ALL)
    task.next(following)
    return task
