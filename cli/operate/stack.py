"""A deployed stack, found by its outputs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from cli.environment import AwsEnvironment, RefusedError, in_words
from vifshift.adapters.answer_table import AnswerTable
from vifshift.adapters.executions import ExecutionsAdapter

_OUTPUTS = ("StateMachineArn", "PlanStateMachineArn", "EventBusName", "LocksTableName")


class Kind(StrEnum):
    """What an execution is of."""

    MIGRATION = "migration"
    PLAN = "plan"


@dataclass(frozen=True)
class Stack:
    """The outputs of a stack, and the account and Region that it is in."""

    environment: AwsEnvironment
    outputs: Mapping[str, str]

    @classmethod
    def find(cls, environment: AwsEnvironment, name: str) -> Self:
        """Return the stack with this name; raises `RefusedError`."""
        try:
            answer = environment.client("cloudformation").describe_stacks(StackName=name)
        except ClientError as error:
            if "does not exist" not in error.response["Error"]["Message"]:
                raise RefusedError(in_words(error)) from None
            others = ", ".join(_others(environment))
            there = f" ({others})" if others else ""
            raise RefusedError(
                f"There is no stack {name} in {environment.name}: deploy it with `make deploy`, or "
                f"name another one with --stack{there}, or another Region with --region."
            ) from None
        except BotoCoreError as error:
            raise RefusedError(in_words(error)) from None
        listed = answer["Stacks"][0].get("Outputs", [])
        outputs = {each["OutputKey"]: each["OutputValue"] for each in listed}
        if missing := [each for each in _OUTPUTS if each not in outputs]:
            raise RefusedError(f"The stack {name} has no output {missing[0]}: deploy it again.")
        return cls(environment, outputs)

    def machine(self, kind: Kind) -> str:
        """Return the ARN of the state machine that runs what is of this kind."""
        return self.outputs["StateMachineArn" if kind is Kind.MIGRATION else "PlanStateMachineArn"]

    def client(self, service: str) -> Any:
        """Return a client with short timeouts and few attempts."""
        return self.environment.client(service)

    @cached_property
    def executions(self) -> ExecutionsAdapter:
        """Return what describes, reads and starts executions."""
        return ExecutionsAdapter(self.client("stepfunctions"))

    @cached_property
    def answers(self) -> AnswerTable:
        """Return what knows who runs under a request's id, and how answers were answered."""
        return AnswerTable(self.client("dynamodb"), self.outputs["LocksTableName"])

    @property
    def bus(self) -> str:
        """Return the name of the event bus."""
        return self.outputs["EventBusName"]


def evidence_bucket(outputs: Mapping[str, str]) -> str:
    """Return the name of the bucket with the evidence; raises `RefusedError`."""
    if bucket := outputs.get("EvidenceBucketName"):
        return bucket
    raise RefusedError("The stack has no output EvidenceBucketName: deploy it again.")


def _others(environment: AwsEnvironment) -> Iterator[str]:
    """Yield the names of the stacks of this app that are in the Region, as far as may be read."""
    try:
        for page in (
            environment.client("cloudformation").get_paginator("describe_stacks").paginate()
        ):
            for each in page["Stacks"]:
                if {output["OutputKey"] for output in each.get("Outputs", ())} >= set(_OUTPUTS):
                    yield each["StackName"]
    except (BotoCoreError, ClientError):
        return
