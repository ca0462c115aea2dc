"""The assembly that a command uses: an existing one, or one synthesized for it."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.cloud.assembly import NoSuchStackError, read_stack
from simulator.runs.session import stack_name
from simulator.synthesis import ahead, synthesize
from simulator.usage_error import UsageError

WANTED = {"EventBusName", "StateMachineArn", "PlanStateMachineArn"}
"""Some of the outputs by which this app's stack is known from any other."""


class BadAssemblyError(UsageError):
    """A folder does not hold an assembly of this app; the message is one sentence."""


@contextmanager
def assembly(given: Path | None) -> Iterator[Path]:
    """Yield the given assembly, or one that is synthesized and exists while the block runs.

    Where one was begun ahead, it is that.

    Raises `BadAssemblyError`, or `SynthesisError`.
    """
    if given is not None:
        yield checked(given)
        return
    if begun := ahead():
        yield begun
        return
    with tempfile.TemporaryDirectory() as folder:
        yield synthesize(Path(folder))


def checked(folder: Path) -> Path:
    """Return a folder that holds an assembly of this app; raises `BadAssemblyError`.

    It does not tell which state of the code it was synthesized from.
    """
    if not folder.is_dir():
        raise BadAssemblyError(f"{folder} is not a folder.")
    try:
        artifact = read_stack(folder, stack_name(folder), "", "")
        outputs = json.loads(artifact.template)["Outputs"]
        missing = [str(asset.path) for asset in artifact.assets if not asset.path.exists()]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, NoSuchStackError):
        raise BadAssemblyError(
            f"{folder} holds no assembly with one stack, as `make synth` writes to cdk.out."
        ) from None
    if not set(outputs) >= WANTED:
        raise BadAssemblyError(f"{folder} holds the assembly of an app other than vifshift.")
    if missing:
        raise BadAssemblyError(f"{folder} holds an assembly without its file {min(missing)}.")
    return folder
