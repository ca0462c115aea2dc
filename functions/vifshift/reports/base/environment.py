"""Makes pages from templates: files that ask for nothing else and run nothing."""

import re
from enum import StrEnum
from typing import Any, Final

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined

from vifshift.reports.base import words

MOST_OPEN_ROWS = 40
"""Longer tables are closed at first, on a screen."""

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
)
"""What has no shape of its own, but changes how the text around it is shown, or is not text."""


PACKAGES = ("base", "migration", "plan")
"""Whose templates a page is made of; a template's name begins with that of its package."""


def visible(value: Any) -> Any:
    """Show characters that are not to be seen by their code, so that no text can pose as another.

    A text that turns the direction of what follows it would do so, and NUL is not allowed in HTML.
    """
    if type(value) is not str and not isinstance(value, StrEnum):
        return value
    return HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", str(value))


def _environment() -> Environment:
    environment = Environment(
        loader=PrefixLoader({name: PackageLoader(f"vifshift.reports.{name}") for name in PACKAGES}),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        stamp=words.stamp,
        clock=words.clock,
        iso=words.iso,
        lasting=words.lasting,
        percent=lambda share: f"{share:.4f}%",
    )
    environment.globals.update(offset=words.offset, most_open_rows=MOST_OPEN_ROWS)
    return environment


TEMPLATES: Final = _environment()
"""The templates of all pages; each is compiled once, and kept for as long as the Lambda is warm."""
