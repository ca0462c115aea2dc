"""What a deployed stack is doing, and what would remain if it were deleted."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

from botocore.exceptions import ClientError

from cli.environment import ClientSource
from vifshift.domain.table_keys import ItemKind, key

_STATE_MACHINE: Final = "AWS::StepFunctions::StateMachine"
_TABLES: Final = frozenset({"AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table"})
_VERSION: Final = "AWS::Lambda::Version"
# The second has ended, and waits to be redriven (AWS: API reference, ListExecutions).
_RUNNING: Final = ("RUNNING", "PENDING_REDRIVE")
_KEPT: Final = frozenset({"Retain", "RetainExceptOnCreate", "Snapshot"})
_WITH_DATA: Final = {
    "AWS::DynamoDB::GlobalTable": "table",
    "AWS::DynamoDB::Table": "table",
    "AWS::Logs::LogGroup": "log group",
    "AWS::SQS::Queue": "queue",
}


@dataclass(frozen=True)
class DeployedStack:
    """A stack in AWS, identified by its name."""

    environment: ClientSource
    name: str

    @property
    def exists(self) -> bool:
        """Return whether the stack exists."""
        try:
            self._client.describe_stacks(StackName=self.name)
        except ClientError as error:
            if "does not exist" in error.response["Error"]["Message"]:
                return False
            raise
        return True

    def moving(self, now: datetime | None = None) -> list[str]:
        """Return a text for each running execution, and for each locked gateway."""
        return [*self._executions(), *self._locks(now or datetime.now(UTC))]

    def left_behind(self) -> list[str]:
        """Return a text for each resource that would remain if the stack were deleted."""
        template = self._template["Resources"]
        kept = [name for name, each in template.items() if each.get("DeletionPolicy") in _KEPT]
        return [
            f"{template[name]['Type']} {self._resources[name][1]}"
            for name in kept
            if name in self._resources and not _is_deleted_with_its_function(template, name)
        ]

    def lost(self) -> list[str]:
        """Return how many resources with data would be deleted along with the stack, by type."""
        template = self._template["Resources"].values()
        going = Counter(
            each["Type"] for each in template if each.get("DeletionPolicy") not in _KEPT
        )
        return [
            f"{going[kind]} {word}{'s' if going[kind] > 1 else ''}"
            for kind, word in _WITH_DATA.items()
            if going[kind]
        ]

    def places(self, resource_type: str, place: str) -> set[tuple[str, str]]:
        """Return where resources of a type are, and their names.

        `place` is the property with that, such as a rule's bus; without it they are in "default".
        """
        found = set()
        for logical, resource in self._template["Resources"].items():
            if resource["Type"] == resource_type and logical in self._resources:
                given = resource.get("Properties", {}).get(place)
                # A rule's physical id has its bus before its name, or is its ARN.
                name = re.split(r"[|/]", self._resources[logical][1])[-1]
                found.add((self._resolved(given), name))
        return found

    def _resolved(self, place: object) -> str:
        """Return the name that a property gives, by itself or by reference to a resource."""
        if isinstance(place, Mapping):
            return self._resources.get(str(place.get("Ref")), ("", ""))[1]
        return "default" if place is None else str(place)

    def _executions(self) -> Iterator[str]:
        client = self.environment.client("stepfunctions")
        pages = client.get_paginator("list_executions")
        for kind, physical in self._resources.values():
            if kind != _STATE_MACHINE:
                continue
            for status in _RUNNING:
                for page in pages.paginate(stateMachineArn=physical, statusFilter=status):
                    for each in page["executions"]:
                        yield f"the execution {each['name']} of {physical.rpartition(':')[2]}"

    def _locks(self, now: datetime) -> Iterator[str]:
        pages = self.environment.client("dynamodb").get_paginator("scan")
        for kind, physical in self._resources.values():
            if kind not in _TABLES:
                continue
            for page in pages.paginate(
                TableName=physical,
                ConsistentRead=True,
                FilterExpression="begins_with(pk, :gateway) AND expiresAt > :now",
                ExpressionAttributeValues={
                    ":gateway": {"S": key(ItemKind.GATEWAY, "")},
                    ":now": {"N": str(int(now.timestamp()))},
                },
            ):
                for item in page["Items"]:
                    until = datetime.fromtimestamp(int(item["expiresAt"]["N"]), UTC)
                    holder = item["executionArn"]["S"].rpartition(":")[2]
                    gateway = item["pk"]["S"].partition("#")[2]
                    yield f"the lock of {gateway}, held by {holder} until {until:%Y-%m-%d %H:%M}Z"

    @cached_property
    def _resources(self) -> dict[str, tuple[str, str]]:
        """Return type and physical id of each resource, by logical id."""
        pages = self._client.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return {
            each["LogicalResourceId"]: (each["ResourceType"], each.get("PhysicalResourceId", ""))
            for page in pages
            for each in page["StackResourceSummaries"]
        }

    @cached_property
    def _template(self) -> Mapping[str, Any]:
        answer = self._client.get_template(StackName=self.name, TemplateStage="Processed")
        body: Mapping[str, Any] = answer["TemplateBody"]
        return body

    @cached_property
    def _client(self) -> Any:
        return self.environment.client("cloudformation")


def _is_deleted_with_its_function(template: Mapping[str, Any], name: str) -> bool:
    """Return whether it is a version of a function that is deleted, as all its versions are then.

    AWS: API reference, DeleteFunction.
    """
    resource = template[name]
    if resource["Type"] != _VERSION:
        return False
    function = resource["Properties"]["FunctionName"].get("Ref")
    return template.get(function, {}).get("DeletionPolicy") not in _KEPT
