"""A synthesized CDK app: its stacks, their templates and files."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any


class NoSuchStackError(LookupError):
    """The assembly holds no stack of this name."""


@dataclass(frozen=True)
class Asset:
    """A file or folder that the template expects in a bucket."""

    path: Path
    packaging: str
    bucket: str
    key: str

    def content(self) -> bytes:
        """Return the bytes to upload."""
        return zipped(self.path) if self.packaging == "zip" else self.path.read_bytes()


@dataclass(frozen=True)
class StackArtifact:
    """One stack of an assembly."""

    name: str
    template: str
    parameters: Mapping[str, str]
    assets: tuple[Asset, ...]

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """Return the template's resources by logical id."""
        found: dict[str, dict[str, Any]] = json.loads(self.template)["Resources"]
        return found

    @property
    def layer_keys(self) -> frozenset[str]:
        """Return the S3 keys of Lambda layers, whose content no local function loads."""
        return frozenset(
            str(resource["Properties"]["Content"].get("S3Key"))
            for resource in self.resources.values()
            if resource["Type"] == "AWS::Lambda::LayerVersion"
        )


def read_stack(folder: Path, name: str, account: str, region: str) -> StackArtifact:
    """Read a stack by its name or its artifact's id."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for key, artifact in manifest.get("artifacts", {}).items():
        properties = artifact.get("properties", {})
        if artifact["type"] != "aws:cloudformation:stack":
            continue
        if name not in (key, properties.get("stackName")):
            continue
        template = (folder / properties["templateFile"]).read_text("utf-8")
        return StackArtifact(
            properties.get("stackName", key),
            template,
            properties.get("parameters", {}),
            tuple(_assets(folder, properties["templateFile"], account, region)),
        )
    raise NoSuchStackError(f"No stack {name!r} in {folder}")


def _assets(folder: Path, template_file: str, account: str, region: str) -> Iterator[Asset]:
    listing = folder / template_file.replace(".template.json", ".assets.json")
    if not listing.exists():
        return
    for entry in json.loads(listing.read_text("utf-8")).get("files", {}).values():
        source = entry["source"]
        # The template is a file of the assembly too, and needs no bucket here.
        if source["path"] == template_file:
            continue
        for place in entry["destinations"].values():
            yield Asset(
                folder / source["path"],
                source.get("packaging", "file"),
                _filled(place["bucketName"], account, region),
                _filled(place["objectKey"], account, region),
            )


def _filled(text: str, account: str, region: str) -> str:
    return (
        text.replace("${AWS::AccountId}", account)
        .replace("${AWS::Region}", region)
        .replace("${AWS::Partition}", "aws")
    )


@lru_cache(maxsize=64)
def zipped(folder: Path) -> bytes:
    """Zip a folder, the same bytes for the same files; an asset's folder never changes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


@lru_cache(maxsize=1)
def placeholder() -> bytes:
    """Return a zip file without content, for layers."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("README"), "Layers are not loaded locally.\n")
    return buffer.getvalue()
