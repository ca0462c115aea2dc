"""Where settings are written: in cdk.json, and in the files of requests that its windows name."""

from pathlib import Path
from typing import Any

from pydantic import JsonValue

from tools.yaml_files import BadDocumentError, Document, Place

# Stands for the requests of a file that has faults of its own.
_UNREAD: list[JsonValue] = [
    {"virtualInterfaceId": "dxvif-00000000", "connectionId": "dxcon-00000000"}
]


class SettingsSource:
    """The context with the contents of the windows' files, and where each part is written."""

    def __init__(self, folder: Path, context: JsonValue) -> None:
        self._folder = folder
        self._files: dict[int, Document] = {}
        self.unreadable: list[str] = []
        self._cdk_json: Document | None = None
        try:
            self._cdk_json = _cdk_json(folder, context)
        except BadDocumentError as error:
            self.unreadable += [f"  {fault}" for fault in error.faults]
        self.context: Any = context
        if isinstance(context, dict) and isinstance(context.get("windows"), list):
            windows = [self._read(number, raw) for number, raw in enumerate(self.windows)]
            self.context = {**context, "windows": windows}

    @property
    def windows(self) -> list[Any]:
        """Return the windows, or nothing if they are not a list."""
        windows = self.context.get("windows") if isinstance(self.context, dict) else None
        return windows if isinstance(windows, list) else []

    def line_of(self, place: Place, fault: str) -> str:
        """Return a line about a fault that says where it is."""
        match list(place):
            case ["windows", int(number), "requests", *inner] if number in self._files:
                file = self._files[number]
                name = ".".join(map(str, inner)) or "the file"
                return f"  {file.name}:{file.line(inner)}: {name}: {fault}"
        where = ""
        if self._cdk_json:
            where = f"cdk.json:{self._cdk_json.line(('context', 'vifshift', *place))}: "
        return f"  {where}{'.'.join(map(str, place)) or 'vifshift'}: {fault}"

    def _read(self, number: int, raw: Any) -> Any:
        """Return a window with the requests of its file if it names one."""
        name = raw.get("requestsFile") if isinstance(raw, dict) else None
        if not isinstance(name, str):
            return raw
        place = ("windows", number, "requestsFile")
        if "requests" in raw:
            self.unreadable.append(self.line_of(place, "can't be used together with requests"))
            return raw
        try:
            file = Document.read(self._folder / name, name)
        except BadDocumentError as error:
            self.unreadable += [self.line_of(place, fault) for fault in error.faults]
            return {**raw, "requests": _UNREAD}
        if not isinstance(file.value, list):
            self.unreadable.append(self.line_of(place, f"{name}:1: must be a list of requests"))
            return {**raw, "requests": _UNREAD}
        self._files[number] = file
        return {**raw, "requests": file.value}


def _cdk_json(folder: Path, context: JsonValue) -> Document | None:
    """Return cdk.json if the context was read from it, or None if it comes from elsewhere.

    Raises `BadDocumentError` if a key is given twice: the CDK's CLI has used one of the values, and
    who reviews the file may have read the other.
    """
    try:
        document = Document.read(folder / "cdk.json", "cdk.json")
    except BadDocumentError as error:
        if error.is_ambiguous:
            raise
        return None
    match document.value:
        case {"context": {"vifshift": settings}} if settings == context:
            return document
    return None
