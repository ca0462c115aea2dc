"""Packages what Lambda runs, the layer and the code: with bytecode, under a hash of its sources.

A package is made once for each hash, under `build`, so that a synthesis takes seconds. It is used
again only if nobody else could have written there, and it is as it was made.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from aws_cdk import AssetHashType, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.functions.bytecode import PYTHON_VERSION, RECIPE, compile_folder
from tools.private_folder import NotPrivateError, check_unwritable, private

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PACKAGES: Final = ROOT / "build" / "packages"
PLATFORM: Final = "manylinux2014_aarch64"
LAYER_RUNS_IN: Final = "/opt"
CODE_RUNS_IN: Final = "/var/task"
_PACKAGE: Final = "package"
_NOTE: Final = "package.sha256"
LEFT_OUT: Final = ("**/__pycache__", "requirements.*", "*.typed")

Fill = Callable[[Path], None]


def layer_code(scope: Construct, functions: Path, requirements: Path) -> lambda_.Code:
    """Return the layer: the requirements, installed for Lambda's platform.

    Its hash changes only if the requirements do.
    """
    recipe = requirements.read_bytes() + PLATFORM.encode() + PYTHON_VERSION.encode() + RECIPE

    def fill(folder: Path) -> None:
        install(requirements, folder / "python")
        compile_folder(folder, LAYER_RUNS_IN)

    return _code(scope, "layer", recipe, fill, functions)


def function_code(scope: Construct, functions: Path) -> lambda_.Code:
    """Return the code that all functions share; its hash is that of its sources."""
    sources = sources_of(functions)
    recipe = b"".join(
        hashlib.sha256(content).digest()
        for path in sources
        for content in (path.as_posix().encode(), (functions / path).read_bytes())
    )

    def fill(folder: Path) -> None:
        for path in sources:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(functions / path, folder / path)
        compile_folder(folder, CODE_RUNS_IN)

    return _code(scope, "code", recipe + RECIPE, fill, functions)


def sources_of(functions: Path) -> list[Path]:
    """Return what ships of a folder, by its paths in there."""
    paths = (path.relative_to(functions) for path in functions.rglob("*") if path.is_file())
    return sorted(
        path
        for path in paths
        if "__pycache__" not in path.parts and not path.name.startswith("requirements.")
    )


def install(requirements: Path, folder: Path) -> None:
    """Install by hash, from wheels only: no Docker, no build.

    Raises `CalledProcessError` if pip fails.
    """
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-cache-dir"]
    platform = ["--platform", PLATFORM, "--python-version", PYTHON_VERSION]
    wheels = ["--implementation", "cp", "--only-binary=:all:", "--no-deps", "--no-compile"]
    what = ["--require-hashes", "-r", str(requirements), "-t", str(folder)]
    subprocess.run([*pip, *platform, *wheels, *what], check=True)


def packaged(name: str, recipe: bytes, fill: Fill) -> Path:
    """Return the folder of a package, which is filled if there is none of this recipe.

    Raises `NotPrivateError` if it is not as it was when it was filled.
    """
    private(PACKAGES.parent)
    private(PACKAGES)
    kept = PACKAGES / f"{name}-{_hash_of(recipe)}"
    package, note = kept / _PACKAGE, kept / _NOTE
    if kept.exists() and not note.exists():
        # Of a release that did not note what it had made.
        shutil.rmtree(kept)
    if not kept.exists():
        _make(kept, name, fill)
    check_unwritable(kept)
    if note.read_text("ascii") != content_hash(package):
        raise NotPrivateError(f"{kept} was changed since it was made: remove it, and try again")
    return package


def content_hash(folder: Path) -> str:
    """Return a hash of the names, modes and contents of all files in a folder."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        name = path.relative_to(folder).as_posix()
        found.update(f"{path.stat().st_mode:o} {content} {name}\0".encode())
    return found.hexdigest()


def _make(kept: Path, name: str, fill: Fill) -> None:
    """Fill a package, and note what is in it; both are there at once, or neither is."""
    with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=PACKAGES) as temporary:
        made = Path(temporary) / "made"
        filled = made / _PACKAGE
        filled.mkdir(parents=True)
        fill(filled)
        for path in [filled, *filled.rglob("*")]:
            # Lambda reads it as another user.
            path.chmod(0o755 if path.is_dir() else 0o644)
        (made / _NOTE).write_text(content_hash(filled), "ascii")
        for path, mode in ((made, 0o700), (made / _NOTE, 0o600)):
            path.chmod(mode)
        try:
            made.rename(kept)
        except OSError:
            # Another synthesis was faster.
            if not kept.exists():
                raise


def _code(scope: Construct, name: str, recipe: bytes, fill: Fill, functions: Path) -> lambda_.Code:
    """Return an asset; where the CDK bundles nothing, sources stand in for what it would hold."""
    digest = _hash_of(recipe)
    if Stack.of(scope).bundling_required:
        return lambda_.Code.from_asset(
            str(packaged(name, recipe, fill)),
            asset_hash=digest,
            asset_hash_type=AssetHashType.CUSTOM,
        )
    return lambda_.Code.from_asset(
        str(functions),
        asset_hash=digest,
        asset_hash_type=AssetHashType.CUSTOM,
        exclude=list(LEFT_OUT),
    )


def _hash_of(recipe: bytes) -> str:
    return hashlib.sha256(recipe).hexdigest()
