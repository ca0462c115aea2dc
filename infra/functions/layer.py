"""The Lambda layer: the pinned dependencies, installed by pip for Lambda's platform."""

import hashlib
import subprocess
import sys
from pathlib import Path

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

FUNCTIONS = Path(__file__).resolve().parent.parent.parent / "functions"
REQUIREMENTS = FUNCTIONS / "requirements.txt"
RUNTIME = lambda_.Runtime.PYTHON_3_14
ARCHITECTURE = lambda_.Architecture.ARM_64
PLATFORM = "manylinux2014_aarch64"
PYTHON_VERSION = "3.14"


@jsii.implements(ILocalBundling)
class PipInstall:
    """Installs the layer's requirements by hash, from wheels only: no Docker, no build."""

    def try_bundle(self, output_dir: str, *_args: object, **_kwargs: object) -> bool:
        """Fill the folder that becomes the layer; raises `CalledProcessError` if pip fails."""
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-cache-dir"]
        platform = ["--platform", PLATFORM, "--python-version", PYTHON_VERSION]
        wheels = ["--implementation", "cp", "--only-binary=:all:", "--no-deps", "--no-compile"]
        what = ["--require-hashes", "-r", str(REQUIREMENTS), "-t", f"{output_dir}/python"]
        subprocess.run([*pip, *platform, *wheels, *what], check=True)
        return True


class Dependencies(lambda_.LayerVersion):
    """The layer that all functions share; its asset changes only if the requirements do."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        recipe = REQUIREMENTS.read_bytes() + PLATFORM.encode() + PYTHON_VERSION.encode()
        super().__init__(
            scope,
            construct_id,
            code=lambda_.Code.from_asset(
                str(FUNCTIONS),
                asset_hash=hashlib.sha256(recipe).hexdigest(),
                asset_hash_type=AssetHashType.CUSTOM,
                bundling=BundlingOptions(
                    image=DockerImage.from_registry("unused: the layer is bundled locally"),
                    local=PipInstall(),
                ),
            ),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
        )
