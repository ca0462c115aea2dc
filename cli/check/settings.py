"""What a check may read and takes into account: as deployed, as in a file, or the defaults."""

import json
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from cli.environment import AwsEnvironment, RefusedError, in_words
from tools.yaml_files import BadDocumentError, Document
from vifshift.adapters.environment import ACCESS_POLICY, CHECKS, FLOOR
from vifshift.domain.access_policy import AccessPolicy, RegionName
from vifshift.domain.findings import Checks, Limits
from vifshift.domain.model import Model, View
from vifshift.domain.policy_floor import NO_FLOOR, PolicyFloor
from vifshift.domain.request_envelope import in_words as fault_in_words
from vifshift.domain.role_settings import RoleSettings, with_roles

_FUNCTION: Final = "AWS::Lambda::Function"
_HANDLER: Final = "vifshift.handlers.validate.handler"
_CDK_JSON: Final = "cdk.json"


class CheckSettings(Model):
    """The settings of a check, and where they are from, in words."""

    origin: str
    checks: Checks = Checks()
    access_policy: AccessPolicy = AccessPolicy()
    floor: PolicyFloor = NO_FLOOR

    @property
    def limits(self) -> Limits:
        """Return the limits that moves are judged by."""
        return Limits(
            self.checks.quotas, self.access_policy, floor=self.floor, guards=self.checks.guards
        )


class _Written(View):
    """The settings in a file that a check needs; a deployment judges all of them."""

    checks: Checks = Checks()
    roles: tuple[RoleSettings, ...] = ()
    regions: tuple[RegionName, ...] = ()
    policy: PolicyFloor = NO_FLOOR


def find(environment: AwsEnvironment, stack: str, path: Path | None) -> CheckSettings:
    """Return the settings from `path`, else those of the deployed stack, else from cdk.json.

    Where there is none of them, or the stack can't be read, they are the defaults. Raises
    `RefusedError` for a file that can't be read.
    """
    if path:
        found = written(path)
    else:
        found = (
            _deployed(environment, stack)
            or (written(Path(_CDK_JSON)) if Path(_CDK_JSON).is_file() else None)
            or CheckSettings(origin="the defaults")
        )
    policy = found.access_policy.model_copy(update={"home": environment.region})
    return found.model_copy(update={"access_policy": policy})


def written(path: Path) -> CheckSettings:
    """Return the settings in a file, as in cdk.json or by themselves.

    Raises `RefusedError` for a file that can't be read.
    """
    try:
        raw: Any = Document.read(path, str(path)).value
    except BadDocumentError as error:
        raise RefusedError("\n".join(error.faults)) from None
    match raw:
        case {"context": {"vifshift": settings}}:
            raw = settings
        case {"context": _}:
            raw = {}
    try:
        settings = _Written.model_validate(raw or {})
        access_policy = AccessPolicy(
            roles=tuple(each.role for each in settings.roles), regions=settings.regions
        )
    except ValidationError as error:
        faults = (
            f"{path}: {'.'.join(map(str, each['loc'])) or 'the settings'}: {fault_in_words(each)}"
            for each in error.errors()
        )
        raise RefusedError("\n".join(faults)) from None
    return CheckSettings(
        origin=str(path),
        checks=settings.checks,
        access_policy=access_policy,
        floor=with_roles(settings.policy, settings.roles),
    )


def _deployed(environment: AwsEnvironment, stack: str) -> CheckSettings | None:
    """Return the settings of the deployed stack, None if there is none or it may not be read."""
    try:
        variables = _variables_of_validate(environment, stack)
    except ClientError:
        return None
    except BotoCoreError as error:
        raise RefusedError(in_words(error)) from None
    if variables is None:
        return None
    return CheckSettings(
        origin=f"the stack {stack}",
        checks=Checks.model_validate_json(variables.get(CHECKS, "{}")),
        access_policy=AccessPolicy.model_validate(json.loads(variables.get(ACCESS_POLICY, "{}"))),
        floor=PolicyFloor.model_validate_json(variables.get(FLOOR, "{}")),
    )


def _variables_of_validate(environment: AwsEnvironment, stack: str) -> dict[str, str] | None:
    """Return the environment variables of the function that validates requests."""
    pages = environment.client("cloudformation").get_paginator("list_stack_resources")
    functions = environment.client("lambda")
    for page in pages.paginate(StackName=stack):
        for each in page["StackResourceSummaries"]:
            if each["ResourceType"] == _FUNCTION and "Validate" in each["LogicalResourceId"]:
                found = functions.get_function_configuration(
                    FunctionName=each["PhysicalResourceId"]
                )
                if found.get("Handler") == _HANDLER:
                    return dict(found.get("Environment", {}).get("Variables", {}))
    return None
