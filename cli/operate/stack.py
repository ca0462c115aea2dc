"""A deployed stack, found by its outputs."""

from collections.abc import Mapping
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
            raise RefusedError(
                f"There is no stack {name} in {environment.name}: deploy it with `make deploy`, or "
                "name another one with --stack."
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
