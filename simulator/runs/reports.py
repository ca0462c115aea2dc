"""The reports of a run: the evidence of its migrations and plans, as files."""

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote

from simulator.runs.record import Record
from tools.private_folder import made

REPORT = "report"
_LINK = re.compile(r'href="(?P<where>[^"]+)"')


def pages(record: Record, name: str | None = None) -> dict[str, str]:
    """Return the reports of a run by file name, with links between them.

    The first one has a name, which is the scenario's unless one is given; the others have that and
    the name of their execution.
    """
    own = record.scenario.name if name is None else name
    first = record.execution["name"] if record.execution else None
    reports = [key for key in map(PurePosixPath, record.evidence) if key.stem == REPORT]
    names = {}
    for key in reports:
        started = key.parent.name
        names[key] = f"{own if started == first else f'{own}-{started}'}{key.suffix}"
    texts = {names[key]: _linked(record.evidence[str(key)], key, names) for key in reports}
    return dict(sorted(texts.items()))


def write(texts: Mapping[str, str], folder: Path) -> list[Path]:
    """Write reports into a folder, and return the paths of the pages."""
    made(folder)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts if name.endswith(".html")]


def _linked(text: str, key: PurePosixPath, names: Mapping[PurePosixPath, str]) -> str:
    """Return a page whose links lead to the files, which are all in one folder."""

    def link(found: re.Match[str]) -> str:
        there = PurePosixPath(posixpath.normpath(key.parent / unquote(found["where"])))
        return f'href="{quote(names[there])}"' if there in names else found[0]

    return _LINK.sub(link, text) if key.suffix == ".html" else text
