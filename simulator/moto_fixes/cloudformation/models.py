"""Change sets: the outputs of the stack that one creates or updates."""

from typing import Any, Final

from moto.cloudformation.models import CloudFormationBackend

from simulator.core.context import CloudContext
from simulator.core.repairs import correction

REPAIRS: Final = (
    correction(
        "moto.cloudformation.models:CloudFormationBackend.execute_change_set",
        problem="A stack made from a change set has the outputs of the empty template that the "
        "change set starts from.",
        test="cloud/test_deployment.py::test_a_change_set_as_the_cdk_makes_it_has_outputs",
    ),
)


def repair(context: CloudContext) -> None:
    """Read the outputs of the template that a change set brings."""
    execute = CloudFormationBackend.execute_change_set

    def execute_change_set(self: Any, change_set_name: str, stack_name: str | None = None) -> None:
        execute(self, change_set_name, stack_name)
        for stack in self.stacks.values():
            if stack.template:
                stack._parse_template()
                stack.output_map = stack._create_output_map()

    context.patches.set(CloudFormationBackend, "execute_change_set", execute_change_set)
