"""Folders that are the user's alone: what is kept there may be shipped, or show a real network."""

import os
import stat
from pathlib import Path
from typing import Final

BUILD: Final = Path(__file__).resolve().parent.parent / "build"
OWN_ALONE: Final = 0o700
_BY_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH


class NotPrivateError(Exception):
    """Somebody else could have written what is about to be used; the message says what to do."""


def private(folder: Path) -> Path:
    """Make a folder, and those above it that are missing, or take it back from all others.

    Raises `NotPrivateError` for one that belongs to another user, or is a link.
    """
    missing = [each for each in folder.parents if not each.exists()]
    for each in [*reversed(missing), folder]:
        each.mkdir(mode=OWN_ALONE, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise NotPrivateError(f"{folder} is not a folder of yours: remove it, and try again")
    folder.chmod(OWN_ALONE)
    return folder


def made(folder: Path) -> Path:
    """Make a folder; if it is in `build`, that is the user's alone."""
    if BUILD in (where := folder.absolute(), *where.parents):
        private(BUILD)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def check_unwritable(folder: Path) -> None:
    """Raise `NotPrivateError` if others could have written anything in a folder."""
    for path in [folder, *folder.rglob("*")]:
        found = path.lstat()
        is_plain = stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)
        if not is_plain or found.st_uid != os.getuid() or found.st_mode & _BY_OTHERS:
            raise NotPrivateError(
                f"{path} could have been written by others: remove {folder}, and try again"
            )
