"""The pages of a run: what its migrations left behind as evidence, as files."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from simulator.record import Record


def pages(record: Record) -> dict[str, str]:
    """Return the reports of a run by the names of their files: the first migration's first.

    That one's go by the name of the scenario alone, the others' by their migration's as well.
    """
    first = record.execution["name"] if record.execution else None
    found = {}
    for key, text in record.evidence.items():
        migration, suffix = PurePosixPath(key).parent.name, PurePosixPath(key).suffix
        name = record.scenario.name if migration == first else f"{record.scenario.name}-{migration}"
        found[f"{name}{suffix}"] = text
    return dict(sorted(found.items()))


def write(texts: Mapping[str, str], folder: Path) -> list[Path]:
    """Write reports into a folder, and return where those are that a person can look at."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts if name.endswith(".html")]
