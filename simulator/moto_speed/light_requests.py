"""An HTTP request as moto's handlers read it, without building one as a server would.

What is read of nearly every request stands here; whatever else a handler asks for is answered by
moto's own request, which is built only then.
"""

from collections.abc import ItemsView, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from moto.core.request import Request

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class LightHeaders(Mapping[str, str]):
    """Headers, found by their name in any case."""

    def __init__(self, headers: Mapping[str, Any]) -> None:
        self._given = headers
        self._found = {name.lower(): value for name, value in headers.items()}

    def __getitem__(self, name: str) -> str:
        found: str = self._found[name.lower()]
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._found)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._found

    def get(self, name: str, default: Any = None) -> Any:
        """Return a header's value."""
        return self._found.get(name.lower(), default)

    def items(self) -> ItemsView[str, str]:
        """Return the names as they were given, with their values."""
        return self._given.items()


class LightRequest:
    """A request whose body is JSON, so that it is no form and has no files."""

    from_wsgi_server = False
    content_encoding = None
    form = files = values = args = _NOTHING

    def __init__(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> None:
        parts = urlsplit(url)
        self.method = method
        self.raw_url = url
        self.raw_path = parts.path or "/"
        self.path = unquote(self.raw_path)
        self.headers = LightHeaders({**headers, "Host": parts.netloc})
        self.content_type = headers.get("Content-Type", "")
        self.data = body
        self.environ: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)

    @cached_property
    def _whole(self) -> Request:
        return Request.from_primitives(self.method, self.raw_url, self.headers, self.data)


class LightResponse:
    """An answer as botocore's parsers read it."""

    def __init__(self, status: int, headers: Mapping[str, Any], body: str | bytes) -> None:
        self.status_code = status
        self.headers = LightHeaders(headers)
        self.content = body.encode() if isinstance(body, str) else body
