"""What has been promised to consumers of events: every schema that this branch ever had."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.events.compatibility import Schema

ENDS = ".json"
LOG = ("log", "--first-parent", "--format=@%H", "--name-only", "--relative", "--", ".")


class _File(NamedTuple):
    """A file as it was at a commit."""

    commit: str
    name: str


def promised(folder: Path) -> dict[str, list[Schema]]:
    """Return the schemas in a folder by file name, each with all its versions in git.

    Schemas without an `$id` are older than the contract (docs/decisions/0012), and promise nothing.
    """
    texts = [(path.name, path.read_text("utf-8")) for path in sorted(folder.glob(f"*{ENDS}"))]
    found: dict[str, list[Schema]] = {}
    for name, text in [*texts, *_committed(folder)]:
        try:
            schema = json.loads(text)
        except ValueError:
            continue
        if "$id" in schema and schema not in found.setdefault(name, []):
            found[name].append(schema)
    return {name: olds for name, olds in found.items() if olds}


def _committed(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each file of a folder at every commit that changed it; nothing without git.

    Only the result of a merged branch counts.
    """
    if shutil.which("git") is None or _asked(folder, "rev-parse", "HEAD") is None:
        return
    files = _touched(_git(folder, *LOG))
    wanted = "".join(f"{file.commit}:./{file.name}\n" for file in files)
    answer = _git(folder, "cat-file", "--batch", given=wanted)
    for file in files:
        head, _, answer = answer.partition(b"\n")
        if head.endswith(b" missing"):
            continue
        size = int(head.rpartition(b" ")[2])
        yield file.name, answer[:size].decode()
        answer = answer[size + 1 :]


def _touched(log: bytes) -> list[_File]:
    files, commit = [], ""
    for line in log.decode().splitlines():
        if line.startswith("@"):
            commit = line.removeprefix("@").split()[0]
        elif line.endswith(ENDS) and "/" not in line:
            files.append(_File(commit, line))
    return files


def _git(folder: Path, *command: str, given: str = "") -> bytes:
    answer = _asked(folder, *command, given=given)
    if answer is None:
        raise RuntimeError(f"git {command[0]} failed in {folder}")
    return answer


def _asked(folder: Path, *command: str, given: str = "") -> bytes | None:
    """Run git, even if the folder belongs to another user, as it may in a container."""
    done = subprocess.run(
        ["git", "-c", "safe.directory=*", *command],
        cwd=folder,
        input=given.encode(),
        capture_output=True,
        check=False,
    )
    return done.stdout if done.returncode == 0 else None
