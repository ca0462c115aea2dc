"""The code that was deployed, unpacked once for each zip."""

import hashlib
import io
import tempfile
import zipfile
from functools import cached_property
from pathlib import Path


class Code:
    """An unpacked deployment package."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def modules(self) -> frozenset[str]:
        """Name the package's own top-level modules, without libraries that pip put beside them."""
        installed = {
            line.split(",", 1)[0].split("/", 1)[0].removesuffix(".py")
            for record in self.folder.glob("*.dist-info/RECORD")
            for line in record.read_text("utf-8").splitlines()
        }
        own = {
            entry.stem if entry.is_file() else entry.name
            for entry in self.folder.iterdir()
            if entry.suffix == ".py" or (entry.is_dir() and entry.name.isidentifier())
        }
        return frozenset(own - installed - {"__pycache__"})


_UNPACKED: dict[str, Code] = {}
_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []


def unpacked(package: bytes) -> Code:
    """Unpack a zip; the same bytes are unpacked once, and removed when the process ends."""
    digest = hashlib.sha256(package).hexdigest()
    if digest not in _UNPACKED:
        folder = tempfile.TemporaryDirectory(prefix="simulator-lambda-")
        _FOLDERS.append(folder)
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            archive.extractall(folder.name)
        _UNPACKED[digest] = Code(Path(folder.name))
    return _UNPACKED[digest]
