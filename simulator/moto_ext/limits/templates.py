"""How large templates may be, and how much they may hold."""

import json
from collections.abc import Mapping
from typing import Any, Final

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend
from moto.cloudformation.responses import CloudFormationResponse

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.moto_ext.limits.argument_checks import guard, size_of

# "Understand CloudFormation quotas": a template in the request, and one in a bucket, in bytes.
IN_REQUEST: Final = 51_200
IN_BUCKET: Final = 1_000_000
# The same page; the description in bytes, the others in numbers.
DESCRIPTION: Final = 1_024
MOST: Final[Mapping[str, int]] = {
    "Resources": 500,
    "Outputs": 200,
    "Parameters": 200,
    "Mappings": 200,
}
LONGEST_LOGICAL_ID: Final = 255
PARAMETER_VALUE: Final = 4 * 1024

_METHODS: Final = ("create_stack", "update_stack", "create_change_set")


REPAIRS: Final = (
    extension(
        "moto.cloudformation.responses:CloudFormationResponse.create_stack",
        "moto.cloudformation.responses:CloudFormationResponse.update_stack",
        "moto.cloudformation.responses:CloudFormationResponse.create_change_set",
        "moto.cloudformation.models:CloudFormationBackend.create_stack",
        "moto.cloudformation.models:CloudFormationBackend.update_stack",
        "moto.cloudformation.models:CloudFormationBackend.create_change_set",
        lacks="Templates have no limit.",
        test="moto_ext/limits/test_templates.py::test_a_template_that_holds_too_much_makes_no_stack",
    ),
)


def repair(context: CloudContext) -> None:
    """Measure templates where a stack is made of them, and what stands in the request itself."""
    for method in _METHODS:
        guard(context, CloudFormationResponse, method, _check_request)
        guard(context, CloudFormationBackend, method, _check_template)


def _check_request(given: Mapping[str, Any]) -> None:
    body = given["self"]._get_param("TemplateBody")
    if body and size_of(body) > IN_REQUEST:
        raise ValidationError(
            message="1 validation error detected: Value at 'templateBody' failed to satisfy "
            f"constraint: Member must have length less than or equal to {IN_REQUEST}"
        )


def _check_template(given: Mapping[str, Any]) -> None:
    text = given.get("template")
    if not text:
        # An update may keep the template, and change the parameters alone.
        return
    if size_of(text) > IN_BUCKET:
        raise ValidationError(message=f"Template may not exceed {IN_BUCKET} bytes in size.")
    for parameter, value in _parameters(given.get("parameters")).items():
        if size_of(str(value)) > PARAMETER_VALUE:
            raise ValidationError(
                message=f"Parameter '{parameter}' must have length less than or equal to "
                f"{PARAMETER_VALUE}"
            )
    try:
        template = json.loads(text)
    except ValueError:
        # What is written in YAML is read by moto alone.
        return
    check_template(template)


def check_template(template: Mapping[str, Any]) -> None:
    """Raise CloudFormation's ValidationError for a template that holds too much."""
    for section, most in MOST.items():
        found = template.get(section) or {}
        if len(found) > most:
            kind = section.lower()
            raise ValidationError(
                message=f"Template format error: Number of {kind}, {len(found)}, is greater than "
                f"maximum allowed, {most}"
            )
        for name in found:
            if len(name) > LONGEST_LOGICAL_ID:
                raise ValidationError(
                    message=f"Template format error: {section} name {name} is longer than "
                    f"{LONGEST_LOGICAL_ID} characters"
                )
    if size_of(template.get("Description") or "") > DESCRIPTION:
        raise ValidationError(
            message=f"Template format error: 'Description' length is greater than {DESCRIPTION}."
        )


def _parameters(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, dict) else {}
