"""The Lambda layer: the pinned dependencies, installed by pip for Lambda's platform."""

from pathlib import Path

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.functions.packaging import layer_code

FUNCTIONS = Path(__file__).resolve().parent.parent.parent / "functions"
REQUIREMENTS = FUNCTIONS / "requirements.txt"
RUNTIME = lambda_.Runtime.PYTHON_3_14
ARCHITECTURE = lambda_.Architecture.ARM_64


class Dependencies(lambda_.LayerVersion):
    """The layer that all functions share; its asset changes only if the requirements do."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            code=layer_code(scope, FUNCTIONS, REQUIREMENTS),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
        )
